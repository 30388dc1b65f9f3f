import EventLog
import Rapport
import SwiftProtobuf
import Testing

/// What the made-up company's history tells: lives of deals, shares of things, scores.
@Suite struct DemoStoryTests {
    @Test func theFirstEventDefinesThePipeline() throws {
        let first = try #require(try DemoHistory.long().events.first)
        #expect(first.tags == [try Tag.pipeline("sales")])
        let pipeline = try PipelineDefined(serializedBytes: first.data)
        #expect(pipeline.pipelineID == "sales")
        #expect(pipeline.stages.map(\.id) == ["qualify", "discover", "propose", "negotiate"])
        #expect(pipeline.stages.map(\.order) == [1, 2, 3, 4])
        #expect(try DemoHistory.long().all(PipelineDefined.self).count == 1)
    }

    // MARK: Deals

    @Test(arguments: [false, true])
    func everyDealHasAPossibleLife(byOccurrence: Bool) throws {
        var closed = 0
        var won = 0
        let lives = try DemoHistory.long().lives(of: "opportunity", "Opportunity", byOccurrence: byOccurrence)
        for (_, events) in lives {
            let opening = try #require(events.first)
            try #require(opening.type == OpportunityOpened.eventType)
            var life = DealLife(try OpportunityOpened(serializedBytes: opening.data))
            for event in events.dropFirst() { try life.take(event) }
            #expect(life.complaint == nil)
            closed += life.isClosed ? 1 : 0
            won += life.isClosed && life.isWon ? 1 : 0
        }
        #expect((27...40).contains(won * 100 / lives.count), "about a third is won")
        #expect((70...95).contains(closed * 100 / lives.count), "some stay open")
    }

    @Test func aFewDealsGoBackwardsOrAreReopened() throws {
        let stages = ["qualify", "discover", "propose", "negotiate"]
        let moves = try DemoHistory.long().all(OpportunityStageChanged.self)
        let back = moves.filter { _, move in
            (stages.firstIndex(of: move.toStage) ?? 0) < (stages.firstIndex(of: move.fromStage) ?? 0)
        }
        #expect((1...15).contains(back.count * 100 / moves.count))
        let opened = try DemoHistory.long().all(OpportunityOpened.self)
        let reopened = try DemoHistory.long().all(OpportunityReopened.self)
        #expect((5...60).contains(reopened.count * 1000 / opened.count))
        #expect(Set(opened.map(\.message.amount.currency)) == ["CNY", "EUR", "USD"])
    }

    @Test func onlyWhatIsToComeIsKeptInMemory() throws {
        var company = DemoCompany(events: 20_000)
        var most = 0
        while try company.nextBatch(500) != nil { most = max(most, company.keptInMemory) }
        #expect((60...300).contains(most))
    }

    // MARK: Customers

    @Test(arguments: [false, true])
    func customersAreRegisteredBeforeAnythingElseHappensToThem(byOccurrence: Bool) throws {
        let events = try DemoHistory.long().events
        let ordered = byOccurrence ? events.sorted { ($0.occurredAt, $0.id) < ($1.occurredAt, $1.id) } : events
        var registered: Set<String> = []
        var strangers = 0
        for event in ordered {
            guard let customer = event.tags.first(where: { $0.kind == "customer" })?.text else { continue }
            if event.type == CustomerRegistered.eventType {
                #expect(registered.insert(customer).inserted)
            } else if !registered.contains(customer) {
                strangers += 1
            }
        }
        #expect(strangers == 0)
        // And those that were leads.
        #expect((1010...1100).contains(registered.count))
    }

    @Test func customersAreOfManyKinds() throws {
        let all = try DemoHistory.long().all(CustomerRegistered.self)
        let organisations = all.filter { $0.message.kind == .organisation }
        #expect((65...75).contains(organisations.count * 100 / all.count))
        let chinese = all.filter { $0.message.attributes.contains { $0.value == "zh-CN" } }
        #expect((28...39).contains(chinese.count * 100 / all.count))
        #expect(organisations.contains { $0.message.organisationName.hasSuffix("有限公司") })
        #expect(Set(organisations.map(\.message.organisationName)).count > organisations.count * 8 / 10)
    }

