import EventLog
import Rapport

/// What makes two ids one person; the shape of the JSON of `explain-link`.
struct PersonLink: Encodable {
    let from: Tag
    let to: Tag
    let isOnePerson: Bool
    /// The id that stands for both; nil where they are not one person.
    let person: Tag?
    /// The merges on the shortest way from one id to the other, in this order.
    let path: [MergeFacts]
    /// Where they are not one person: the merges that are undone and would make them one, if there are any.
    let undone: [MergeFacts]
    /// The position that the answer is of.
    let position: Position

    init(from: Tag, to: Tag, by identity: IdentityView, in log: EventLog) throws {
        self.from = from
        self.to = to
        position = identity.position
        guard let path = identity.path(from: from, to: to) else {
            isOnePerson = false
            person = nil
            self.path = []
            undone = try Self.undone(from: from, to: to, by: identity).map { try MergeFacts($0, in: log) }
            return
        }
        isOnePerson = true
        person = identity.canonical(of: from)
        self.path = try path.map { try MergeFacts($0, in: log) }
        undone = []
    }

    /// The undone merges on the shortest way over all that there ever were; none where they never were one person.
    /// O(merges).
    private static func undone(from: Tag, to: Tag, by identity: IdentityView) -> [MergeRecord] {
        var ways: [Tag: [MergeRecord]] = [:]
        for merge in identity.allMerges {
            ways[merge.survivor, default: []].append(merge)
            ways[merge.absorbed, default: []].append(merge)
        }
        var arrivals: [Tag: MergeRecord] = [:]
        var next = [from]
        var seen: Set<Tag> = [from]
        while !next.isEmpty, !seen.contains(to) {
            var following: [Tag] = []
            for id in next {
                for merge in ways[id] ?? [] {
                    let other = merge.survivor == id ? merge.absorbed : merge.survivor
                    guard seen.insert(other).inserted else { continue }
                    arrivals[other] = merge
                    following.append(other)
                }
            }
            next = following
        }
        var undone: [MergeRecord] = []
        var id = to
        while let merge = arrivals[id] {
            if merge.unmergedAt != nil { undone.append(merge) }
            id = merge.survivor == id ? merge.absorbed : merge.survivor
        }
        return undone.reversed()
    }
}

// MARK: - As text and CSV

extension PersonLink {
    /// The way for people.
    func text(for terminal: Terminal) -> String {
        guard let person else {
            let heading = terminal.styled("\(from) and \(to) are not one person".printable, .bold)
            if undone.isEmpty { return heading + "\nNo merge has ever made them one." }
            return heading + "\nThey would be one but for what was undone:\n\n" + undone.table(for: terminal)
        }
        if path.isEmpty { return terminal.styled("\(from) is one id of \(person)".printable, .bold) }
        let heading = terminal.styled("\(from) and \(to) are one person: \(person)".printable, .bold)
        return ([heading, "", path.table(for: terminal)] + evidenceLines).joined(separator: "\n")
    }

    /// What each merge rests on.
    private var evidenceLines: [String] {
        var lines: [String] = []
        for merge in path {
            for evidence in merge.evidence {
                let what =
                    evidence.position.map { "position \($0), \(evidence.type ?? ""), \(evidence.eventID)" }
                    ?? "\(evidence.eventID), which is not in the log"
                lines.append("  merge \(merge.position) rests on \(what)".printable)
            }
            if let choice = merge.fieldChoice {
                let fields = choice.sorted { $0.key < $1.key }.map { "\($0.key) of the \($0.value)" }
                lines.append("  merge \(merge.position) takes \(fields.joined(separator: ", "))".printable)
            }
        }
        return lines.isEmpty ? [] : [""] + lines
    }

    /// One line for each merge of the way; where they are not one person, for each that is undone.
    var csv: CSVTable { (isOnePerson ? path : undone).csv }
}
