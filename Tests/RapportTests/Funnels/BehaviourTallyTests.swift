import EventLog
import Projection
import Testing

@testable import Rapport

/// What outcomes come to: how many, which shares, how long, and whose window is open.
@Suite struct BehaviourTallyTests {
    private typealias Made = HandMadeOutcomes
    private typealias Share = BehaviourFunnel.Share

    @Test func whatAFunnelIsStandsInItsAnswer() throws {
        var definition = Made.funnel("A", "B")
        definition.title = "注册"
        definition.order = .strict
        definition.counting = .session
        definition.zone = "Europe/Berlin"
        definition.from = .init(text: "2024-01-01", time: Timestamp(microseconds: 0))
        let tally = try Made.tally(definition, of: [])
        let answer = try tally.answer(
            groupName: { _ in "" }, isErased: { _ in false }, compared: [], readModel: "rows", position: Position(7))
        #expect(answer.funnel == "signup" && answer.title == "注册" && answer.subject == "customer")
        #expect(answer.order == "strict" && answer.counting == "session" && answer.zone == "Europe/Berlin")
        #expect(answer.from == "2024-01-01" && answer.to == nil)
        #expect(answer.now == Timestamp(microseconds: 400 * Made.day))
        #expect(answer.readModel == "rows" && answer.position == Position(7))
        #expect(answer.groups == [] && answer.trend == [] && answer.histogram == [] && answer.comparison == nil)
    }

    @Test func aSubjectMayBeAProperty() throws {
        var definition = Made.funnel("A", "B")
        definition.subject = .property(.tag(kind: "campaign"))
        #expect(try Made.answer(Made.tally(definition, of: [])).subject == "tag:campaign")
    }

    @Test func nobodyGivesNoShares() throws {
        let answer = try Made.answer(Made.tally(Made.funnel("A", "B"), of: []))
        #expect(answer.steps.map(\.count) == [0, 0] && answer.steps.map(\.dropped) == [nil, 0])
        #expect(answer.steps.allSatisfy { $0.ofEntered == nil && $0.ofPrevious == nil && $0.timeToConvert == nil })
        #expect(answer.entered == 0 && answer.conversion == nil && answer.timeToConvert == nil)
        #expect(answer.mature == BehaviourFunnel.Mature(entered: 0, converted: 0, conversion: nil))
    }

    // MARK: Steps

    /// Three people, who take 1, 2 and 2 hours, and then 2 hours and 1.
    @Test func timesAreThoseBetweenSteps() throws {
        let hours: [[Int64?]] = [[12, 13, 15], [14, 16, nil], [14, 16, 17]]
        let results = hours.map { times in Made.result(times.map { time in time.map { $0 * Made.hour } }) }
        let answer = try Made.answer(Made.tally(Made.funnel("A", "B", "C"), of: results))
        #expect(answer.steps.map(\.name) == ["A", "B", "C"])
        #expect(answer.steps.map(\.count) == [3, 3, 2])
        #expect(answer.steps.map(\.dropped) == [nil, 0, 1])
        #expect(answer.steps.map(\.timeToConvert?.meanMs) == [nil, 6_000_000, 5_400_000])
        #expect(answer.steps.map(\.timeToConvert?.medianMs) == [nil, 7_200_000, 5_400_000])
        #expect(answer.steps.map(\.timeToConvert?.count) == [nil, 3, 2])
        #expect(answer.entered == 3 && answer.converted == 2)
        #expect(answer.conversion == Share(shareBp: 6667, lowBp: 2077, highBp: 9385))
        #expect(answer.timeToConvert?.count == 2 && answer.timeToConvert?.meanMs == 10_800_000)
    }