    @Test func aFewCustomersHaveManyOfTheEvents() throws {
        let customers = try DemoHistory.long().events.compactMap { $0.tags.first { $0.kind == "customer" } }
        let counts = Dictionary(customers.map { ($0, 1) }, uniquingKeysWith: +).values.sorted(by: >)
        let ofTheTop = counts.prefix(counts.count / 10).reduce(0, +)
        #expect((40...65).contains(ofTheTop * 100 / customers.count))
        #expect(try #require(counts.first) < 1000)
    }

    // MARK: Shares

    @Test(arguments: [
        ("CustomerRegistered", 5...5), ("CustomerProfileChanged", 3...6), ("InteractionLogged", 13...24),
        ("DeliveryPromised", 3...7),
        ("SurveyInvited", 4...7), ("SurveyAnswered", 2...5), ("OpportunityOpened", 2...4), ("OrderPlaced", 5...9),
        ("CaseOpened", 1...3), ("LeadCaptured", 1...3), ("TouchpointRecorded", 4...8), ("ComplaintRaised", 1...2),
    ])
    func eventsOfATypeMakeUp(type: String, percent: ClosedRange<Int>) throws {
        let events = try DemoHistory.long().events
        let count = events.count { $0.type.name == EventCatalogue.package + type }
        #expect(percent.contains((count * 100 + events.count / 2) / events.count))
    }

    @Test func interactionsHaveAllChannelsAndPurposes() throws {
        let all = try DemoHistory.long().all(InteractionLogged.self).map(\.message)
        #expect(Set(all.map(\.channel)) == ["phone", "email", "wechat", "visit"])
        #expect(Set(all.map(\.purpose)) == [.ask, .give, .thank, .inform])
        #expect(Set(all.map(\.interactionID)).count == all.count)
    }

    // MARK: Surveys

    @Test func answersLieOnTheScaleOfTheirMetric() throws {
        let scales: [SurveyMetric: ClosedRange<Int32>] = [.nps: 0...10, .csat: 1...5, .ces: 1...7]
        var seen: [SurveyMetric: Set<Int32>] = [:]
        var missing: Set<NoAnswer> = []
        for (_, message) in try DemoHistory.long().all(SurveyAnswered.self) {
            #expect(message.answers.map(\.metric) == (message.surveyID == "relationship" ? [.nps] : [.csat, .ces]))
            #expect(message.dimensions.map(\.name) == ["region", "product", "channel"])
            for answer in message.answers {
                let scale = try #require(scales[answer.metric])
                #expect(answer.scaleMin...answer.scaleMax == scale)
                switch answer.result {
                case .score(let score):
                    #expect(scale.contains(score))
                    seen[answer.metric, default: []].insert(score)
                case .noAnswer(let reason): missing.insert(reason)
                case nil: Issue.record("an answer that says nothing")
                }
            }
        }
        #expect(missing == [.notAnswered, .notApplicable])
        #expect(seen[.csat] == [1, 2, 3, 4, 5])
        #expect(try #require(seen[.nps]).isSuperset(of: 5...10))
    }

    @Test func customersAreMoreContentInSummerAndFromYearToYear() throws {
        let answers = try DemoHistory(events: 150_000).all(SurveyAnswered.self)
            .filter { $0.message.surveyID == "relationship" }
        func meanScore(_ isIncluded: (CivilDate) -> Bool) throws -> Double {
            let scores = answers.filter { isIncluded(date(of: $0.event)) }.compactMap { answer -> Int32? in
                if case .score(let score) = answer.message.answers.first?.result { score } else { nil }
            }
            return Double(scores.reduce(0, +)) / Double(try #require(scores.isEmpty ? nil : scores.count))
        }
        let summer = try meanScore { (5...7).contains($0.month) }
        let winter = try meanScore { [11, 12, 1].contains($0.month) }
        #expect((0.3...1.5).contains(summer - winter))
        let first = try meanScore { $0.year == 2024 && $0.month <= 6 }
        let last = try meanScore { $0.year == 2026 && $0.month <= 6 }
        #expect((0.1...1).contains(last - first))
        #expect((6.5...9).contains(try meanScore { _ in true }))
    }

    private func date(of event: NewEvent) -> CivilDate {
        CivilDate(daysSinceEpoch: Int(event.occurredAt.microseconds / 86_400_000_000))
    }
}
