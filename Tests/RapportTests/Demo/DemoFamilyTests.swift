import EventLog
import Rapport
import SwiftProtobuf
import Testing

/// Which events the made-up company's history has, and the lives of its orders and cases.
@Suite struct DemoFamilyTests {
    /// Nobody of the made-up company asks for what the law owes them, or turns out to be somebody else; no event is
    /// corrected, none is imported, no user belongs to a team, no funnel is saved, no service level is
    /// retired, and nobody says what service has cost.
    private static let others: Set<String> = [
        "ConsentGranted", "ConsentWithdrawn", "ProcessingRestricted", "SubjectRequestReceived",
        "SubjectRequestFulfilled", "SubjectErased", "KeyDestroyed", "LegalHoldPlaced", "LegalHoldReleased",
        "RetentionPolicySet", "PersonalDataAccessed", "CustomersMerged", "CustomersUnmerged", "DuplicateReviewed",
        "IdentityRulesSet", "EventCorrected", "ImportStarted", "ImportCompleted", "ImportReverted",
        "UserAssigned", "FunnelDefined", "FunnelRetired", "ServiceLevelRetired", "ServiceCostAttributed",
    ]

    @Test func thereAreEventsOfEachOtherTypeOfTheCatalogue() throws {
        let types = Set(try DemoHistory.long().events.map(\.type.name))
        let others = Set(Self.others.map { EventCatalogue.package + $0 })
        #expect(types.sorted() == EventCatalogue.names.filter { !others.contains($0) })
        #expect(others.isSubset(of: EventCatalogue.names))
    }

    @Test(arguments: [
        (["Opportunity"], 12...19), (["Order"], 12...18), (["Case"], 9...15), (["Lead"], 5...10),
        (["Touchpoint"], 4...8), (["Survey"], 6...11),
        (["Complaint", "Suggestion", "Feedback", "Referral", "Identifier"], 3...6),
    ])
    func aFamilyMakesUp(prefixes: [String], percent: ClosedRange<Int>) throws {
        let events = try DemoHistory.long().events
        let count = events.count { event in
            prefixes.contains { event.type.name.hasPrefix(EventCatalogue.package + $0) }
        }
        #expect(percent.contains((count * 100 + events.count / 2) / events.count))
    }

    // MARK: Orders

    @Test(arguments: [false, true])
    func everyOrderHasAPossibleLife(byOccurrence: Bool) throws {
        let lives = try DemoHistory.long().lives(of: "order", "Order", byOccurrence: byOccurrence)
        var isOpen = 0
        for (order, events) in lives {
            let opening = try #require(events.first)
            try #require(opening.type == OrderPlaced.eventType, "\(order)")
            let placed = try OrderPlaced(serializedBytes: opening.data)
            #expect(try order == Tag.order(placed.orderID))
            var lines = placed.lines
            try check(lines)
            for event in events.dropFirst() {
                #expect(event.tags.contains(try Tag.customer(placed.customerID)))
                if event.type == OrderChanged.eventType {
                    let changed = try OrderChanged(serializedBytes: event.data).lines
                    #expect(changed.map(\.sku) == lines.map(\.sku) && changed != lines)
                    lines = changed
                    try check(lines)
                }
                if event.type == OrderReturned.eventType {
                    let returned = try OrderReturned(serializedBytes: event.data).lines
                    try check(returned)
                    let net = lines.reduce(0) { $0 + $1.net.minorUnits }
                    #expect(returned.reduce(0) { $0 + $1.net.minorUnits } <= net)
                }
            }
            let last = events[events.count - 1].type
            let isCancelled = events.contains { $0.type == OrderCancelled.eventType }
            let isDelivered = events.contains { $0.type == OrderDelivered.eventType }
            #expect(!(isCancelled && isDelivered))
            #expect(!isCancelled || last == OrderCancelled.eventType)
            #expect(last != OrderReturned.eventType || isDelivered)
            isOpen += isCancelled || isDelivered ? 0 : 1
        }
        #expect(isOpen > 0, "some are on their way")
    }

    private func check(_ lines: [OrderLine]) throws {
        #expect((1...4).contains(lines.count))
        #expect(Set(lines.map(\.sku)).count == lines.count)
        #expect(Set(lines.map(\.net.currency)).count == 1)
        for line in lines {
            #expect(!line.sku.isEmpty && line.quantityMilli > 0 && line.net.minorUnits > 0)
            #expect(!line.hasCost || (line.cost.currency == line.net.currency && line.cost.minorUnits > 0))
        }
    }

    @Test func ordersAfterDealsNameOneThatWasWon() throws {
        let history = try DemoHistory.long()
        var won: Set<String> = []
        var named = 0
        for event in history.events {
            if event.type == OpportunityWon.eventType {
                won.insert("opportunity:" + (try OpportunityWon(serializedBytes: event.data).opportunityID))
            } else if event.type == OrderPlaced.eventType {
                let origin = try OrderPlaced(serializedBytes: event.data).origin
                guard origin.hasPrefix("opportunity:") else { continue }
                #expect(won.contains(origin))
                named += 1
            }
        }
        #expect(named > won.count / 2)
    }

    @Test func customersOrderAgainButFewerOfThemMonthByMonth() throws {
        var times: [String: [Int64]] = [:]
        for (event, order) in try DemoHistory.long().all(OrderPlaced.self) {
            times[order.customerID, default: []].append(event.occurredAt.microseconds)
        }
        let month: Int64 = 30 * 86_400_000_000
        let end = try #require(Timestamp("2026-07-01T00:00:00Z")).microseconds
        let cohort = times.values.compactMap { times in
            times.min().map { first in Set(times.map { ($0 - first) / month }) }
        }
        let old = zip(cohort, times.values.map { $0.min() ?? end }).filter { $0.1 < end - 7 * month }.map { $0.0 }
        func share(in month: Int64) -> Int { old.count { $0.contains(month) } * 100 / max(1, old.count) }
        #expect((20...50).contains(share(in: 1)))
        #expect((8...35).contains(share(in: 6)))
        #expect(share(in: 6) < share(in: 1))
    }

    // MARK: Cases

    @Test(arguments: [false, true])
    func everyCaseHasAPossibleLife(byOccurrence: Bool) throws {
        let lives = try DemoHistory.long().lives(of: "case", "Case", byOccurrence: byOccurrence)
        var atEnd: [String: Int] = [:]
        for (service, events) in lives {
            let opening = try #require(events.first)
            try #require(opening.type == CaseOpened.eventType, "\(service)")
            let opened = try CaseOpened(serializedBytes: opening.data)
            #expect(try service == Tag.case(opened.caseID))
            #expect(opened.attributes.map(\.name) == ["product", "region"])
            var status = "open"
            for event in events.dropFirst() {
                #expect(event.tags.contains(try Tag.customer(opened.customerID)))
                switch event.type {
                case CaseResolved.eventType:
                    #expect(status == "open")
                    status = "resolved"
                case CaseClosed.eventType:
                    let outcome = try CaseClosed(serializedBytes: event.data).outcome
                    #expect(status == (outcome == "duplicate" ? "open" : "resolved"))
                    status = "closed"
                case CaseReopened.eventType:
                    #expect(status != "open")
                    status = "open"
                default: #expect(status == "open", "\(event.type)")
                }
            }
            atEnd[status, default: 0] += 1
        }
        #expect(atEnd["closed", default: 0] > lives.count * 3 / 4)
        #expect(atEnd["open", default: 0] > 0)
        #expect(atEnd["resolved", default: 0] > 0)
    }
}
