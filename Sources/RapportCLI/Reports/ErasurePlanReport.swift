import EventLog
import Rapport

extension ErasurePlan {
    /// What would be done, for people.
    func text(for terminal: Terminal) -> String {
        var lines: [String] = []
        if !persons.isEmpty { lines.append(table(for: terminal)) }
        for person in persons where !person.retained.isEmpty {
            let kept = person.retained.map { data in
                "\(data.category) until \(data.until)" + (data.lawRef.isEmpty ? "" : " (\(data.lawRef))")
            }
            lines.append("\(person.subject): kept by law: \(kept.joined(separator: ", "))".printable)
        }
        if partsInClear > 0 {
            let positions = persons.flatMap(\.ids).flatMap(\.positionsInClear).prefix(20).map(\.description)
            let places = positions.joined(separator: ", ") + (partsInClear > positions.count ? ", ..." : "")
            lines.append(
                terminal.styled(
                    "\(NumberFormat.count(partsInClear, "part")) in clear cannot be erased: no key protects them "
                        + "(positions \(places))", .yellow))
        }
        for past in alreadyErased {
            lines.append("\(past.subject): is erased already (position \(past.position))".printable)
        }
        for refusal in refusals { lines.append(terminal.styled("\(refusal)".printable, .red)) }
        if lines.isEmpty { lines.append("Nobody is to be erased.") }
        return lines.joined(separator: "\n") + "\n" + terminal.footer(at: position)
    }

    private func table(for terminal: Terminal) -> String {
        var table = TextTable(columns: [
            .whole("Person"), .whole("Id"), .init("Events", .right), .init("Sealed parts", .right),
            .init("In clear", .right), .init("Keys of"),
        ])
        for person in persons {
            for id in person.ids {
                table.append(row: [
                    person.subject.text, id.id.text, NumberFormat.integer(id.events),
                    NumberFormat.integer(id.sealedParts.values.reduce(0, +)), NumberFormat.integer(id.partsInClear),
                    id.sealedParts.keys.sorted().joined(separator: ", "),
                ])
            }
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    /// One row for each id.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "subject", "id", "status", "events", "sealedParts", "partsInClear", "keys", "retained", "position",
        ])
        for person in persons {
            for id in person.ids {
                table.append(
                    person.subject, id.id, "erase", id.events, id.sealedParts.values.reduce(0, +), id.partsInClear,
                    id.sealedParts.keys.sorted().joined(separator: " "),
                    person.retained.map(\.category).joined(separator: " "), position)
            }
        }
        for past in alreadyErased {
            table.append(past.subject, past.subject, "erased", nil, nil, nil, nil, nil, past.position)
        }
        for refusal in refusals {
            table.append(refusal.subject, refusal.subject, "refused", nil, nil, nil, nil, nil, position)
        }
        return table
    }
}

/// What `subject erase` and `subject retain --run` have done; the shape of their JSON.
struct ErasureReport: Codable {
    let outcomes: [ErasureOutcome]
    /// Who was erased before, and is passed over.
    var alreadyErased: [PastErasure] = []
    /// The position of the log behind it.
    let position: Position

    /// Whether nothing is left of anybody but what a law keeps.
    var isComplete: Bool { outcomes.allSatisfy(\.isComplete) }

    func text(for terminal: Terminal) -> String {
        var lines: [String] = []
        for outcome in outcomes {
            guard let position = outcome.position else {
                lines.append(outcome.refusal.map { "\($0)".printable } ?? "\(outcome.subject): not erased".printable)
                continue
            }
            let ids = outcome.ids.map(\.text).joined(separator: ", ")
            let mark = outcome.isComplete ? terminal.styled("erased", .green) : terminal.styled("not complete", .red)
            var line = "\(outcome.subject.text.printable): \(mark) (\(ids.printable); position \(position)"
            if let receipt = outcome.receipt {
                line += ", keys gone since generation \(receipt.epoch), receipt at position \(receipt.position)"
            }
            line += ")"
            if outcome.partsInClear > 0 {
                line += "; \(NumberFormat.count(outcome.partsInClear, "part")) in clear still stands in the log"
            }
            lines.append(line)
        }
        for past in alreadyErased {
            lines.append("\(past.subject): is erased already (position \(past.position))".printable)
        }
        if lines.isEmpty { lines.append("Nobody was erased.") }
        return lines.joined(separator: "\n") + "\n" + terminal.footer(at: position)
    }

    var csv: CSVTable {
        var table = CSVTable(columns: [
            "subject", "ids", "eventID", "position", "receiptID", "receiptPosition", "epoch", "partsInClear",
            "complete",
        ])
        for outcome in outcomes {
            table.append(
                outcome.subject, outcome.ids.map(\.text).joined(separator: " "), outcome.eventID, outcome.position,
                outcome.receipt?.eventID, outcome.receipt?.position, outcome.receipt?.epoch, outcome.partsInClear,
                outcome.isComplete)
        }
        for past in alreadyErased {
            table.append(past.subject, past.subject, past.eventID, past.position, nil, nil, nil, nil, nil)
        }
        return table
    }

    /// - Throws: why somebody was not erased in the end.
    func requireErased() throws {
        if let refusal = outcomes.compactMap(\.refusal).first { throw refusal }
    }

    /// - Throws: ``CommandFailure`` when something is left of somebody.
    func requireComplete() throws {
        try requireErased()
        guard !isComplete else { return }
        let parts = outcomes.reduce(0) { $0 + $1.partsInClear }
        throw CommandFailure(
            .failure,
            "the erasure is not complete: \(NumberFormat.count(parts, "personal part")) from before there were keys "
                + "stand in the log in clear; only another log can be without them")
    }
}
