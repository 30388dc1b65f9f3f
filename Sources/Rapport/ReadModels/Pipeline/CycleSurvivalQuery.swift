public import EventLog
internal import LMDB
internal import Projection

extension CRMState {
    /// How long deals take from opening to win or close, with those that are open counted as far as they have come. A
    /// deal that was opened again stands as it does last, from its first opening. O(changes of the deals opened until
    /// then).
    ///
    /// - Parameters:
    ///   - now: when deals are looked at that are open; what happened later does not count.
    ///   - pipeline: only deals of this pipeline; nil takes all.
    ///   - dimension: groups deals by `owner`, `team`, `territory`, `customer` or an attribute, as it was when they
    ///     were opened; nil takes all together.
    ///   - withCurve: gives the share of deals that are not won, and not closed, over time.
    public func cycleSurvival(
        now: Timestamp, pipeline: String? = nil, by dimension: String? = nil, withCurve: Bool = false,
        atLeast position: Position? = nil
    ) async throws -> CycleSurvival {
        try await wait(for: position, of: PipelineModel.name)
        return try rows.read(PipelineModel.name) { reader in
            let courses = try ObservedCourses(now, pipeline, dimension, reader)
            return CycleSurvival(
                pipeline: pipeline, dimension: dimension, now: now, groups: courses.groups(withCurve: withCurve),
                position: reader.position)
        }
    }
}

/// What has become of deals, and after how long.
private struct ObservedCourses {
    /// By value of the dimension, in microseconds; the causes are ``won`` and ``lost``.
    private var byValue: [(value: String?, observed: [ObservedTime])] = []

    private static let won = 0
    private static let lost = 1

    init(_ now: Timestamp, _ pipeline: String?, _ name: String?, _ reader: borrowing ModelReader) throws {
        let end = now.endMicroseconds
        var histories = DealHistories()
        var dimension: DealDimension?
        if let name { dimension = try DealDimension(name, reader, &histories.texts) }
        // By the number of the value.
        var found: [[ObservedTime]] = []
        try histories.forEach(reader, openedBefore: end, pipeline: pipeline) { deal, texts in
            guard let course = deal.course(before: end) else { return true }
            let opening = course.opening
            let value = try dimension?.value(of: deal, in: opening, at: opening.at, &texts) ?? 0
            while found.count <= value { found.append([]) }
            let length = course.length(until: now.microseconds)
            found[value].append(ObservedTime(length, endedBy: Self.cause(course.outcome)))
            return true
        }
        for (value, observed) in found.enumerated() where !observed.isEmpty {
            byValue.append((value: name == nil ? nil : histories.texts.text(value), observed: observed))
        }
        byValue.sort { ($0.value ?? "").compareBytes(to: $1.value ?? "") < 0 }
    }

    private static func cause(_ outcome: DealOutcome) -> Int? {
        switch outcome {
        case .open: nil
        case .won: won
        case .lost: lost
        }
    }

    func groups(withCurve: Bool) -> [CycleSurvival.Group] {
        byValue.map { value, observed -> CycleSurvival.Group in
            func count(_ cause: Int?) -> Int64 { Int64(observed.count { $0.cause == cause }) }
            let wins = observed.map { ObservedTime($0.time, endedBy: $0.cause == Self.won ? Self.won : nil) }
            let incidence = AalenJohansen(observed, causes: 2)
            let days = CycleSurvival.markDays.map { Int64?.some($0) } + [nil]
            return CycleSurvival.Group(
                value: value, deals: Int64(observed.count), won: count(Self.won), lost: count(Self.lost),
                open: count(nil), toWin: CycleSurvival.Wait(KaplanMeier(wins), withCurve: withCurve),
                toClose: CycleSurvival.Wait(KaplanMeier(observed), withCurve: withCurve),
                marks: days.map { Self.mark($0, incidence) })
        }
    }

    private static func mark(_ days: Int64?, _ incidence: AalenJohansen) -> CycleSurvival.Mark {
        let time = days.map { $0 * 86_400_000_000 } ?? .max
        let isKnown = days == nil || time <= incidence.longest ?? 0 || incidence.survival(at: time) == 0
        return CycleSurvival.Mark(
            days: days, wonBp: isKnown ? basisPoints(incidence.cumulativeIncidence(of: won, at: time)) : nil,
            lostBp: isKnown ? basisPoints(incidence.cumulativeIncidence(of: lost, at: time)) : nil)
    }
}

extension CycleSurvival.Wait {
    fileprivate init(_ curve: KaplanMeier, withCurve: Bool) {
        self.init(
            ended: Int64(curve.ended), medianDaysCenti: curve.quantile(0.5).map(hundredthsOfDays),
            p75DaysCenti: curve.quantile(0.75).map(hundredthsOfDays),
            p90DaysCenti: curve.quantile(0.9).map(hundredthsOfDays),
            curve: withCurve ? Self.thinned(curve.points.filter { $0.ended > 0 }) : nil)
    }

    /// A hundred points at most: of more the first, the last, and others as many points apart.
    private static func thinned(_ points: [KaplanMeier.Point]) -> [CycleSurvival.Point] {
        let most = 100
        let kept = points.count <= most ? points : (0..<most).map { points[$0 * (points.count - 1) / (most - 1)] }
        return kept.map { point in
            CycleSurvival.Point(
                daysCenti: hundredthsOfDays(point.time), atRisk: Int64(point.atRisk),
                survivalBp: basisPoints(point.survival), lowBp: point.interval.map { basisPoints($0.lowerBound) },
                highBp: point.interval.map { basisPoints($0.upperBound) })
        }
    }
}

/// Hundredths of days of 24 hours, rounded half up.
func hundredthsOfDays(_ microseconds: Int64) -> Int64 {
    let (quotient, remainder) = microseconds.dividedFlooring(by: 864_000_000)
    return remainder >= 432_000_000 ? quotient + 1 : quotient
}

/// A share from 0 to 1 in basis points, rounded half up.
func basisPoints(_ share: Double) -> Int64 { Int64((share * 10_000 + 0.5).rounded(.down)) }
