public import EventLog
internal import Projection

/// Win rates on both bases: of the deals closed in a period, and of those opened in it.
public struct WinRates: Codable, Sendable, Hashable {
    /// The deals of one period.
    public struct Point: Codable, Sendable, Hashable {
        /// `2017-03`, `2017-Q1` ...; "all" for the whole range.
        public let period: String
        /// Deals won in the period, whenever they were opened; a win that was taken back by reopening counts less one
        /// when that happened.
        public let wonInPeriod: Int64
        /// Deals lost in the period, counted alike.
        public let lostInPeriod: Int64
        /// wonInPeriod / (wonInPeriod + lostInPeriod), in basis points rounded half up; nil when nothing was closed.
        public let closedWinRateBp: Int64?
        /// Deals opened in the period.
        public let opened: Int64
        /// Of these, won by now.
        public let won: Int64
        /// Of these, lost by now.
        public let lost: Int64
        /// Of these, open still.
        public let open: Int64
        /// won / (won + lost), in basis points rounded half up; nil when none of them is closed. While many are open it
        /// is of the quick ones.
        public let openedWinRateBp: Int64?
    }

    /// The pipeline asked for; nil takes all.
    public let pipeline: String?
    /// The length of the periods.
    public let by: Granularity
    /// The IANA zone that days belong to.
    public let zone: String
    /// Periods in which a deal was opened or closed.
    public let points: [Point]
    /// The whole range; nil without deals.
    public let overall: Point?
    /// The position that the answer is of.
    public let position: Position
}

extension CRMState {
    /// Win rates period by period, by the day of closing and by the day of opening: the first says how a period went,
    /// the second how its deals fare. O(periods × paths of deals).
    ///
    /// - Throws: ``UnknownTimeZone``.
    public func winRates(
        pipeline: String? = nil, by: Granularity = .month, from: CivilDate? = nil, to: CivilDate? = nil,
        zone: String = "UTC", atLeast position: Position? = nil
    ) async throws -> WinRates {
        try await wait(for: position, of: PipelineModel.name)
        let calendar = try ZonedCalendar(zone: zone)
        return try rows.read(PipelineModel.name) { reader in
            let under = pipeline.map { [$0] } ?? []
            let names = try reader.seriesNames(PipelineModel.flow, under: under).map { under + $0 }
            var days: ClosedRange<Int>?
            for name in names {
                guard let found = try reader.days(PipelineModel.flow, name) else { continue }
                let known = days ?? found
                days = min(known.lowerBound, found.lowerBound)...max(known.upperBound, found.upperBound)
            }
            var points: [WinRates.Point] = []
            for period in days.map({ CalendarPeriod.all(by, overUTCDays: $0, from: from, to: to) }) ?? [] {
                let (first, last) = (
                    max(period.firstDay, from ?? period.firstDay), min(period.lastDay, to ?? period.lastDay)
                )
                let question = FunnelQuestion(pipeline: pipeline, from: first, to: last, zone: zone)
                if let point = try WinRates.Point(period.label, question, names, calendar, reader) {
                    points.append(point)
                }
            }
            let all = FunnelQuestion(pipeline: pipeline, from: from, to: to, zone: zone)
            return WinRates(
                pipeline: pipeline, by: by, zone: calendar.name, points: points,
                overall: try WinRates.Point("all", all, names, calendar, reader), position: reader.position)
        }
    }
}

extension WinRates.Point {
    /// Nil when nothing was opened or closed in the range.
    fileprivate init?(
        _ label: String, _ question: FunnelQuestion, _ names: [[String]], _ calendar: ZonedCalendar,
        _ reader: borrowing ModelReader
    ) throws {
        var columns = [Int64](repeating: 0, count: PipelineModel.Flow.count)
        for name in names {
            let start = question.from.map { calendar.startOfDay($0) }
            let end = question.to.map { calendar.endOfDay($0) }
            try add(try reader.sum(PipelineModel.flow, name, from: start, to: end), to: &columns)
        }
        let cohort = try DealFunnel(question, calendar, reader)
        let (won, lost) = (columns[PipelineModel.Flow.won], columns[PipelineModel.Flow.lost])
        if won == 0, lost == 0, cohort.opened == 0 { return nil }
        self.init(
            period: label, wonInPeriod: won, lostInPeriod: lost, closedWinRateBp: winRate(won: won, lost: lost),
            opened: cohort.opened, won: cohort.won, lost: cohort.lost, open: cohort.open,
            openedWinRateBp: cohort.winRateBp)
    }
}