    /// Of twenty-five ten go on in time, and nobody a second time.
    @Test func sharesHaveTheirIntervals() throws {
        let results = (0..<25).map { number in
            Made.result([0, number < 10 ? 10 * Made.second : nil, nil])
        }
        var definition = Made.funnel("A", "B", "C")
        definition.window = .time(15 * Made.second)
        let answer = try Made.answer(Made.tally(definition, of: results))
        #expect(answer.steps.map(\.count) == [25, 10, 0])
        #expect(answer.steps.map(\.dropped) == [nil, 15, 10])
        let second = Share(shareBp: 4000, lowBp: 2340, highBp: 5926)
        let nobody = Share(shareBp: 0, lowBp: 0, highBp: 1332)
        #expect(
            answer.steps.map(\.ofEntered) == [Share(shareBp: 10_000, lowBp: 8668, highBp: 10_000), second, nobody])
        #expect(answer.steps.map(\.ofPrevious) == [nil, second, Share(shareBp: 0, lowBp: 0, highBp: 2775)])
        #expect(answer.converted == 0 && answer.conversion == nobody)
        #expect(answer.mature.entered == 25 && answer.immature == 0)
    }

    @Test func optionalStepsAreCountedBesideTheOthers() throws {
        let seconds: [[Int64?]] = [[0, nil, 5], [0, 3, 5]]
        let results = seconds.map { times in
            Made.result(times.map { time in time.map { $0 * Made.second } }, optional: [1])
        }
        let answer = try Made.answer(Made.tally(Made.funnel("A", "B", "C", optional: ["B"]), of: results))
        #expect(answer.steps.map(\.isOptional) == [false, true, false])
        #expect(answer.steps.map(\.count) == [2, 1, 2])
        #expect(answer.steps.map(\.dropped) == [nil, nil, 0])
        #expect(answer.steps.map(\.ofPrevious?.shareBp) == [nil, 5000, 10_000])
        #expect(answer.steps.map(\.timeToConvert?.meanMs) == [nil, 3000, 3500])
        #expect(answer.converted == 2 && answer.timeToConvert?.medianMs == 5000)
    }

    @Test func anOptionalLastStepIsNoConversion() throws {
        let results = [Made.result([0, 5, nil], optional: [2]), Made.result([0, 5, 9], optional: [2])]
        let answer = try Made.answer(Made.tally(Made.funnel("A", "B", "C", optional: ["C"]), of: results))
        #expect(answer.steps.map(\.count) == [2, 2, 1] && answer.converted == 2)
    }

    @Test func inAnyOrderStepsAreHowManyAreDone() throws {
        var definition = Made.funnel("A", "B", "C")
        definition.order = .any
        let answer = try Made.answer(Made.tally(definition, of: [Made.result([0, 5, nil])]))
        #expect(answer.steps.map(\.name) == ["1 step", "2 steps", "3 steps"])
        #expect(answer.order == "any")
    }

    @Test func aStepThatAGraceLetsComeBeforeTookNoTime() throws {
        let answer = try Made.answer(Made.tally(Made.funnel("A", "B"), of: [Made.result([1_900_000, 0])]))
        #expect(answer.steps[1].timeToConvert?.maxMs == 0 && answer.timeToConvert?.maxMs == 0)
    }

    @Test func timesTooFarApartAreAnError() throws {
        var tally = try Made.tally(Made.funnel("A", "B"), of: [])
        let result = Made.result([Int64.min, Int64.max])
        #expect(throws: SumOverflow.self) { try tally.add(result) }
    }

    // MARK: Windows that are open

    struct Entry: Sendable, CustomTestStringConvertible {
        let window: FunnelDefinition.Window
        let times: [Int64?]
        var lastEntry: Int64?
        let now: Int64
        let isImmature: Bool

        var testDescription: String { "\(window) \(times) \(lastEntry ?? 0) at \(now)" }
    }

    private static let entries: [Entry] = {
        let (second, day) = (HandMadeOutcomes.second, HandMadeOutcomes.day)
        return [
            // Entered five minutes ago.
            Entry(window: .time(day), times: [0, nil], now: 300 * second, isImmature: true),
            // The last moment of the window is over, or not.
            Entry(window: .time(day), times: [0, nil], now: day, isImmature: false),
            Entry(window: .time(day), times: [0, nil], now: day - 1, isImmature: true),
            // Later attempts of a subject may get further, unless it has converted.
            Entry(window: .time(day), times: [0, nil], lastEntry: 2 * day, now: 3 * day - 1, isImmature: true),
            Entry(window: .time(day), times: [0, nil], lastEntry: 2 * day, now: 3 * day, isImmature: false),
            Entry(window: .time(day), times: [0, 5], lastEntry: 2 * day, now: 3 * day - 1, isImmature: false),
            Entry(window: .time(day), times: [0, 5], now: second, isImmature: true),
            // Sessions may follow for as long as the longest window.
            Entry(window: .sessions(2), times: [0, nil], now: 366 * day - 1, isImmature: true),
            Entry(window: .sessions(2), times: [0, nil], now: 366 * day, isImmature: false),
            Entry(window: .time(day), times: [Int64.max - 5, nil], now: Int64.max, isImmature: true),
        ]
    }()

    @Test(arguments: entries)
    func entrantsAreImmatureAsLongAsMoreMayCome(_ entry: Entry) throws {
        var definition = Made.funnel("A", "B")
        definition.window = entry.window
        let result = Made.result(entry.times, lastEntry: entry.lastEntry)
        let answer = try Made.answer(Made.tally(definition, of: [result], now: entry.now))
        #expect(answer.entered == 1)
        #expect(answer.immature == (entry.isImmature ? 1 : 0))
        #expect(answer.mature.entered == (entry.isImmature ? 0 : 1))
    }

    @Test func theConversionIsShownWithAndWithoutTheImmature() throws {
        var definition = Made.funnel("A", "B")
        definition.window = .time(Made.day)
        let results = [
            Made.result([0, Made.hour]), Made.result([0, nil]), Made.result([Made.day, Made.day + 1]),
            Made.result([Made.day, nil]),
        ]
        let answer = try Made.answer(Made.tally(definition, of: results, now: 2 * Made.day - 1))
        #expect(answer.entered == 4 && answer.converted == 2 && answer.immature == 2)
        let half = Share(shareBp: 5000, lowBp: 945, highBp: 9055)
        #expect(answer.mature == BehaviourFunnel.Mature(entered: 2, converted: 1, conversion: half))
    }

    @Test func subjectsThatExclusionsHaveDroppedAreCountedApart() throws {
        var dropped = FunnelResult()
        dropped.isExcluded = true
        dropped.lastEntry = 0
        let answer = try Made.answer(
            Made.tally(Made.funnel("A", "B"), of: [dropped, Made.result([0, nil]), dropped]))
        #expect(answer.excluded == 2 && answer.entered == 1)
    }
}
