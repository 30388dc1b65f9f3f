import EventLog
@testable import Rapport
import Testing

/// Deals by dimension against a plain count over the stories of random deals.
@Suite struct DealGroupTests {
    private static func halfUp(_ part: Int64, _ whole: Int64, times scale: Int64) -> Int64? {
        whole == 0 ? nil : Int64((Double(part * scale) / Double(whole) + 0.5).rounded(.down))
    }

    /// The groups as `value` says to which a deal belongs; deals of "" belong to none.
    private static func groups(
        _ stories: [DealStory], before end: Timestamp?, by value: (DealStory, DealStory.Standing) -> String
    ) -> Set<DealGroups.Group> {
        struct Key: Hashable {
            let value: String
            let currency: String
        }
        var standings: [Key: [DealStory.Standing]] = [:]
        for story in stories {
            guard let deal = story.standing(before: end) else { continue }
            let group = value(story, deal)
            if group.isEmpty { continue }
            standings[Key(value: group, currency: deal.amount.currency), default: []].append(deal)
        }
        return Set(
            standings.map { key, deals -> DealGroups.Group in
                func these(_ end: DealStory.DealEnd) -> [DealStory.Standing] { deals.filter { $0.outcome == end } }
                func worth(_ deals: [DealStory.Standing]) -> Int64 { deals.reduce(0) { $0 + $1.amount.minorUnits } }
                func days(_ deals: [DealStory.Standing]) -> Int64? {
                    halfUp(deals.reduce(0) { $0 + $1.cycleDays }, Int64(deals.count), times: 100)
                }
                let (open, won, lost) = (these(.open), these(.won), these(.lost))
                return DealGroups.Group(
                    value: key.value, currency: key.currency, opened: Int64(deals.count), open: Int64(open.count),
                    openValue: worth(open), won: Int64(won.count), wonValue: worth(won), lost: Int64(lost.count),
                    lostValue: worth(lost),
                    winRateBp: halfUp(Int64(won.count), Int64(won.count + lost.count), times: 10_000),
                    wonDaysCenti: days(won), lostDaysCenti: days(lost))
            })
    }

    /// The same, whatever the currency.
    private static func counts(
        _ stories: [DealStory], before end: Timestamp?, by value: (DealStory, DealStory.Standing) -> String
    ) -> Set<DealGroups.GroupCounts> {
        var standings: [String: [DealStory.Standing]] = [:]
        for story in stories {
            guard let deal = story.standing(before: end) else { continue }
            let group = value(story, deal)
            if !group.isEmpty { standings[group, default: []].append(deal) }
        }
        return Set(
            standings.map { group, deals -> DealGroups.GroupCounts in
                let won = deals.filter { $0.outcome == .won }
                let lost = deals.filter { $0.outcome == .lost }
                let counts = DealCounts(
                    opened: Int64(deals.count), open: Int64(deals.count - won.count - lost.count),
                    won: Int64(won.count), lost: Int64(lost.count),
                    winRateBp: halfUp(Int64(won.count), Int64(won.count + lost.count), times: 10_000))
                return DealGroups.GroupCounts(
                    value: group, deals: counts,
                    wonDaysCenti: halfUp(won.reduce(0) { $0 + $1.cycleDays }, Int64(won.count), times: 100),
                    lostDaysCenti: halfUp(lost.reduce(0) { $0 + $1.cycleDays }, Int64(lost.count), times: 100))
            })
    }

    private static func crm(_ stories: [DealStory], _ deals: inout RandomDeals) throws -> CRMFolder {
        try CRMFolder(deals.shuffled(try stories.flatMap { try $0.events() }))
    }

    @Test("by customer and by region, now and at any day", arguments: 1...4 as ClosedRange<UInt64>)
    func customersAndRegions(seed: UInt64) async throws {
        var deals = RandomDeals(seed: seed)
        let stories = deals.stories(70)
        let folder = try Self.crm(stories, &deals)
        for round in 0..<8 {
            let day: CivilDate? = round == 0 ? nil : deals.day()
            let zone = deals.one(of: RandomDeals.zones)
            let calendar = try ZonedCalendar(zone: zone)
            let end = day.map { calendar.endOfDay($0) }
            let (crm, head) = (folder.crm, folder.head)
            let answer = try await crm.deals(by: "customer", at: day, zone: zone, atLeast: head)
            let counts = Self.counts(stories, before: end) { story, _ in story.customer }
            #expect(Set(answer.counts) == counts)
            #expect(answer.counts.count == counts.count)
            let customers = answer.groups
            let byCustomer = Self.groups(stories, before: end) { story, _ in story.customer }
            #expect(Set(customers) == byCustomer)
            let regions = try await crm.deals(by: "region", at: day, zone: zone, atLeast: head).groups
            let byRegion = Self.groups(stories, before: end) { story, _ in story.region }
            #expect(Set(regions) == byRegion)
            for groups in [customers, regions] {
                let names = groups.map { [$0.value, $0.currency] }
                #expect(names == names.sorted { $0.lexicographicallyPrecedes($1) })
                #expect(Set(names).count == names.count)
            }
        }
    }

    @Test("by owner: all of a deal counts for whoever owns it now", arguments: 11...13 as ClosedRange<UInt64>)
    func ownersNow(seed: UInt64) async throws {
        var deals = RandomDeals(seed: seed)
        let stories = deals.stories(70)
        let folder = try Self.crm(stories, &deals)
        let found = try await folder.crm.deals(by: "owner", atLeast: folder.head)
        let byOwner = Self.groups(stories, before: nil) { _, deal in deal.owner }
        #expect(Set(found.groups) == byOwner)
    }

    @Test("by owner at a day: all of a deal counts for whoever owned it at the end of that day")
    func ownersThen() async throws {
        let start = Timestamp.at("2024-03-01T10:00:00Z")
        let amount = DealStory.Amount(minorUnits: 900, currency: "EUR")
        let story = DealStory(
            id: "D-1",
            changes: [
                .init(at: start, change: .opened(stage: "new", amount: amount, owner: "ada")),
                .init(at: start.plus(days: 3), change: .handed(to: "bo")),
                .init(at: start.plus(days: 6), change: .won(nil)),
            ])
        let folder = try CRMFolder(try story.events())
        for (day, owner) in [("2024-03-01", "ada"), ("2024-03-03", "ada"), ("2024-03-04", "bo"), ("2024-03-07", "bo")] {
            let found = try await folder.crm.deals(by: "owner", at: .on(day), atLeast: folder.head)
            #expect(found.groups.map(\.value) == [owner], "\(day)")
        }
    }

    @Test("a dimension that no deal has has no groups")
    func unknownDimension() async throws {
        let folder = try CRMFolder(try DealStory.through(["new"]).events())
        let now = try await folder.crm.deals(by: "planet", atLeast: folder.head)
        #expect(now.groups == [])
        let then = try await folder.crm.deals(by: "planet", at: .on("2024-04-01"), atLeast: folder.head)
        #expect(then.groups == [])
    }
}
