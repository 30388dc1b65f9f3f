import Testing

@testable import Rapport

/// What outcomes come to by the values of a breakdown, and whether two of these differ.
@Suite struct BehaviourGroupTests {
    private typealias Made = HandMadeOutcomes

    /// Three from the web, of whom one converts; three of the app, of whom two do; one by mail; two from nowhere.
    private static let visitors: [FunnelResult] = {
        let second = HandMadeOutcomes.second
        let facts: [(group: UInt32, seconds: Int64?)] = [
            (1, nil), (1, 4), (1, nil), (2, 2), (2, 8), (2, nil), (3, nil), (0, nil), (0, 1),
        ]
        return facts.map { fact in
            HandMadeOutcomes.result([0, fact.seconds.map { $0 * second }], groups: [fact.group])
        }
    }()

    private static func answer(_ definition: FunnelDefinition) throws -> BehaviourFunnel {
        try Made.answer(Made.tally(definition, of: visitors))
    }

    @Test func groupsComeByTheirSize() throws {
        let answer = try Self.answer(Made.broken())
        #expect(answer.groups.map(\.value) == ["app", "web", nil, "邮件"])
        #expect(answer.groups.map(\.counts) == [[3, 2], [3, 1], [2, 1], [1, 0]])
        #expect(answer.groups.map(\.medianMs) == [5000, 4000, 1000, nil])
        #expect(answer.groups.map(\.conversion?.shareBp) == [6667, 3333, 5000, 0])
        #expect(answer.groups.contains { $0.isOther } == false)
        #expect(answer.entered == 9, "a breakdown changes nothing else")
    }

    private static let caps: [(Int, [String], [[Int64]])] = [
        (4, ["app", "web", "-", "邮件"], []), (3, ["app", "web", "-", "-"], [[1, 0]]), (1, ["app", "-"], [[6, 2]]),
        (0, ["-"], [[9, 4]]),
    ]

    @Test(arguments: caps)
    func smallGroupsArePutTogether(most: Int, values: [String], others: [[Int64]]) throws {
        let answer = try Self.answer(Made.broken(most))
        #expect(answer.groups.map { $0.value ?? "-" } == values)
        #expect(answer.groups.filter(\.isOther).map(\.counts) == others)
        #expect(answer.groups.reduce(0) { $0 + $1.counts[0] } == answer.entered)
        #expect(answer.steps.map(\.count) == [9, 4])
    }

    @Test func theTimesOfGroupsPutTogetherAreThoseOfAll() throws {
        // 1, 2, 4 and 8 seconds.
        #expect(try Self.answer(Made.broken(0)).groups.map(\.medianMs) == [3000])
    }

    @Test func groupsAreToldApartByTheirBytes() throws {
        let results = [Made.result([0, nil], groups: [4]), Made.result([0, nil], groups: [5])]
        let tally = try Made.tally(Made.broken(), of: results)
        let answer = try Made.answer(tally, compared: ["\u{e9}", "e\u{301}"])
        #expect(answer.groups.map { Array(($0.value ?? "").utf8) } == [Array("e\u{301}".utf8), Array("\u{e9}".utf8)])
    }

    @Test func aSubjectMayCountInSeveralGroupsAndInNone() throws {
        var none = Made.result([0, 5])
        none.grouped = [Made.outcome([0, 5], group: nil)]
        let results = [Made.result([0, 5], groups: [1, 2]), none]
        let answer = try Made.answer(Made.tally(Made.broken(), of: results))
        #expect(answer.groups.map(\.value) == ["app", "web"] && answer.entered == 2)
    }

    // MARK: Comparing

    /// A group of which some convert.
    private static func group(_ number: UInt32, converted: Int, of entered: Int) -> [FunnelResult] {
        (0..<entered).map { Made.result([0, $0 < converted ? 5 : nil], groups: [number]) }
    }

    struct Pair: Sendable, CustomTestStringConvertible {
        let converted: [Int]
        let entered: [Int]
        let differenceBp: Int64
        let pMillionths: Int64?

        var testDescription: String { "\(converted) of \(entered)" }
    }

    private static let pairs: [Pair] = [
        Pair(converted: [20, 10], entered: [40, 40], differenceBp: 2500, pMillionths: 36_835),
        Pair(converted: [18, 6], entered: [30, 30], differenceBp: 4000, pMillionths: 3330),
        Pair(converted: [15, 15], entered: [30, 30], differenceBp: 0, pMillionths: 1_000_000),
        Pair(converted: [18, 6], entered: [30, 29], differenceBp: 3931, pMillionths: nil),
        Pair(converted: [1, 2], entered: [3, 3], differenceBp: -3333, pMillionths: nil),
    ]

    @Test(arguments: pairs)
    func twoGroupsAreTested(_ pair: Pair) throws {
        let results = [(UInt32(1), 0), (UInt32(0), 1)].flatMap { number, place in
            Self.group(number, converted: pair.converted[place], of: pair.entered[place])
        }
        // Also those that are not shown.
        let answer = try Made.answer(Made.tally(Made.broken(0), of: results), compared: ["web", ""])
        let expected = BehaviourFunnel.Comparison(
            first: "web", second: "", differenceBp: pair.differenceBp, pMillionths: pair.pMillionths)
        #expect(answer.comparison == expected)
    }

    @Test func aValueThatNobodyHasIsNotCompared() throws {
        let tally = try Made.tally(Made.broken(), of: Self.visitors)
        let unknown = UnknownGroup(value: "shop", known: ["app", "web", "", "邮件"])
        #expect(throws: unknown) { try Made.answer(tally, compared: ["web", "shop"]) }
        #expect(unknown.description == "no group has the value 'shop'; expected 'app', 'web', '', '邮件'")
        let whole = try Made.tally(Made.funnel("A", "B"), of: [Made.result([0, nil])])
        #expect(throws: UnknownGroup(value: "web", known: [])) {
            try Made.answer(whole, compared: ["web", "app"])
        }
    }

    @Test(arguments: [["web"], ["web", "app", ""]])
    func twoGroupsAreComparedAndNoMore(values: [String]) throws {
        let tally = try Made.tally(Made.broken(), of: Self.visitors)
        #expect(throws: NotTwoGroups(values: values)) { try Made.answer(tally, compared: values) }
    }

    @Test func whereNobodyHasEnteredThereIsNoDifference() throws {
        let answer = try Made.answer(Made.tally(Made.broken(), of: []), compared: ["web", "app"])
        let expected = BehaviourFunnel.Comparison(
            first: "web", second: "app", differenceBp: nil, pMillionths: nil)
        #expect(answer.comparison == expected)
    }
}
