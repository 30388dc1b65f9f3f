import EventLog
@testable import Rapport
import Testing

/// Merges of merges, unmerges in any order, and what changes nothing.
struct IdentityHistoryTests {
    private typealias Story = IdentityStory

    private func view(_ steps: [Story.Step], at position: UInt64? = nil) -> IdentityView {
        Story.history(steps).view(asOf: Position(position ?? UInt64(steps.count)))
    }

    private func members(_ id: String, _ view: IdentityView) throws -> [String] {
        try view.members(of: .customer(id)).map { String($0.id) }
    }

    @Test("a person that is merged takes its ids along, and the survivor's canonical id stands for all")
    func mergesOfMerges() throws {
        let view = view([.merge("A", "B"), .merge("C", "D"), .merge("B", "D")])
        #expect(try members("D", view) == ["A", "B", "C", "D"])
        #expect(try members("C", view).first == "A")
        let before = Story.history([.merge("A", "B"), .merge("C", "D"), .merge("B", "D")]).view(asOf: Position(2))
        #expect(try members("D", before) == ["C", "D"])
    }

    @Test("an unmerge takes back one merge and leaves those before and after it", arguments: [1, 2, 3] as [UInt64])
    func anyOrder(merge: UInt64) throws {
        let view = view([.merge("A", "B"), .merge("B", "C"), .merge("C", "D"), .unmerge(merge)])
        let persons = try ["A", "B", "C", "D"].map { try members($0, view) }
        switch merge {
        case 1: #expect(persons == [["A"], ["B", "C", "D"], ["B", "C", "D"], ["B", "C", "D"]])
        case 2: #expect(persons == [["A", "B"], ["A", "B"], ["C", "D"], ["C", "D"]])
        default: #expect(persons == [["A", "B", "C"], ["A", "B", "C"], ["A", "B", "C"], ["D"]])
        }
    }

    @Test("a merge of two who are one person already holds them together when another one goes")
    func redundant() throws {
        let steps: [Story.Step] = [.merge("A", "B"), .merge("B", "A"), .unmerge(1), .unmerge(2)]
        let history = Story.history(steps)
        #expect(try members("A", history.view(asOf: Position(2))) == ["A", "B"])
        // The merge that is left names B as the survivor.
        #expect(try members("A", history.view(asOf: Position(3))) == ["B", "A"])
        #expect(try members("A", history.view(asOf: Position(4))) == ["A"])
    }

    @Test("what makes no sense changes nothing: an id with itself, no id, what is unknown, undone, or known already")
    func nonsense() throws {
        var history = Story.history([.merge("A", "B"), .unmerge(1)])
        let before = history.view(asOf: .init(9)).allMerges
        var changes = history.merged(Story.merged("A", "A"), Story.header(3))
        changes += history.merged(Story.merged("", "A"), Story.header(4))
        changes += history.merged(Story.merged("A", "line\nend"), Story.header(5))
        changes += history.merged(Story.merged("A", String(repeating: "x", count: 300)), Story.header(6))
        // Undone already, no merge, no id; and one that does not come after the last event.
        changes += history.unmerged(Story.unmerged(1), Story.header(7))
        changes += history.unmerged(Story.unmerged(5), Story.header(8))
        changes += history.unmerged(CustomersUnmerged.with { $0.mergeEventID = "no id" }, Story.header(9))
        changes += history.merged(Story.merged("C", "D"), Story.header(2))
        #expect(changes == [])
        #expect(history.view(asOf: .init(9)).allMerges == before)
        changes += history.merged(Story.merged("C", "D"), Story.header(10))
        #expect(changes.map(\.tag.text) == ["customer:D"])
        #expect(history.mergeCount == 2)
    }

    @Test("ids are the same when their bytes are")
    func bytes() throws {
        let view = view([.merge("Ame\u{301}lie", "B")])
        #expect(try view.canonical(of: .customer("B")).text == "customer:Ame\u{301}lie")
        #expect(try members("Am\u{E9}lie", view).count == 1)
    }

    @Test("a record has what the event says, as far as it can be read")
    func record() throws {
        var history = IdentityHistory()
        var choice = FieldChoice()
        choice.field = "city"
        choice.side = .absorbed
        var nothing = FieldChoice()
        nothing.field = "name"
        var message = Story.merged("A", "B")
        message.rule = "email"
        message.rulesVersion = 3
        message.scoreBp = 9_900
        message.reason = "same-address"
        message.evidence = [Story.id(4).description, "no id"]
        message.fieldChoice = [choice, nothing]
        _ = history.merged(message, Story.header(5))
        let record = try #require(history.view(asOf: Position(5)).merge(at: Position(5)))
        #expect(record.eventID == Story.id(5) && record.evidence == [Story.id(4)])
        #expect(record.fieldChoice == ["city": .absorbed])
        #expect(record.rule == "email" && record.rulesVersion == 3 && record.scoreBp == 9_900)
        #expect(record.reason == "same-address" && record.unmergedAt == nil)
        #expect(history.view(asOf: Position(4)).merge(Story.id(5)) == nil)
    }

    @Test("two are one since the last time they came together, not since the first")
    func since() throws {
        let steps: [Story.Step] = [
            .merge("A", "B"), .merge("C", "A"), .unmerge(1), .merge("B", "C"), .merge("D", "A"),
        ]
        let view = view(steps)
        #expect(try view.oneSince(.customer("A"), .customer("B")) == Position(4))
        #expect(try view.oneSince(.customer("A"), .customer("C")) == Position(2))
        #expect(try view.oneSince(.customer("A"), .customer("E")) == nil)
    }

    @Test("twenty thousand ids become one person one by one, and fall apart into two at once")
    func large() throws {
        var history = IdentityHistory()
        let count: UInt64 = 20_000
        for number in 1...count { _ = history.merged(Story.merged("C-0", "C-\(number)"), Story.header(number)) }
        let view = history.view(asOf: Position(count))
        #expect(try view.members(of: .customer("C-77")).count == Int(count) + 1)
        #expect(try view.path(from: .customer("C-1"), to: .customer("C-2"))?.count == 2)
        let changes = history.unmerged(Story.unmerged(77), Story.header(count + 1))
        #expect(changes.map(\.tag.text) == ["customer:C-77"])
        #expect(try history.view(asOf: Position(count + 1)).members(of: .customer("C-77")).count == 1)
        #expect(try view.members(of: .customer("C-77")).count == Int(count) + 1)
    }
}
