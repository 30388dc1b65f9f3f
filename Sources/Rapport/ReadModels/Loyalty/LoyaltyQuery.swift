public import EventLog
internal import LMDB
internal import Projection

extension CRMState {
    /// After which scores customers order again. O(persons who answered × their answers), from rows alone.
    ///
    /// - Throws: ``UnknownTimeZone``, ``InvalidLoyaltyHorizon``, and ``MixedScales`` when answers on different scales
    ///   would be counted together.
    public func loyalty(_ question: LoyaltyQuestion, atLeast position: Position? = nil) async throws -> LoyaltyCurve {
        try await wait(for: position, of: LoyaltyModel.name)
        let calendar = try ZonedCalendar(zone: question.zone)
        let empty = LoyaltyTally(try LoyaltySelection(question, calendar))
        return try rows.read(LoyaltyModel.name) { reader in
            var tally = empty
            try reader.forEachRow(prefix: [LoyaltyModel.persons]) { _, row in
                try tally.add(row)
                return true
            }
            guard tally.scales.count <= 1 else {
                let scales = tally.scales.map { "\($0.lowerBound)..\($0.upperBound)" }
                throw MixedScales(metric: question.metric, scales: scales.sorted())
            }
            let anonymous = try Self.anonymous(question, calendar, reader)
            return LoyaltyCurve(question, calendar, tally, anonymous, position: reader.position)
        }
    }

    /// The surveys that anybody answered, with their questions: what the curve can be asked for. O(persons).
    public func loyaltySurveys() throws -> [(metric: String, survey: String, question: String)] {
        try rows.read(LoyaltyModel.name) { reader in
            // As bytes: names that look alike may differ in them.
            var names = Set(try reader.seriesNames(LoyaltyModel.anonymous).map { $0.map { Array($0.utf8) } })
            try reader.forEachRow(prefix: [LoyaltyModel.persons]) { _, row in
                try LoyaltyRow(row).forEachQuestion(in: row) { asked in
                    names.insert([row.copy(asked.metric), row.copy(asked.survey), row.copy(asked.question)])
                }
                return true
            }
            let sorted = names.sorted { left, right in
                left.lexicographicallyPrecedes(right) { $0.lexicographicallyPrecedes($1) }
            }
            return sorted.map { name in
                let texts = name.map { String(decoding: $0, as: UTF8.self) }
                return (texts[0], texts[1], texts[2])
            }
        }
    }

    /// How many answers of nobody who is known have a score, and how many have none. They are kept by quarters of an
    /// hour: the one that holds the moment asked about counts as a whole.
    private static func anonymous(
        _ question: LoyaltyQuestion, _ calendar: ZonedCalendar, _ reader: borrowing ModelReader
    ) throws -> (scored: Int, withoutScore: Int) {
        let start = question.from.map { calendar.startOfDay($0) }
        let (quarter, isEndless) = question.now.microseconds.addingReportingOverflow(15 * 60_000_000)
        let behindNow = isEndless ? nil : Timestamp(microseconds: quarter)
        let end = [question.to.map { calendar.endOfDay($0) }, behindNow].compactMap { $0 }.min()
        var under = [question.metric]
        if let survey = question.survey { under.append(survey) }
        var sums: [Int64] = []
        for rest in try reader.seriesNames(LoyaltyModel.anonymous, under: under) {
            let name = under + rest
            if let wanted = question.question, !name[2].sameBytes(as: wanted) { continue }
            try add(try reader.sum(LoyaltyModel.anonymous, name, from: start, to: end), to: &sums)
        }
        func column(_ number: Int) -> Int { number < sums.count ? Int(sums[number]) : 0 }
        return (column(LoyaltyModel.Anonymous.scored), column(LoyaltyModel.Anonymous.withoutScore))
    }
}
