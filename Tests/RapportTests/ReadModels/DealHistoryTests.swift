import EventLog
import LMDB
import Projection
import Testing
@testable import Rapport

/// Histories of deals, as rows tell them.
@Suite struct DealHistoryTests {
    /// A change and how it left the deal, with its texts.
    private struct Standing: Equatable {
        var kind: DealState.Step.Kind
        var at: Int64
        var position: UInt64
        var statement: DealStatement
        var outcome: DealOutcome
        var texts: [String]
        var amount: Int64
        var closeDay: Int64?

        init(_ change: DealHistory.Change, _ texts: DealTexts) {
            (kind, at, position, statement) = (change.kind, change.at, change.position, change.statement)
            (outcome, amount, closeDay) = (change.outcome, change.amount, change.closeDay)
            self.texts = [change.stage, change.currency, change.owner].map { texts.text($0) }
        }

        init(_ step: DealState.Step, _ deal: DealSituation) {
            (kind, at, position, statement) = (step.kind, step.at, step.position, step.statement)
            (outcome, amount, closeDay) = (deal.outcome, deal.amount, deal.closeDay)
            texts = [deal.stage, deal.currency, deal.owner]
        }
    }

    @Test("a row says how a deal stood after each of its changes", arguments: 1...4 as ClosedRange<UInt64>)
    func rows(seed: UInt64) throws {
        var random = RandomDealSteps(seed: seed)
        var texts = DealTexts()
        for number in 0..<300 {
            let deal = random.deal()
            let history = try deal.history(id: "D-\(number)", &texts)
            #expect(history.id == "D-\(number)")
            #expect(texts.text(history.pipeline) == deal.pipeline)
            #expect(history.openedAt == deal.steps[0].at)
            let expected = zip(deal.steps, deal.situations()).map { Standing($0, $1) }
            #expect(history.changes.map { Standing($0, texts) } == expected)
            let customer = try history.value(of: Array("customer".utf8), &texts)
            #expect(texts.text(customer) == deal.customer)
            let region = try history.value(of: Array("region".utf8), &texts)
            #expect(texts.text(region) == deal.attributes.first?.value ?? "")
            let planet = try history.value(of: Array("planet".utf8), &texts)
            #expect(planet == 0)
        }
    }

    @Test("a history as it was known is that of the steps known then", arguments: 11...14 as ClosedRange<UInt64>)
    func known(seed: UInt64) throws {
        var random = RandomDealSteps(seed: seed)
        var texts = DealTexts()
        for _ in 0..<200 {
            let deal = random.deal()
            var history = try deal.history(&texts)
            // From the latest knowledge to the earliest: what is left out once stays away.
            for position in (0...UInt64(12)).reversed() {
                history.keepKnown(upTo: position)
                let steps = deal.steps.filter { $0.position <= position }
                let situations = deal.situations { $0.position <= position }
                let expected = zip(steps, situations).map { Standing($0, $1) }
                #expect(history.changes.map { Standing($0, texts) } == expected)
                if let first = steps.first { #expect(history.openedAt == first.at) }
            }
        }
    }

    @Test("a deal's stored state is read back as it was", arguments: 21...22 as ClosedRange<UInt64>)
    func states(seed: UInt64) throws {
        var random = RandomDealSteps(seed: seed)
        for _ in 0..<200 {
            let deal = random.deal()
            var bytes: [UInt8] = []
            deal.encode(into: &bytes)
            var reader = ByteReader(bytes.rawSpan)
            let stored = try DealState(decoding: &reader)
            let isAtEnd = reader.isAtEnd
            #expect(isAtEnd == true)
            #expect(stored == deal)
        }
    }

    @Test("all deals come in order of opening, those of a pipeline or opened before a moment alone")
    func all() async throws {
        let folder = try CRMFolder([
            try DealEvents.opened("D-2", "2024-03-02", pipeline: "web"),
            try DealEvents.opened("D-1", "2024-03-01"), try DealEvents.opened("D-3", "2024-03-03"),
        ])
        _ = try await folder.crm.pipeline(atLeast: folder.head)
        func ids(
            openedBefore end: Timestamp? = nil, pipeline: String? = nil, atMost count: Int = 9
        ) throws -> [String] {
            try folder.crm.rows.read(PipelineModel.name) { reader in
                var ids: [String] = []
                var histories = DealHistories()
                try histories.forEach(reader, openedBefore: end?.microseconds, pipeline: pipeline) { deal, _ in
                    ids.append(deal.id)
                    return ids.count < count
                }
                return ids
            }
        }
        #expect(try ids() == ["D-1", "D-2", "D-3"])
        #expect(try ids(pipeline: "sales") == ["D-1", "D-3"])
        #expect(try ids(pipeline: "none") == [])
        #expect(try ids(openedBefore: DealEvents.time("2024-03-02")) == ["D-1"])
        #expect(try ids(atMost: 2) == ["D-1", "D-2"])
    }

    @Test("texts have one number each, the empty one 0")
    func numbers() {
        var texts = DealTexts()
        #expect(texts.number(of: "") == 0)
        let (red, blue) = (texts.number(of: "red"), texts.number(of: "blue"))
        #expect([red, blue] == [1, 2])
        #expect(texts.number(of: "red") == red)
        #expect(texts.text(blue) == "blue")
        #expect(texts.number(ofText: "blue") == blue)
        #expect(texts.number(ofText: "green") == nil)
        #expect(texts.count == 3)
    }

    @Test("the expected day of closing is the one written last that is a day; of others nothing is left")
    func closeDays() async throws {
        let folder = try CRMFolder([
            try DealEvents.opened("D-1", "2024-03-01", closes: "2024-05-31"),
            try DealEvents.expected("D-1", "2024-03-02", closes: "2024-02-30"),
            try DealEvents.expected("D-1", "2024-03-03", closes: "2024-06-30"),
            try DealEvents.expected("D-1", "2024-03-04", closes: ""),
        ])
        _ = try await folder.crm.pipeline(atLeast: folder.head)
        let days = try folder.crm.rows.read(PipelineModel.name) { reader in
            var days: [Int64?] = []
            var histories = DealHistories()
            try histories.forEach(reader) { deal, _ in
                days += deal.changes.map(\.closeDay)
                return true
            }
            return days
        }
        let expected = ["2024-05-31", "2024-05-31", "2024-06-30", "2024-06-30"].map { CivilDate.on($0).daysSinceEpoch }
        #expect(days.map { $0.map { Int($0) } ?? 0 } == expected)
    }
}
