import EventLog
@testable import Rapport
import Testing
import TestSupport

/// How many of those who were asked have answered.
@Suite struct ResponseRateTests {
    private static func dimension(_ name: String, _ value: String) -> SurveyDimension {
        var dimension = SurveyDimension()
        dimension.name = name
        dimension.value = value
        return dimension
    }

    private static func invited(
        _ id: String, to survey: String = "service", at time: String, through channel: String = "",
        in region: String = ""
    ) throws -> NewEvent {
        let message = SurveyInvited.with { message in
            message.surveyID = survey
            message.invitationID = id
            message.channel = channel
            if !region.isEmpty { message.dimensions = [dimension("region", region)] }
        }
        return try NewEvent(
            message, about: [try .survey(survey), try .invitation(id)], occurredAt: .at(time))
    }

    /// An answer to an invitation, or of somebody whom nobody invited.
    private static func answered(
        _ id: String?, to survey: String = "service", at time: String = "2024-06-01T10:00:00Z",
        in region: String = ""
    ) throws -> NewEvent {
        let message = SurveyAnswered.with { message in
            message.surveyID = survey
            message.invitationID = id ?? ""
            if !region.isEmpty { message.dimensions = [dimension("region", region)] }
        }
        let tags = [try EntityTag.survey(survey)] + (try id.map { [try EntityTag.invitation($0)] } ?? [])
        return try NewEvent(message, about: tags, occurredAt: .at(time))
    }

    private static func lines(_ points: [ResponseRates.Point]) -> [String] {
        points.map { point in
            let rate = point.rateBp.map { String($0) } ?? "?"
            return "\(point.period) \(point.survey) \(point.group ?? "-") \(point.answered)/\(point.invited) \(rate)"
        }
    }

    private static func events() throws -> [NewEvent] {
        [
            try invited("I-1", at: "2024-01-10T10:00:00Z", through: "email", in: "北"),
            try invited("I-2", at: "2024-01-20T10:00:00Z", through: "sms", in: "south"),
            try invited("I-3", at: "2024-01-30T10:00:00Z", through: "email"),
            try invited("I-4", at: "2024-03-10T10:00:00Z", through: "email", in: "south"),
            try invited("I-5", to: "delivery", at: "2024-03-10T10:00:00Z"),
            try answered("I-1"), try answered("I-4"), try answered("I-3", at: "2024-01-31T10:00:00Z"),
        ]
    }

    private static func folder() throws -> CRMFolder { try CRMFolder(try events()) }

