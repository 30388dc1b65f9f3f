import EventLog
import Foundation
@testable import Rapport
import Testing

/// Waterfalls of deals that are few enough to add up by hand.
@Suite struct WaterfallTests {
    private static let april = WaterfallQuestion(from: .on("2024-04-01"), to: .on("2024-04-30"))

    /// The bars that are not empty, in their order.
    private static func bars(_ balance: PipelineWaterfall.Balance?) -> [String] {
        guard let balance else { return [] }
        return WaterfallItem.allCases.compactMap { item in
            guard let bar = balance.bar(item), bar.count != 0 || bar.value != 0 else { return nil }
            return "\(item.rawValue) \(bar.count) \(bar.value)"
        }
    }

    private static func bars(_ waterfall: PipelineWaterfall, _ currency: String = "EUR") -> [String] {
        bars(waterfall.balances.first { $0.currency == currency })
    }

    private static func bars(_ waterfall: PipelineWaterfall, of group: String) -> [String] {
        bars(waterfall.groups?.first { $0.group == group })
    }

    private static func deals() throws -> [NewEvent] {
        try [
            DealEvents.opened("D-1", "2024-03-10", 1_000), DealEvents.revised("D-1", "2024-04-05", 1_500),
            DealEvents.won("D-1", "2024-04-20", 1_400),
            DealEvents.opened("D-2", "2024-03-12", 800), DealEvents.lost("D-2", "2024-04-10"),
            DealEvents.opened("D-3", "2024-04-02", 300), DealEvents.won("D-3", "2024-04-03"),
            DealEvents.opened("D-4", "2024-03-01", 500), DealEvents.lost("D-4", "2024-03-20"),
            DealEvents.reopened("D-4", "2024-04-15"),
            DealEvents.opened("D-5", "2024-04-08", 250), DealEvents.revised("D-5", "2024-04-09", 200),
            DealEvents.opened("D-6", "2024-05-01", 900),
            DealEvents.opened("D-7", "2024-03-02", 70), DealEvents.won("D-7", "2024-03-15"),
            DealEvents.revised("D-7", "2024-04-11", 90),
        ]
    }

