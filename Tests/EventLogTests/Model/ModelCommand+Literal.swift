// Sequences as Swift code, to be kept once they have found something.

extension ModelEvent {
    var literal: String { change == .nothing ? ".event(\(number))" : ".event(\(number), .\(change.rawValue))" }
}

extension ModelQuery {
    var literal: String {
        items.isEmpty ? ".all" : ".anyOf([" + items.map(\.literal).joined(separator: ", ") + "])"
    }
}

extension ModelQuery.Item {
    var literal: String {
        let parts = [types.isEmpty ? nil : "types: \(types)", tags.isEmpty ? nil : "tags: \(tags)"]
        return ".of(" + parts.compactMap { $0 }.joined(separator: ", ") + ")"
    }
}

extension ModelPlace {
    var literal: String {
        switch self {
        case .at(let number): ".at(\(number))"
        case .head(let distance): ".head(\(distance))"
        }
    }
}

extension ModelAppend {
    var literal: String {
        var parts = ["[" + events.map(\.literal).joined(separator: ", ") + "]"]
        if let query { parts.append("unless: " + query.literal) }
        if let after { parts.append("after: " + after.literal) }
        if skipsKnown { parts.append("skipsKnown: true") }
        if way != .waiting { parts.append("way: .\(way.rawValue)") }
        return ".init(" + parts.joined(separator: ", ") + ")"
    }
}

extension ModelRead {
    var literal: String {
        var parts: [String] = []
        if query != .all { parts.append(query.literal) }
        if from != .at(1) { parts.append("from: " + from.literal) }
        if let to { parts.append("to: " + to.literal) }
        if let limit { parts.append("limit: \(limit)") }
        if let stop { parts.append("stop: \(stop)") }
        if backwards { parts.append("backwards: true") }
        return ".init(" + parts.joined(separator: ", ") + ")"
    }
}

extension ModelCommand {
    var literal: String {
        switch self {
        case .append(let append): ".append(\(append.literal))"
        case .together(let appends): ".together([" + appends.map(\.literal).joined(separator: ", ") + "])"
        case .read(let read): ".read(\(read.literal))"
        case .position(let number): ".position(of: \(number))"
        case .event(let place): ".event(at: \(place.literal))"
        case .typeNumber(let number): ".typeNumber(\(number))"
        case .recorded(let place): ".recorded(at: \(place.literal))"
        case .follow(let slot, let query, let place): ".follow(\(slot), \(query.literal), from: \(place.literal))"
        case .cancel(let slot): ".cancel(\(slot))"
        case .settle: ".settle"
        case .index: ".index"
        case .verify: ".verify"
        case .reopen: ".reopen"
        case .byOther(let command): ".byOther(\(command.literal))"
        }
    }
}

extension ModelSetting {
    var literal: String {
        let usual = ModelSetting()
        var parts: [String] = []
        if tableCapacity != usual.tableCapacity { parts.append("tableCapacity: \(tableCapacity)") }
        if mapSize != usual.mapSize { parts.append("mapSize: 1 << \(mapSize.trailingZeroBitCount)") }
        if pacing != usual.pacing { parts.append("pacing: \(pacing)") }
        if hasOther { parts.append("hasOther: true") }
        return ".init(" + parts.joined(separator: ", ") + ")"
    }
}

extension ModelSequence {
    var literal: String {
        let lines = commands.map { "        " + $0.literal + ",\n" }.joined()
        return "ModelSequence(\n    \(setting.literal),\n    [\n\(lines)    ])"
    }
}