    @Test("an answer counts in the period of its invitation, whenever it came")
    func periods() async throws {
        let folder = try Self.folder()
        let rates = try await folder.crm.responseRates(atLeast: folder.head)
        #expect(
            Self.lines(rates.points) == [
                "2024-03 delivery - 0/1 0", "2024-01 service - 2/3 6667", "2024-03 service - 1/1 10000",
            ])
        #expect(Self.lines(rates.overall) == ["all delivery - 0/1 0", "all service - 3/4 7500"])
        #expect(rates.by == .month)
        #expect(rates.dimension == nil)
        #expect(rates.zone == "UTC")
        #expect(rates.position == folder.head)
        let days = try await folder.crm.responseRates(
            survey: "service", by: .day, from: .on("2024-01-20"), to: .on("2024-01-30"))
        #expect(Self.lines(days.points) == ["2024-01-20 service - 0/1 0", "2024-01-30 service - 1/1 10000"])
        #expect(Self.lines(days.overall) == ["all service - 1/2 5000"])
    }

    @Test("rates are told by survey, by channel and by what the survey is about")
    func groups() async throws {
        let folder = try Self.folder()
        let (crm, head) = (folder.crm, folder.head)
        let one = try await crm.responseRates(survey: "delivery", by: .quarter, atLeast: head)
        #expect(Self.lines(one.points) == ["2024-Q1 delivery - 0/1 0"])
        let channels = try await crm.responseRates(by: .year, dimension: "channel")
        #expect(Self.lines(channels.points) == ["2024 service email 3/3 10000", "2024 service sms 0/1 0"])
        #expect(channels.dimension == "channel")
        let regions = try await crm.responseRates(survey: "service", dimension: "region")
        #expect(Self.lines(regions.overall) == ["all service south 1/2 5000", "all service 北 1/1 10000"])
        #expect(
            Self.lines(regions.points) == [
                "2024-01 service south 0/1 0", "2024-03 service south 1/1 10000", "2024-01 service 北 1/1 10000",
            ])
        for (survey, dimension) in [("other", nil), (nil, "planet")] as [(String?, String?)] {
            let none = try await crm.responseRates(survey: survey, dimension: dimension)
            #expect(none.points == [] && none.overall == [])
        }
        await #expect(throws: UnknownTimeZone.self) { _ = try await crm.responseRates(zone: "Mars/Olympus") }
        withExtendedLifetime(folder) {}
    }

    @Test("an invitation counts on the day that the wall calendar of the zone shows")
    func zones() async throws {
        let folder = try CRMFolder([
            try Self.invited("I-1", at: "2024-01-31T18:29:59Z"), try Self.invited("I-2", at: "2024-01-31T18:30:00Z"),
            try Self.answered("I-2"),
        ])
        let rates = try await folder.crm.responseRates(zone: "Asia/Kolkata", atLeast: folder.head)
        #expect(Self.lines(rates.points) == ["2024-01 service - 0/1 0", "2024-02 service - 1/1 10000"])
    }

    @Test("in whatever order events arrive, rates are the same", arguments: 1...4 as ClosedRange<UInt64>)
    func anyArrival(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let orderly = try Self.folder()
        let folder = try CRMFolder()
        try await folder.appendSlowly(
            try Self.events().shuffled(using: &random), batch: Int.random(in: 1...3, using: &random))
        for dimension in [nil, "channel", "region"] {
            let rates = try await folder.crm.responseRates(dimension: dimension)
            let expected = try await orderly.crm.responseRates(dimension: dimension, atLeast: orderly.head)
            #expect(rates == expected)
        }
    }

    @Test("an answer that arrives before its invitation counts as soon as the invitation is known")
    func answerFirst() async throws {
        let folder = try CRMFolder([try Self.answered("I-1")])
        let before = try await folder.crm.responseRates(atLeast: folder.head)
        #expect(before.points == [] && before.overall == [])
        try folder.append([try Self.invited("I-1", at: "2024-01-10T10:00:00Z", through: "sms")])
        let after = try await folder.crm.responseRates(dimension: "channel", atLeast: folder.head)
        #expect(Self.lines(after.points) == ["2024-01 service sms 1/1 10000"])
    }

    @Test("an invitation is answered once, however many answers name it; it counts once, however often it was sent")
    func once() async throws {
        let folder = try CRMFolder([
            try Self.invited("I-1", at: "2024-02-10T10:00:00Z", through: "email", in: "south"),
            try Self.answered("I-1"), try Self.answered("I-1", at: "2024-06-02T10:00:00Z"),
            // The earliest invitation says where and how.
            try Self.invited("I-1", at: "2024-01-10T10:00:00Z", through: "sms"),
            try Self.invited("I-1", at: "2024-05-10T10:00:00Z", through: "phone", in: "west"),
        ])
        let rates = try await folder.crm.responseRates(atLeast: folder.head)
        #expect(Self.lines(rates.points) == ["2024-01 service - 1/1 10000"])
        let channels = try await folder.crm.responseRates(dimension: "channel")
        #expect(Self.lines(channels.overall) == ["all service sms 1/1 10000"])
        let regions = try await folder.crm.responseRates(dimension: "region")
        #expect(regions.overall == [])
    }

    @Test("answers of those whom nobody invited do not count; nor does what an answer says of itself")
    func withoutInvitation() async throws {
        let folder = try CRMFolder([
            try Self.invited("I-1", at: "2024-01-10T10:00:00Z", in: "south"), try Self.answered(nil, in: "south"),
            try Self.answered(nil), try Self.answered("I-9"), try Self.answered("I-1", to: "delivery", in: "west"),
        ])
        let rates = try await folder.crm.responseRates(atLeast: folder.head)
        #expect(Self.lines(rates.overall) == ["all service - 1/1 10000"])
        let regions = try await folder.crm.responseRates(dimension: "region")
        #expect(Self.lines(regions.overall) == ["all service south 1/1 10000"])
    }

    @Test("dimensions and surveys whose names differ in bytes alone are not mixed up; an empty name is of none")
    func bytes() async throws {
        let names = ["cafe\u{301}", "caf\u{E9}"]
        let events = try names.map { name in
            let message = SurveyInvited.with { message in
                message.surveyID = name
                message.invitationID = "I-\(name)"
                message.dimensions = [Self.dimension(name, "a")]
            }
            return try NewEvent(
                message, about: [try .survey(name), try .invitation("I-\(name)")],
                occurredAt: .at("2024-01-10T10:00:00Z"))
        }
        let folder = try CRMFolder(events)
        for name in names {
            let rates = try await folder.crm.responseRates(dimension: name, atLeast: folder.head)
            #expect(rates.overall.map { Array($0.survey.utf8) } == [Array(name.utf8)])
        }
        let known = try folder.crm.invitations()
        #expect(known.map { Array($0.survey.utf8) } == names.map { Array($0.utf8) })
        #expect(known.map { $0.dimensions.map { Array($0.utf8) } } == names.map { [Array($0.utf8)] })
        let none = try await folder.crm.responseRates(dimension: "")
        #expect(none.overall == [] && none.points == [])
    }
}