    @Test("seven deals in April: each item by count and value")
    func items() async throws {
        let folder = try CRMFolder(try Self.deals())
        let found = try await folder.crm.waterfall(Self.april, atLeast: folder.head)
        #expect(
            Self.bars(found) == [
                "start 2 1800", "created 2 550", "grown 1 500", "shrunk 2 150", "reopened 1 500", "won 2 1700",
                "lost 1 800", "end 2 700",
            ])
        #expect(found.balances.count == 1)
        #expect(found.groups == nil)
        #expect(found.from == "2024-04-01")
        #expect(found.to == "2024-04-30")
        #expect(found.position == folder.head)
        #expect(found.balances.allSatisfy { $0.pulledIn == nil && $0.transferredIn == nil })
    }

    @Test("a day that nothing happens on begins and ends with the same; before the first deal there is nothing")
    func quietDays() async throws {
        let folder = try CRMFolder(try Self.deals())
        let quiet = WaterfallQuestion(from: .on("2024-04-01"), to: .on("2024-04-01"))
        let found = try await folder.crm.waterfall(quiet, atLeast: folder.head)
        #expect(Self.bars(found) == ["start 2 1800", "end 2 1800"])
        let early = WaterfallQuestion(from: .on("2024-01-01"), to: .on("2024-01-31"))
        #expect(try await folder.crm.waterfall(early).balances == [])
    }

    @Test("the days are those of a zone")
    func zones() async throws {
        // On Kiritimati the next day has begun.
        let folder = try CRMFolder([
            try DealEvents.opened("D-1", "2024-03-31", 100), try DealEvents.won("D-1", "2024-04-30"),
        ])
        var question = Self.april
        let inUTC = try await folder.crm.waterfall(question, atLeast: folder.head)
        #expect(Self.bars(inUTC) == ["start 1 100", "won 1 100"])
        question.zone = "Pacific/Kiritimati"
        let onKiritimati = try await folder.crm.waterfall(question)
        #expect(Self.bars(onKiritimati) == ["created 1 100", "end 1 100"])
    }

    @Test("a deal that changes its currency leaves one waterfall and enters another")
    func currencies() async throws {
        let folder = try CRMFolder([
            try DealEvents.opened("D-1", "2024-03-10"), try DealEvents.revised("D-1", "2024-04-02", 900),
            try DealEvents.revised("D-1", "2024-04-12", 1_000, "USD"),
        ])
        let found = try await folder.crm.waterfall(Self.april, atLeast: folder.head)
        #expect(found.balances.map(\.currency) == ["", "EUR", "USD"])
        #expect(Self.bars(found, "") == ["start 1 0", "currencyOut 1 0"])
        #expect(Self.bars(found, "EUR") == ["currencyIn 1 900", "currencyOut 1 900"])
        #expect(Self.bars(found, "USD") == ["currencyIn 1 1000", "end 1 1000"])
    }

    @Test("within bounds of the expected day of closing, deals are pulled in and pushed out")
    func expectedDays() async throws {
        let folder = try CRMFolder([
            try DealEvents.opened("D-1", "2024-03-01", 100, closes: "2024-05-15"),
            try DealEvents.expected("D-1", "2024-04-10", closes: "2024-07-15"),
            try DealEvents.opened("D-2", "2024-03-01", 200, closes: "2024-08-01"),
            try DealEvents.expected("D-2", "2024-04-12", closes: "2024-06-01"),
            try DealEvents.opened("D-3", "2024-03-01", 300, closes: "2024-05-01"),
            try DealEvents.revised("D-3", "2024-04-15", 350), try DealEvents.won("D-3", "2024-04-16"),
            try DealEvents.opened("D-4", "2024-04-02", 400),
            try DealEvents.expected("D-4", "2024-04-20", closes: "2024-06-30"),
            try DealEvents.opened("D-5", "2024-04-03", 500, closes: "2024-09-01"),
            try DealEvents.lost("D-5", "2024-04-05"),
            try DealEvents.opened("D-6", "2024-04-04", 600, closes: "2024-04-30"),
        ])
        var question = Self.april
        question.closing = CivilDate.on("2024-04-01")...CivilDate.on("2024-06-30")
        let found = try await folder.crm.waterfall(question, atLeast: folder.head)
        #expect(
            Self.bars(found) == [
                "start 2 400", "created 1 600", "grown 1 50", "pulledIn 2 600", "pushedOut 1 100", "won 1 350",
                "end 3 1200",
            ])
        #expect(found.closingFrom == "2024-04-01")
        #expect(found.closingTo == "2024-06-30")
        #expect(found.balances.allSatisfy { $0.pulledIn != nil && $0.pushedOut != nil })
    }

    @Test("deals go from team to team with their owners, and from owner to owner")
    func transfers() async throws {
        let folder = try CRMFolder([
            try DealEvents.assigned("ada", "2024-01-01", team: "red"),
            try DealEvents.assigned("bo", "2024-01-01", team: "blue"),
            try DealEvents.assigned("ada", "2024-04-10", team: "blue"),
            try DealEvents.opened("D-1", "2024-03-01", 100, owner: "ada"),
            try DealEvents.opened("D-2", "2024-03-02", 200, owner: "bo"),
            try DealEvents.handed("D-2", "2024-04-05", to: "ada"),
            try DealEvents.opened("D-3", "2024-03-03", 50, owner: "cem", team: "green"),
            try DealEvents.opened("D-4", "2024-03-04", 7),
        ])
        var question = Self.april
        question.by = "team"
        let found = try await folder.crm.waterfall(question, atLeast: folder.head)
        #expect(found.groups?.map(\.group) == ["", "blue", "green", "red"])
        #expect(
            Self.bars(found, of: "blue") == [
                "start 1 200", "transferredIn 2 300", "transferredOut 1 200", "end 2 300",
            ])
        #expect(Self.bars(found, of: "red") == ["start 1 100", "transferredIn 1 200", "transferredOut 2 300"])
        #expect(Self.bars(found, of: "green") == ["start 1 50", "end 1 50"])
        #expect(Self.bars(found, of: "") == ["start 1 7", "end 1 7"])
        #expect(Self.bars(found) == ["start 4 357", "end 4 357"])
        question.by = "owner"
        let byOwner = try await folder.crm.waterfall(question)
        #expect(Self.bars(byOwner, of: "ada") == ["start 1 100", "transferredIn 1 200", "end 2 300"])
        #expect(Self.bars(byOwner, of: "bo") == ["start 1 200", "transferredOut 1 200"])
        question.by = "customer"
        #expect(try await folder.crm.waterfall(question).groups?.map(\.group) == [""])
        #expect(try folder.crm.dealDimensionsOverTime() == ["customer", "owner", "team", "territory"])
    }

    @Test("an owner's team counts from when it was assigned, before what happens to deals at that moment")
    func assignedAtTheSameMoment() async throws {
        let folder = try CRMFolder([
            try DealEvents.opened("D-1", "2024-04-02", 100, owner: "ada", team: "green"),
            try DealEvents.won("D-1", "2024-04-10"), try DealEvents.assigned("ada", "2024-04-10", team: "red"),
            try DealEvents.opened("D-2", "2024-04-02", 30, owner: "bo", team: "green"),
            try DealEvents.assigned("bo", "2024-04-11", team: ""),
        ])
        var question = Self.april
        question.by = "team"
        let found = try await folder.crm.waterfall(question, atLeast: folder.head)
        #expect(Self.bars(found, of: "green") == ["created 2 130", "transferredOut 2 130"])
        #expect(Self.bars(found, of: "red") == ["won 1 100", "transferredIn 1 100"])
        #expect(Self.bars(found, of: "") == ["transferredIn 1 30", "end 1 30"])
    }

    @Test("what comes to be known later changes the past, and not what was known of it then")
    func lateEvents() async throws {
        let folder = try CRMFolder(try Self.deals())
        let (crm, then) = (folder.crm, folder.head)
        let before = try await crm.waterfall(Self.april, atLeast: then)
        try folder.append([
            try DealEvents.revised("D-2", "2024-04-09", 850), try DealEvents.opened("D-8", "2024-04-29", 40),
        ])
        let now = try await crm.waterfall(Self.april, atLeast: folder.head)
        #expect(
            Self.bars(now) == [
                "start 2 1800", "created 3 590", "grown 2 550", "shrunk 2 150", "reopened 1 500", "won 2 1700",
                "lost 1 850", "end 3 740",
            ])
        let known = try await crm.state(asOf: then).waterfall(Self.april)
        #expect(known.balances == before.balances)
        withExtendedLifetime(folder) {}
    }

    @Test("one pipeline alone, and one that does not exist")
    func pipelines() async throws {
        let folder = try CRMFolder([
            try DealEvents.opened("D-1", "2024-04-02", 100),
            try DealEvents.opened("D-2", "2024-04-02", 30, pipeline: "web"),
        ])
        var question = Self.april
        question.pipeline = "web"
        let web = try await folder.crm.waterfall(question, atLeast: folder.head)
        #expect(Self.bars(web) == ["created 1 30", "end 1 30"])
        question.pipeline = "none"
        #expect(try await folder.crm.waterfall(question).balances == [])
    }

    @Test("it is the same after JSON, which leaves out what the question has not")
    func coding() async throws {
        let folder = try CRMFolder(
            try Self.deals() + [DealEvents.opened("D-9", "2024-04-01", 60, owner: "ada", closes: "2024-05-01")])
        var question = Self.april
        let plain = try await folder.crm.waterfall(question, atLeast: folder.head)
        question.by = "owner"
        question.closing = CivilDate.on("2024-01-01")...CivilDate.on("2024-12-31")
        let grouped = try await folder.crm.waterfall(question)
        for found in [plain, grouped] {
            let data = try JSONEncoder().encode(found)
            #expect(try JSONDecoder().decode(PipelineWaterfall.self, from: data) == found)
            let text = String(decoding: data, as: UTF8.self)
            let isGrouped = found.by != nil
            for name in ["groups", "closingFrom", "pulledIn", "transferredOut"] {
                #expect(text.contains("\"\(name)\"") == isGrouped, "\(name)")
            }
        }
    }

    @Test("a last day before the first one and an unknown zone are refused")
    func refusals() async throws {
        let folder = try CRMFolder()
        let (crm, first, last) = (folder.crm, CivilDate.on("2024-04-02"), CivilDate.on("2024-04-01"))
        let reversed = WaterfallQuestion(from: first, to: last)
        await #expect(throws: ReversedWaterfallPeriod(from: first, to: last)) {
            _ = try await crm.waterfall(reversed)
        }
        await #expect(throws: ReversedWaterfallPeriod(from: first, to: last)) {
            _ = try await crm.waterfallMovements(reversed, item: .won)
        }
        let nowhere = WaterfallQuestion(from: last, to: first, zone: "Mars/Olympus")
        await #expect(throws: UnknownTimeZone(name: "Mars/Olympus")) { _ = try await crm.waterfall(nowhere) }
        withExtendedLifetime(folder) {}
    }
}
