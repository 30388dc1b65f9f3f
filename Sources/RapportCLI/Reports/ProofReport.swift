import EventLog
import Transparency

extension CheckedProof {
    /// Writes what was proved, with the events.
    func write(as form: AnswerForm, for terminal: Terminal = .output) throws {
        var output = Output()
        switch form {
        case .text: try write(to: &output, for: terminal)
        case .json: try writeJSON(to: &output)
        case .csv: try writeCSV(to: &output)
        }
        try output.flush()
    }

    private var size: UInt64 { checkpoint.size }
}

// MARK: - For people

extension CheckedProof {
    private func write(to output: inout Output, for terminal: Terminal) throws {
        for statement in statements {
            let (verdict, style): (String, Style) = statement.isProved ? ("proved", .green) : ("not proved", .yellow)
            try output.line("\(terminal.styled(verdict, style)): \(statement.text)")
        }
        if count > 0 { try output.line("") }
        let story = EventStory(personal: true, terminal: terminal, head: Position(size))
        try forEachEvent { try output.line(story.line(of: $0.recorded, mark: $0.mark)) }
        try output.line("")
        try output.line("root \(checkpoint.root.base64Text)")
        for signer in signers {
            let text = signer.time.map { "cosigned by \(signer.key) at \($0)" } ?? "signed by \(signer.key)"
            try output.line(text.printable)
        }
        try output.line(terminal.footer(at: Position(size)))
    }

    /// What was proved, and what was not, in words.
    private var statements: [(isProved: Bool, text: String)] {
        let origin = checkpoint.origin.printable
        let among = "when it had \(NumberFormat.events(size))"
        let (first, last) = (positions?.lowerBound ?? .zero, positions?.upperBound ?? .zero)
        switch kind {
        case .event: return [(true, "\(origin) held this event at position \(first) \(among)")]
        case .range:
            return [(true, "these are all events of \(origin) at positions \(first) to \(last) \(among)")]
        case .selection:
            let about = subject.map { " about " + $0.printable } ?? ""
            return [
                (true, "\(origin) held the \(NumberFormat.events(count)) shown here \(among)"),
                (false, "that no other event\(about) was there; only a range proves that nothing is missing"),
            ]
        case .checkpoint: return [(true, "\(origin) has signed the root below \(among)")]
        }
    }
}

extension CheckedProof.Event {
    /// What there is to say besides what the event says itself.
    fileprivate var mark: String {
        let type = recorded.event.type
        var words: [String] = []
        if EventPayload(stored: type).type == nil, type != LogForked.eventType { words.append("unknown type") }
        if isWithheld { words.append("personal part withheld") }
        return words.isEmpty ? "" : "(" + words.joined(separator: ", ") + ")"
    }
}

// MARK: - For programs

extension CheckedProof {
    /// The members of the JSON but the events.
    private struct Summary: Codable {
        let kind: Kind
        let origin: String
        let size: UInt64
        let root: String
        let signers: [Signer]
        let subject: String?
    }

    /// One object: what was proved, and the events as `export` writes them with `isWithheld`.
    private func writeJSON(to output: inout Output) throws {
        let summary = try Output.jsonText(
            of: Summary(
                kind: kind, origin: checkpoint.origin, size: size, root: checkpoint.root.base64Text, signers: signers,
                subject: subject))
        try output.verbatim("{\n  \"events\" : [")
        var separator = "\n    "
        try forEachEvent { event in
            let line = EventLine.text(of: event.recorded, personal: true)
            try output.verbatim(separator + line.dropLast() + ",\"isWithheld\":\(event.isWithheld)}")
            separator = ",\n    "
        }
        // The object goes on with the members of the summary.
        try output.line((count > 0 ? "\n  ]," : "],") + summary.dropFirst())
    }

    /// The events with the values of `replay --csv`, or what the checkpoint says.
    private func writeCSV(to output: inout Output) throws {
        guard kind != .checkpoint else {
            try output.line(CSVTable.line(of: ["origin", "size", "root", "signers"]))
            let keys = signers.map(\.key).joined(separator: " ")
            return try output.line(
                CSVTable.line(of: [checkpoint.origin, String(size), checkpoint.root.base64Text, keys]))
        }
        try output.line(CSVTable.line(of: EventLine.columns + ["isWithheld"]))
        try forEachEvent { event in
            try output.line(
                CSVTable.line(of: EventLine.cells(of: event.recorded, personal: true) + ["\(event.isWithheld)"]))
        }
    }
}
