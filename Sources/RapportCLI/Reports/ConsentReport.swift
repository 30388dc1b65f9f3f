import EventLog
import Rapport

extension PermittedUse {
    /// Whether it is allowed, for people: the answer, why, and the event that says so.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        let use = "\(subject.text.printable): \(purpose.printable) by \(channelWord)"
        let verdict = allowed ? "allowed" : "not allowed"
        let heading = terminal.styled(use + " is \(verdict)", allowed ? .green : .red)
        return heading + "\n" + why(calendar)
    }

    private var channelWord: String { channel.isEmpty ? "any other channel" : channel.printable }

    private func why(_ calendar: ZonedCalendar) -> String {
        guard let proof else { return "never granted" }
        var parts = [reason.words + " \(calendar.date(of: proof.occurredAt))"]
        if let legalBasis { parts.append("on the basis of \(legalBasis.printable)") }
        if let until {
            parts.append("until \(calendar.date(of: until))" + (reason == .expired ? ", which is over" : ""))
        }
        return parts.joined(separator: ", ") + ": event \(proof.position), \(proof.eventID)"
    }
}

extension PermittedUse.Reason {
    /// What comes before the day.
    fileprivate var words: String {
        switch self {
        case .granted, .expired: "granted on"
        case .neverGranted: "never granted by"
        case .withdrawn: "withdrawn on"
        case .restricted: "restricted since"
        case .erased: "erased on"
        }
    }
}

extension ListPage where Row == PermittedUse {
    /// The persons for people, and where the list goes on.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        if rows.isEmpty { return "Nobody allows it." }
        var table = TextTable(columns: [
            .whole("Person"), .whole("Since"), .whole("Until"), .init("Basis"), .init("Event", .right),
        ])
        for use in rows {
            table.append(row: [
                use.subject.text, use.proof.map { calendar.date(of: $0.occurredAt).description } ?? "",
                use.until.map { calendar.date(of: $0).description } ?? "", use.legalBasis ?? "",
                use.proof?.position.description ?? "",
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour) + terminal.nextPage(next)
    }
}

extension [PermittedUse] {
    /// One line for each use.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "subject", "purpose", "channel", "at", "allowed", "reason", "legalBasis", "until", "position", "eventID",
            "occurredAt",
        ])
        for use in self {
            table.append(
                use.subject, use.purpose, use.channel, use.at, use.allowed, use.reason.rawValue, use.legalBasis,
                use.until, use.proof?.position, use.proof?.eventID, use.proof?.occurredAt)
        }
        return table
    }
}

/// What is said of a person, as JSON: of the first id the answer itself, of the others `others`, where there are any.
struct PersonPrivacy: Encodable {
    let first: SubjectPrivacy
    let others: [SubjectPrivacy]

    private enum CodingKeys: CodingKey {
        case others
    }

    func encode(to encoder: any Encoder) throws {
        try first.encode(to: encoder)
        if others.isEmpty { return }
        // The answer's own object, once more.
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(others, forKey: .others)
    }
}

extension [SubjectPrivacy] {
    /// One line for each consent; the rest is in --json.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "subject", "purpose", "channel", "status", "since", "until", "legalBasis", "isSeparate", "policyVersion",
            "textSHA256", "evidence", "via", "position", "eventID",
        ])
        for privacy in self {
            for consent in privacy.consents {
                table.append(
                    privacy.subject, consent.purpose, consent.channel, consent.status.rawValue, consent.since,
                    consent.until, consent.legalBasis, consent.isSeparate, consent.policyVersion, consent.textSHA256,
                    consent.evidence, consent.via, consent.proof.position, consent.proof.eventID)
            }
        }
        return table
    }
}

extension SubjectPrivacy {
    /// All that is said of the person, for people.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        let heading = terminal.styled(subject.text.printable + ", as of \(calendar.date(of: at))", .bold)
        var parts = [heading + states(calendar).map { "\n" + $0 }.joined()]
        parts.append(consents.isEmpty ? "No consents." : consentTable(for: terminal, calendar))
        if !requests.isEmpty { parts.append(requests.table(for: terminal, calendar, withSubject: false)) }
        return parts.joined(separator: "\n\n")
    }

    /// Erasures, restrictions and holds, a line each.
    private func states(_ calendar: ZonedCalendar) -> [String] {
        func end(_ time: Timestamp?) -> String { time.map { " until \(calendar.date(of: $0))" } ?? "" }
        func law(_ text: String?) -> String { text.map { " (\($0.printable))" } ?? "" }
        func event(_ proof: PrivacyProof) -> String { ": event \(proof.position)" }
        var lines: [String] = []
        for erasure in erasures {
            let reason = erasure.reason.map { ", \($0.printable)" } ?? ""
            lines.append("erased on \(calendar.date(of: erasure.proof.occurredAt))\(reason)\(event(erasure.proof))")
            for kept in erasure.retained {
                lines.append("  kept: \(kept.category.printable)\(end(kept.until))\(law(kept.lawRef))")
            }
            let receipt = erasure.keysDestroyed.map { "destroyed\(event($0.proof))" }
            lines.append("  keys: " + (receipt ?? "no receipt says that they are destroyed"))
        }
        for restriction in restrictions {
            let scope = restriction.scope?.printable ?? "all use"
            lines.append(
                "restricted: \(scope)\(end(restriction.until))\(law(restriction.lawRef))\(event(restriction.proof))")
        }
        for hold in holds {
            lines.append("legal hold: \(hold.matter.printable)\(end(hold.until))\(event(hold.proof))")
        }
        return lines
    }

    private func consentTable(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        var table = TextTable(columns: [
            .init("Purpose"), .init("Channel"), .whole("Status"), .whole("Since"), .whole("Until"), .init("Basis"),
            .init(""), .init("Policy"), .init("Evidence"), .init("Event", .right),
        ])
        for consent in consents {
            table.append(row: [
                consent.purpose ?? "any", consent.channel ?? "any", consent.status.rawValue,
                calendar.date(of: consent.since).description,
                consent.until.map { calendar.date(of: $0).description } ?? "", consent.legalBasis ?? "",
                consent.isSeparate == true ? "separate" : "", consent.policyVersion ?? "", consent.evidence ?? "",
                consent.proof.position.description,
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }
}
