import EventLog
import Rapport

/// What makes two ids one person; the shape of the JSON of `explain-link`.
struct PersonLink: Encodable {
    let from: Tag
    let to: Tag
    let isOnePerson: Bool
    /// The id that stands for both; nil where they are not one person.
    let person: Tag?
    /// The merges on the shortest way from one id to the other, in this order; before and behind them the conversion of
    /// a lead that became a customer.
    let path: [MergeFacts]
    /// Where they are not one person: the merges that are undone and would make them one, if there are any.
    let undone: [MergeFacts]
    /// The position that the answer is of.
    let position: Position

    /// A lead that was converted is the customer that it became.
    init(from: Tag, to: Tag, by identity: IdentityView, in crm: any CRMState) throws {
        self.from = from
        self.to = to
        position = identity.position
        let log = crm.log
        let start = try crm.conversion(of: from)
        let end = try crm.conversion(of: to)
        let (first, last) = (start?.customer ?? from, end?.customer ?? to)
        guard let merges = identity.path(from: first, to: last) else {
            isOnePerson = false
            person = nil
            path = []
            undone = try Self.undone(from: first, to: last, by: identity).map { try MergeFacts($0, in: log) }
            return
        }
        isOnePerson = true
        person = identity.canonical(of: first)
        var links = try merges.map { try MergeFacts($0, in: log) }
        if from != to {
            if let start { links.insert(try MergeFacts(start, in: log), at: 0) }
            if let end { links.append(try MergeFacts(end, in: log)) }
        }
        path = links
        undone = []
    }

    /// The undone merges on the shortest way over all that there ever were; none where they never were one person. Of
    /// several merges of the same two ids one that holds is taken, else the one that was undone last. O(merges).
    private static func undone(from: Tag, to: Tag, by identity: IdentityView) -> [MergeRecord] {
        var edges: [Set<Tag>: MergeRecord] = [:]
        for merge in identity.allMerges {
            let ends: Set<Tag> = [merge.survivor, merge.absorbed]
            if let known = edges[ends], heldLonger(known, than: merge) { continue }
            edges[ends] = merge
        }
        var ways: [Tag: [MergeRecord]] = [:]
        for merge in edges.values.sorted(by: { $0.position < $1.position }) {
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

    /// Whether a merge of two ids holds, or was undone later than another one of the same two.
    private static func heldLonger(_ merge: MergeRecord, than other: MergeRecord) -> Bool {
        guard let undone = merge.unmergedAt else { return true }
        guard let otherUndone = other.unmergedAt else { return false }
        return undone > otherUndone
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
