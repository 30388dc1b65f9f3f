import LMDB
@testable import Rapport
import TestSupport
import Testing

/// What the rows of a saved funnel keep of one subject.
@Suite struct FunnelSubjectStateTests {
    @Test("in whichever order events come, they are kept in order of time, and of the log")
    func order() {
        var random = SeededGenerator(seed: 3)
        var events: [FunnelEvent] = []
        for position in 1...300 {
            events.append(FunnelEvent(time: Int64.random(in: -20...20, using: &random), position: UInt64(position)))
        }
        let sorted = events.sorted { ($0.time, $0.position) < ($1.time, $1.position) }
        for arrival in [sorted, sorted.reversed(), events.shuffled(using: &random)] {
            var state = FunnelSubjectState()
            for event in arrival { state.insert(event) }
            #expect(state.events == sorted)
        }
    }

    @Test("a value has one number, however many there are, before and after it was stored")
    func numbers() throws {
        let values = (0..<100).map { Array("value \($0)".utf8) }
        var state = FunnelSubjectState()
        for _ in 0..<2 {
            let numbers = values.map { state.number(of: $0) }
            #expect(numbers == Array(1...100))
        }
        var bytes: [UInt8] = []
        state.encode(into: &bytes)
        let stored = bytes
        var reader = ByteReader(stored.rawSpan)
        var read = try FunnelSubjectState(decoding: &reader)
        #expect(read == state)
        let known = read.number(of: values[70])
        let new = read.number(of: Array("another".utf8))
        #expect(known == 71 && new == 101)
    }

    @Test("nothing is told of a state but what is stored")
    func told() {
        var state = FunnelSubjectState()
        for number in 0..<100 { _ = state.number(of: [UInt8(number)]) }
        #expect(Mirror(reflecting: state).children.map(\.label) == ["events", "values"])
    }
}
