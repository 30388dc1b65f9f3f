internal import EventLog
internal import LMDB

/// Says what rows hold, field by field, by the code of one version of a read model.
struct RowDescriber {
    private let model: ReadModel
    private let runners: [FoldRunner]

    init(_ model: ReadModel) {
        self.model = model
        runners = model.makeRunners()
    }

    /// The fields of a row; its bytes as one of them where there is nothing to tell apart, or where this version stores
    /// such rows in another way.
    func fields(of value: RawSpan, under key: RawSpan, in table: RowTable) -> [StateFields.Field] {
        let decoded: [StateFields.Field]? = try? self.decoded(value, key, table)
        return decoded ?? [(path: "bytes", json: JSONForm.hexadecimal(value))]
    }

    private func decoded(_ value: RawSpan, _ key: RawSpan, _ table: RowTable) throws -> [StateFields.Field]? {
        switch table {
        case .entities:
            let fold = Int(key.u8(at: 0))
            guard fold < runners.count, model.folds[fold] is any EntityFold else { return nil }
            return try runners[fold].describe(value)
        case .totals: return try columns(of: value)
        case .series:
            guard let place = SeriesPlace(key) else { return nil }
            return place.isDay ? try quarters(of: value, day: place.bucket) : try columns(of: value)
        case .rows: return nil
        }
    }

    private func columns(of value: RawSpan) throws -> [StateFields.Field] {
        var columns: [Int64] = []
        try Columns.add(value, to: &columns)
        return columns.enumerated().map { (path: "columns[\($0.offset)]", json: String($0.element)) }
    }

    /// Every quarter of an hour of the day in which anything counts.
    private func quarters(of value: RawSpan, day: Int64) throws -> [StateFields.Field] {
        try DayRow.changes(of: value, day: day).map { change in
            let time = TimeBucket.start(ofQuarter: change.quarter)?.description ?? "quarter \(change.quarter)"
            return (path: "\(time).columns[\(change.column)]", json: String(change.amount))
        }
    }
}

/// Where in time a row of a series stands.
private struct SeriesPlace {
    let isDay: Bool
    let bucket: Int64
    /// Where in the key the series' own key ends.
    let nameLength: Int

    /// Days farther away than that no time reaches.
    private static let farthest: UInt64 = 1 << 27

    /// Nil when the key is not one of a series' row.
    init?(_ key: RawSpan) {
        guard key.byteCount > TimeBucket.suffixLength else { return nil }
        let (level, bucket) = TimeBucket.bucket(ofKey: key)
        guard level == TimeBucket.days || level == TimeBucket.blocks, bucket.magnitude <= Self.farthest else {
            return nil
        }
        isDay = level == TimeBucket.days
        self.bucket = bucket
        nameLength = key.byteCount - TimeBucket.suffixLength
    }

    /// `2017-02-20`, or `2017-02-18 to 2017-03-21` of a block.
    var days: String {
        if isDay { return Self.date(bucket) }
        let days = TimeBucket.days(ofBlock: bucket)
        return Self.date(days.lowerBound) + " to " + Self.date(days.upperBound - 1)
    }

    private static func date(_ day: Int64) -> String { CivilDate(daysSinceEpoch: Int(day)).description }
}

extension RowTable {
    /// As ``RowChange/table`` names it.
    var name: String {
        switch self {
        case .entities: "entities"
        case .totals: "totals"
        case .series: "series"
        case .rows: "rows"
        }
    }

    /// A row's key as people read it. Different keys stay different.
    func describe(_ key: RawSpan) -> String {
        switch self {
        case .entities: return key.text(1..<key.byteCount)
        case .totals: return Self.describeParts(key)
        case .series:
            guard let place = SeriesPlace(key) else { return key.hexadecimal }
            return Self.describeParts(key.extracting(0..<place.nameLength)) + " " + place.days
        case .rows: return Self.isOfParts(key) ? Self.describeParts(key) : Self.describeNumbers(key)
        }
    }

    private static func describeParts(_ key: RawSpan) -> String {
        isOfParts(key) ? RowKey.describe(key) : key.hexadecimal
    }

    /// Whether it is a key as ``RowKey`` writes it, whose parts are text.
    private static func isOfParts(_ key: RawSpan) -> Bool {
        var index = 1
        while index < key.byteCount {
            let isEscape = key.u8(at: index) == 1
            if isEscape, index + 1 == key.byteCount || !(1...2).contains(key.u8(at: index + 1)) { return false }
            index += isEscape ? 2 : 1
        }
        return key.isUTF8 && (key.byteCount == 1 || key.u8(at: key.byteCount - 1) == 0)
    }

    /// Of numbers with an id behind them: the text at the end, as far as it goes back, and the bytes before it.
    private static func describeNumbers(_ key: RawSpan) -> String {
        let rest = key.copy(1..<key.byteCount)
        let start = rest.indices.first { isText(rest[$0...]) } ?? rest.endIndex
        let text = String(decoding: rest[start...], as: UTF8.self)
        return "\(key.u8(at: 0))/\(key.extracting(1..<1 + start).hexadecimal)/\(text)"
    }

    private static func isText(_ bytes: ArraySlice<UInt8>) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil && !bytes.contains { $0 < 0x20 || $0 == 0x7F }
    }
}

extension TimeBucket {
    private static let microsecondsPerDay: Int64 = 86_400_000_000
    private static let daysInBlock: Int64 = 32

    /// Nil when no timestamp is in the quarter of an hour.
    fileprivate static func start(ofQuarter quarter: Int64) -> Timestamp? {
        let (microseconds, isTooFar) = quarter.multipliedReportingOverflow(by: microsecondsPerDay / quartersPerDay)
        return isTooFar ? nil : Timestamp(microseconds: microseconds)
    }

    fileprivate static func days(ofBlock block: Int64) -> Range<Int64> {
        block * daysInBlock..<(block + 1) * daysInBlock
    }
}
