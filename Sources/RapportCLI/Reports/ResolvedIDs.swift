import EventLog
import Rapport

/// Which persons ids stand for; the shape of the JSON of `resolve`.
struct ResolvedIDs: Encodable {
    /// One of them.
    struct Person: Encodable {
        /// The id that stands for the person.
        let id: Tag
        /// The ids that were asked for, or were found by the value.
        let asked: [Tag]
        /// All ids: the one that stands for the person first, the others in byte order.
        let members: [Tag]
        /// The position from which on they have been just these; nil from the start of the log.
        let from: Position?
        /// What holds the ids together, in the order of the log.
        let merges: [MergeFacts]
        /// Which persons the ids asked for stood for, the oldest span first; nil where it was not asked for.
        let history: [Span]?
    }

    /// An id stood for this person from one position to another, the last one not included.
    struct Span: Encodable {
        let id: Tag
        let person: Tag
        let members: Int
        /// Nil from the start of the log.
        let from: Position?
        /// Nil for the span that is asked about.
        let to: Position?
    }

    /// In byte order of the ids that stand for them.
    let persons: [Person]
    /// Of an identifier: customers who may be the ones, and are not shown.
    let withheld: FoundByIdentifier.WithheldMatches?
    /// The position that the answer is of.
    let position: Position

    /// - Parameters:
    ///   - ids: as they stand in tags, each once.
    ///   - asked: what was asked for, where it is another id than these: a lead that became customers.
    init(
        _ ids: [Tag], asked: Tag? = nil, by identity: IdentityView,
        withheld: FoundByIdentifier.WithheldMatches? = nil, in crm: any CRMState, withHistory: Bool
    ) throws {
        var byPerson: [Tag: [Tag]] = [:]
        for id in ids { byPerson[identity.canonical(of: id), default: []].append(id) }
        persons = try byPerson.sorted { $0.key < $1.key }.map { id, ids in
            let person = identity.person(of: id)
            let history = try withHistory ? ids.flatMap { try Self.history(of: $0, by: identity, in: crm) } : nil
            return Person(
                id: id, asked: asked.map { [$0] } ?? ids, members: person.members, from: Self.stated(person.since),
                merges: try identity.merges(of: id).map { try MergeFacts($0, in: crm.log) }, history: history)
        }
        self.withheld = withheld
        position = identity.position
    }

    /// What was so from the start of the log has no position.
    private static func stated(_ since: Position) -> Position? { since > .zero ? since : nil }

    /// From the position asked about backwards: each span ends where the next one begins. What came later is not told,
    /// so the answer as of a position stays the same for ever. O(spans × log n).
    private static func history(
        of id: Tag, by identity: IdentityView, in crm: any CRMState
    ) throws -> [Span] {
        var spans: [Span] = []
        var view = identity
        while true {
            let person = view.person(of: id)
            let from = stated(person.since)
            spans.append(
                Span(
                    id: id, person: person.canonical, members: person.members.count, from: from,
                    to: spans.last?.from))
            guard let from, from <= view.position else { return spans.reversed() }
            view = try crm.identity(at: Position(from.rawValue - 1))
        }
    }
}

// MARK: - As text and CSV

extension ResolvedIDs {
    /// The persons for people.
    func text(for terminal: Terminal) -> String {
        var parts = persons.map { $0.text(for: terminal) }
        if let withheld {
            let count = NumberFormat.count(withheld.count, "customer")
            parts.append(
                terminal.styled("\(count) withheld, who may be the one: \(withheld.reason.rawValue)", .yellow))
        }
        return parts.joined(separator: "\n\n")
    }

    /// One line for each id of each person; with the history one for each span.
    var csv: CSVTable {
        let spans = persons.compactMap(\.history)
        if !spans.isEmpty { return Self.csv(of: spans.flatMap { $0 }) }
        var table = CSVTable(columns: ["person", "id", "isAsked", "from"])
        for person in persons {
            for member in person.members {
                table.append(person.id, member, person.asked.contains(member), person.from)
            }
        }
        return table
    }

    private static func csv(of history: [Span]) -> CSVTable {
        var table = CSVTable(columns: ["id", "from", "to", "person", "members"])
        for span in history { table.append(span.id, span.from, span.to, span.person, span.members) }
        return table
    }
}

extension ResolvedIDs.Person {
    fileprivate func text(for terminal: Terminal) -> String {
        var lines = [terminal.styled(id.text.printable, .bold)]
        let others = asked.filter { $0 != id }
        if !others.isEmpty {
            lines.append("stands for \(others.map(\.text).joined(separator: ", "))".printable)
        }
        if members.count == 1 {
            lines.append("1 id" + (merges.isEmpty && from == nil ? ", which was never merged" : ""))
        } else {
            let ids = members.map(\.text).joined(separator: ", ")
            lines.append("\(NumberFormat.count(members.count, "id")): \(ids)".printable)
        }
        if let from { lines.append("since position \(from)") }
        if !merges.isEmpty { lines += ["", merges.table(for: terminal)] }
        if let history { lines += ["", Self.table(of: history, for: terminal)] }
        return lines.joined(separator: "\n")
    }

    private static func table(of history: [ResolvedIDs.Span], for terminal: Terminal) -> String {
        var table = TextTable(columns: [
            .whole("Id"), .init("From", .right), .init("To", .right), .whole("Person"), .init("Ids", .right),
        ])
        for span in history {
            table.append(row: [
                span.id.text, span.from?.description ?? "start", span.to?.description ?? "", span.person.text,
                NumberFormat.integer(span.members),
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }
}
