public import EventLog
internal import LMDB
internal import Projection

extension CRMState {
    /// What became of complaints and suggestions. O(complaints, suggestions and answers told back of the range).
    ///
    /// - Throws: ``UnknownTimeZone``, and `SumOverflow` where estimates do not fit into 64 bits.
    public func voice(_ question: VoiceQuestion, atLeast position: Position? = nil) async throws -> VoiceLoop {
        try await wait(for: position, of: VoiceModel.name)
        let calendar = try ZonedCalendar(zone: question.zone)
        return try rows.read(VoiceModel.name) { reader in
            var gathered = GatheredVoice(question, calendar)
            for status in VoiceStatus.allCases { try gathered.addItems(status, reader) }
            try gathered.addAnswers(reader)
            try gathered.addUnmatched(reader)
            return gathered.answer(at: reader.position)
        }
    }
}

/// Complaints and suggestions, group by group.
private struct GatheredVoice {
    /// What is gathered together: a value of the dimension and a period.
    private struct Place: Hashable {
        let value: Int
        let period: String
    }

    private let question: VoiceQuestion
    private let calendar: ZonedCalendar
    /// Submitted from then on, in microseconds UTC; nil is unbounded.
    private let start: Int64?
    /// Submitted until then, included, in microseconds UTC.
    private let last: Int64
    /// The values of the dimension by their numbers; one empty one without a dimension.
    private var values = ByteKeyTable()
    private var tallies: [Place: VoiceTally] = [:]
    private var ungrouped: Int64 = 0
    /// From answers to tellings, in microseconds.
    private var answered: [Int64] = []
    private var unmatched: [VoiceModel.Unmatched: Int64] = [:]
    /// The period that the last row lay in, with its moments: rows come in order of time.
    private var period: (label: String, moments: Range<Int64>)

    init(_ question: VoiceQuestion, _ calendar: ZonedCalendar) {
        self.question = question
        self.calendar = calendar
        start = question.from.map { calendar.startOfDay($0).microseconds }
        let now = question.now.microseconds
        last = question.to.map { min(calendar.endOfDay($0).microseconds - 1, now) } ?? now
        // Without periods no time is looked at.
        period = (label: "all", moments: 0..<0)
    }

    /// Calls `body` with the rows under a prefix from `start` to `last`, and their times.
    private static func forEachRow(
        _ prefix: [UInt8], from start: Int64?, to last: Int64, _ reader: borrowing ModelReader,
        _ body: (_ row: RawSpan, _ time: Int64) throws -> Void
    ) throws {
        let first = start.map { TimedKey.start(prefix, at: $0) }
        try reader.forEachRow(prefix: prefix, from: first) { key, row in
            let time = TimedKey.time(of: key, prefix: prefix.count)
            if time > last { return false }
            try body(row, time)
            return true
        }
    }

    // MARK: Gathering

    /// Adds the complaints and suggestions of the range that stand so.
    mutating func addItems(_ status: VoiceStatus, _ reader: borrowing ModelReader) throws {
        try Self.forEachRow(VoiceRow.prefix(status), from: start, to: last, reader) { row, time in
            try add(row, at: time)
        }
    }

    /// Adds the answers of the range that were told back.
    mutating func addAnswers(_ reader: borrowing ModelReader) throws {
        let now = question.now.microseconds
        try Self.forEachRow([VoiceModel.answers], from: start, to: last, reader) { row, time in
            guard row.byteCount == 8 else { throw MalformedBytes("an answer that was told back") }
            let toldAt = row.i64(at: 0)
            if toldAt <= now { answered.append(toldAt - time) }
        }
    }

    /// Adds the events of the range that belong to nothing.
    mutating func addUnmatched(_ reader: borrowing ModelReader) throws {
        try Self.forEachRow([VoiceModel.unmatched], from: start, to: last, reader) { row, _ in
            guard row.byteCount == 1, let reason = VoiceModel.Unmatched(rawValue: row.u8(at: 0)) else {
                throw MalformedBytes("what belongs to nothing that a customer told")
            }
            unmatched[reason, default: 0] += 1
        }
    }

    private mutating func add(_ row: RawSpan, at time: Int64) throws {
        let facts = try VoiceFacts(row)
        var number = 0
        if let dimension = question.dimension {
            let value = try facts.value(of: dimension)
            if value.isEmpty {
                ungrouped += 1
                return
            }
            number = values.number(of: value)
        }
        let place = Place(value: number, period: label(of: time))
        try tallies[place, default: VoiceTally()].add(facts, at: time, now: question.now.microseconds)
    }

    /// The label of the period that a time lies in.
    private mutating func label(of time: Int64) -> String {
        if let by = question.by, !period.moments.contains(time) {
            let date = calendar.date(of: Timestamp(microseconds: time))
            let found = CalendarPeriod(by, containing: date)
            let moments = calendar.moments(of: found)
            period = (found.label, moments.lowerBound.microseconds..<moments.upperBound.microseconds)
        }
        return period.label
    }

    // MARK: Answering

    /// What was gathered.
    func answer(at position: Position) -> VoiceLoop {
        let groups = tallies.map { place, tally in
            let value = question.dimension == nil ? nil : values.withBytes(place.value) { $0.text() }
            return tally.group(place.period, value)
        }
        let sorted = groups.sorted { left, right in
            let order = (left.value ?? "").compareBytes(to: right.value ?? "")
            return order == 0 ? left.period.compareBytes(to: right.period) < 0 : order < 0
        }
        return VoiceLoop(
            dimension: question.dimension, by: question.by, from: question.from?.description,
            to: question.to?.description, zone: calendar.name, now: question.now, groups: sorted,
            answers: VoiceLoop.Answers(told: Int64(answered.count), toTold: DurationSummary(microseconds: answered)),
            leftOut: VoiceLoop.LeftOut(
                ofUnknown: unmatched[.toldOfUnknown] ?? 0, decidedUnknown: unmatched[.decidedUnknown] ?? 0,
                repeated: unmatched[.repeated] ?? 0, ungrouped: ungrouped),
            position: position)
    }
}
