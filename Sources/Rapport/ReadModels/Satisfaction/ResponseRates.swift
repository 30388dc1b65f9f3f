public import EventLog
internal import LMDB
internal import Projection

/// How many of those who were asked have answered, by the time of the invitation.
public struct ResponseRates: Codable, Sendable, Hashable {
    /// The invitations to one survey in one period (and with one value of the dimension).
    public struct Point: Codable, Sendable, Hashable {
        /// `2017-03`, `2017-Q1` ...; "all" for the whole range.
        public let period: String
        /// The id of the survey that people were invited to.
        public let survey: String
        /// The value of the dimension; nil without one.
        public let group: String?
        /// Invitations in the period, each once, at its earliest time.
        public let invited: Int64
        /// Of these, whenever they did.
        public let answered: Int64
        /// answered / invited, in basis points rounded half up.
        public let rateBp: Int64?
    }

    /// What invitations are grouped by; nil takes all together.
    public let dimension: String?
    /// The length of the periods.
    public let by: Granularity
    /// The IANA zone that days belong to.
    public let zone: String
    /// By survey, group and period.
    public let points: [Point]
    /// The whole range, one for each survey and group.
    public let overall: [Point]
    /// The responses to each survey, in all groups: what no rate counts.
    public let responses: [SurveyResponses]
    /// The position that the answer is of.
    public let position: Position
}

extension CRMState {
    /// Response rates of surveys. Of the question metric and question are not asked for: an invitation is to a survey.
    /// O(series × periods × log n).
    ///
    /// - Parameter dimension: an empty text is the name of none.
    /// - Throws: ``UnknownTimeZone``.
    public func responseRates(
        survey: String? = nil, by: Granularity = .month, dimension: String? = nil, from: CivilDate? = nil,
        to: CivilDate? = nil, zone: String = "UTC", atLeast position: Position? = nil
    ) async throws -> ResponseRates {
        try await wait(for: position, of: SatisfactionModel.name)
        let calendar = try ZonedCalendar(zone: zone)
        let table = SatisfactionModel.invitations
        return try rows.read(SatisfactionModel.name) { reader in
            var points: [ResponseRates.Point] = []
            var overall: [ResponseRates.Point] = []
            let under = survey.map { [$0] } ?? []
            let start = from.map { calendar.startOfDay($0) }
            let end = to.map { calendar.endOfDay($0) }
            for name in try reader.seriesNames(table, under: under).map({ under + $0 })
            where name[1].sameBytes(as: dimension ?? "") && dimension?.isEmpty != true {
                let counter = InvitationCounter(name: name, isGrouped: dimension != nil)
                guard let days = try reader.days(table, name) else { continue }
                for period in CalendarPeriod.all(by, overUTCDays: days, from: from, to: to) {
                    let start = calendar.startOfDay(max(period.firstDay, from ?? period.firstDay))
                    let end = calendar.endOfDay(min(period.lastDay, to ?? period.lastDay))
                    if let point = try counter.point(period.label, start, end, reader) { points.append(point) }
                }
                if let all = try counter.point("all", start, end, reader) { overall.append(all) }
            }
            let surveys = try survey == nil ? SurveyResponses.surveys(reader) : under
            return ResponseRates(
                dimension: dimension, by: by, zone: calendar.name, points: points, overall: overall,
                responses: try SurveyResponses.all(of: surveys, from: start, to: end, reader),
                position: reader.position)
        }
    }
}

extension CRMState {
    /// The surveys that anybody was invited to, with the dimensions of their invitations: what response rates can be
    /// asked for. O(series × log n).
    public func invitations() throws -> [(survey: String, dimensions: [String])] {
        try rows.read(SatisfactionModel.name) { reader in
            let names = try reader.seriesNames(SatisfactionModel.invitations)
            // Names that look alike may differ in bytes.
            let dimensions = Dictionary(grouping: names) { Array($0[0].utf8) }
            return SatisfactionSeries.distinct(names.map { $0[0] }).map { survey in
                let found = (dimensions[Array(survey.utf8)] ?? []).map { $0[1] }
                return (survey, SatisfactionSeries.distinct(found.filter { !$0.isEmpty }))
            }
        }
    }
}

extension SurveyResponses {
    /// The surveys that anybody has responded to. O(surveys × log n).
    fileprivate static func surveys(_ reader: borrowing ModelReader) throws -> [String] {
        let names =
            try reader.seriesNames(SatisfactionModel.responses)
            + reader.seriesNames(SatisfactionModel.unknownInvitations)
        return SatisfactionSeries.distinct(names.map { $0[0] })
    }

    /// The responses to these surveys from `start` (included) to `end` (left out), in the order of the surveys; nil is
    /// unbounded. Surveys without any are left out. O(surveys × log n).
    static func all(
        of surveys: [String], from start: Timestamp?, to end: Timestamp?, _ reader: borrowing ModelReader
    ) throws -> [SurveyResponses] {
        var found: [SurveyResponses] = []
        for survey in surveys {
            let columns = try reader.sum(SatisfactionModel.responses, [survey], from: start, to: end)
            let unknown = try reader.sum(SatisfactionModel.unknownInvitations, [survey], from: start, to: end)
            func column(_ index: Int) -> Int64 { index < columns.count ? columns[index] : 0 }
            let responses = SurveyResponses(
                survey: survey, responses: column(0), uninvited: column(1), withoutAnswers: column(2),
                unknownInvitations: unknown.first ?? 0)
            if responses.responses > 0 || responses.unknownInvitations > 0 { found.append(responses) }
        }
        return found
    }
}

/// Adds up the invitations of one series.
private struct InvitationCounter {
    let name: [String]
    let isGrouped: Bool

    /// What became of the invitations of a range; nil when there are none.
    func point(
        _ period: String, _ start: Timestamp?, _ end: Timestamp?, _ reader: borrowing ModelReader
    ) throws -> ResponseRates.Point? {
        let columns = try reader.sum(SatisfactionModel.invitations, name, from: start, to: end)
        guard let invited = columns.first, invited > 0 else { return nil }
        let answered = columns.count > 1 ? columns[1] : 0
        return ResponseRates.Point(
            period: period, survey: name[0], group: isGrouped ? name[2] : nil, invited: invited, answered: answered,
            rateBp: basisPoints(answered, of: invited))
    }
}
