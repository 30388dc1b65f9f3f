import EventLog
import Foundation
import Rapport
import SwiftProtobuf
import Testing

@Suite struct DemoCompanyTests {
    // MARK: How many, and always the same

    @Test(arguments: [0, 1, 2, 3, 19, 20, 21, 100, 999, 4096])
    func thereAreExactlyAsManyEventsAsAskedFor(events: Int) throws {
        var company = DemoCompany(events: events)
        var made = 0
        while let batch = try company.nextBatch(100) {
            #expect((1...100).contains(batch.count))
            made += batch.count
        }
        #expect(made == events)
        #expect(company.made == events)
        #expect(try company.nextBatch(1) == nil)
    }

    @Test func theSameSeedGivesTheSameEvents() throws {
        #expect(try DemoHistory(seed: 3, events: 3000).events == DemoHistory(seed: 3, events: 3000).events)
    }

    @Test(arguments: [1, 7, 5000])
    func batchesOfAnySizeGiveTheSameEvents(batch: Int) throws {
        #expect(try DemoHistory(events: 1000, batch: batch).events == DemoHistory(events: 1000).events)
    }

    @Test func anotherSeedGivesAnotherCompany() throws {
        let one = try DemoHistory(seed: 1, events: 2000).events
        let other = try DemoHistory(seed: 2, events: 2000).events
        #expect(Set(one.map(\.id)).isDisjoint(with: other.map(\.id)))
        #expect(one.map(\.data) != other.map(\.data))
        #expect(one.map(\.type) != other.map(\.type))
    }

    @Test func anotherNumberOfEventsGivesOtherIDs() throws {
        let short = try DemoHistory(events: 500).events
        let long = try DemoHistory(events: 501).events
        #expect(Set(short.map(\.id)).isDisjoint(with: long.map(\.id)))
    }

    /// Whoever changes the demo on purpose puts the new number here; no machine may change it.
    @Test func theBytesAreTheSameOnEveryMachine() throws {
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ bytes: some Sequence<UInt8>) {
            for byte in bytes { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        for event in try DemoHistory(events: 2000).events {
            add("\(event.id) \(event.type) \(event.occurredAt) \(event.tags) \(event.provenance)".utf8)
            add(event.data)
            for subject in event.subjects { add(subject.part?.bytes ?? []) }
        }
        #expect(String(digest, radix: 16) == "cc81ace9b7a5db5b")
    }

    // MARK: Envelope

    @Test func idsAscend() throws {
        let ids = try DemoHistory.long().events.map(\.id)
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
        #expect(ids.allSatisfy { $0.high >> 12 & 0xF == 7 && $0.low >> 62 == 2 })
    }

    @Test func everythingHappensInThirtyMonthsRoughlyInOrder() throws {
        let times = try DemoHistory.long().events.map(\.occurredAt)
        let first = try #require(Timestamp("2024-01-01T00:00:00Z"))
        let end = try #require(Timestamp("2026-07-01T00:00:00Z"))
        #expect(times.allSatisfy { $0 >= first && $0 < end })
        #expect(try #require(times.max()) > #require(Timestamp("2026-06-30T00:00:00Z")))
        var newest = first
        var late = 0
        for time in times {
            if time < newest { late += 1 }
            #expect(newest.microseconds - time.microseconds < 11 * 86_400_000_000)
            newest = max(newest, time)
        }
        #expect((140...260).contains(late), "about 1 of 100")
    }

    @Test func everyMessageDecodes() throws {
        for event in try DemoHistory.long().events.prefix(4000) {
            let type = try #require(EventCatalogue.type(named: event.type.name))
            #expect(try EventCatalogue.json(of: type, data: event.data).count > 2)
            for part in event.subjects.compactMap(\.part) {
                #expect(part.algorithm == .unsealed)
                #expect(try EventCatalogue.personalJSON(of: type, data: part.bytes).count > 2)
            }
        }
    }

    @Test func tagsAndSubjectsAreThoseOfTheMessage() throws {
        let known = [
            "customerId": "customer", "opportunityId": "opportunity", "surveyId": "survey", "leadId": "lead",
            "orderId": "order", "caseId": "case", "invitationId": "invitation",
        ]
        var persons: Set<String> = []
        var customers: [String: String] = [:]
        for event in try DemoHistory.long().events.prefix(5000) {
            let type = try #require(EventCatalogue.type(named: event.type.name))
            let json = try JSONSerialization.jsonObject(with: EventCatalogue.json(of: type, data: event.data))
            let fields = try #require(json as? [String: Any])
            for (field, kind) in known {
                guard let id = fields[field] as? String else { continue }
                #expect(event.tags.contains(try Tag(kind, id)))
            }
            #expect(Set(event.tags).count == event.tags.count)
            #expect(event.provenance.source == "demo")
            #expect(try #require(event.provenance.actor).hasPrefix("S-"))
            let customer = event.tags.first { $0.kind == "customer" }?.text
            if let deal = event.tags.first(where: { $0.kind == "opportunity" }) {
                #expect(customers[deal.text, default: customer ?? "none"] == customer)
                customers[deal.text] = customer
            }
            if fields["kind"] as? String == "CUSTOMER_KIND_PERSON" { persons.insert(customer ?? "") }
            // Who is not known as a customer is a lead, or does not say who it is.
            let person = customer ?? event.tags.first { $0.kind == "lead" }?.text
            #expect(event.subjects.count <= 1 && event.subjects.allSatisfy { $0.id == person })
            #expect(!persons.contains(customer ?? "") || event.subjects.count == 1)
        }
    }

    @Test func everyEventHasTheTagsAndTheContentThatTheCatalogueAsksFor() throws {
        for event in try DemoHistory.long().events {
            try EventCatalogue.check(event)
            try EventCatalogue.check(#require(EventCatalogue.type(named: event.type.name)), data: event.data)
        }
    }

    @Test func payloadsAreAsLargeAsRealOnes() throws {
        let events = try DemoHistory.long().events
        let bytes = events.reduce(0) { sum, event in
            sum + event.data.count + event.subjects.reduce(0) { $0 + ($1.part?.bytes.count ?? 0) }
        }
        #expect((60...200).contains(bytes / events.count))
    }

    // MARK: Persons

    @Test func personalTextStandsInPersonalPartsOnly() throws {
        let history = try DemoHistory(seed: 5, events: 3000)
        let texts = try history.personalTexts()
        #expect(texts.count > 300)
        var clear = Data()
        for event in history.events {
            clear.append(contentsOf: event.data)
            clear.append(contentsOf: "\(event.tags) \(event.subjects.map(\.id)) \(event.provenance)".utf8)
        }
        #expect(texts.filter { clear.range(of: Data($0.utf8)) != nil } == [])
    }

    @Test func onlyPersonsHaveNamesInPersonalParts() throws {
        for (event, message) in try DemoHistory.long().all(CustomerRegistered.self) {
            let part = event.subjects.first?.part
            #expect((part != nil) == (message.kind == .person))
            #expect(message.organisationName.isEmpty == (message.kind == .person))
            guard let part else { continue }
            let personal = try CustomerRegisteredPersonal(serializedBytes: part.bytes)
            #expect(!personal.displayName.isEmpty)
        }
    }
}
