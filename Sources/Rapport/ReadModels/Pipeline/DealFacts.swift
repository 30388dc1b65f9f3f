internal import EventLog
internal import LMDB
internal import Projection

/// A deal as a row in order of opening, laid out so that questions about any past date can go through many quickly: the
/// deal as it stood after each change has a fixed width, and what a question does not need is not looked at.
///
/// Little endian; offsets in bytes:
///
///      0    4  number of changes, n
///      4    4  where the dimensions start
///      8    4  where the owners start
///     12    4  where the currencies start
///     16  40n  for each change, in order of time:
///              microseconds UTC (8), amount (8), position of the event (8), number of the owner (4),
///              expected day of closing in days since 1970 (4), how many stages were entered (2), number of the
///              currency (2), number of the stage (2), outcome (1), kind of the change in the lower four bits and
///              what it says itself in the upper four (1)
///      .    .  the path: pipeline, number of stages, stages in order of first entry
///      .    .  dimensions: their number, names and values
///      .    .  owners, then currencies: in order of first appearance; owner 0 and currency 0 are empty
///
/// Stages are numbered from 0 as the path has them, 0xFFFF is none; of days the smallest number is none. Texts and
/// numbers of the path and behind it have a varint length, or are varints.
enum DealFacts {
    static let headerLength = 16
    static let changeLength = 40
    static let noStage = UInt16.max
    static let noDay = Int32.min

    /// Where the fields of a change stand in it.
    enum Offset {
        static let amount = 8
        static let position = 16
        static let owner = 24
        static let closeDay = 28
        static let entered = 32
        static let currency = 34
        static let stage = 36
        static let outcome = 38
        static let kind = 39
    }

    static func key(openedAt: Int64, of deal: Tag) -> [UInt8] {
        TimedKey.make([PipelineModel.deals], at: openedAt, id: deal.text)
    }

    static func key(openedFrom time: Int64) -> [UInt8] { TimedKey.start([PipelineModel.deals], at: time) }

    static func openedAt(of key: RawSpan) -> Int64 { TimedKey.time(of: key, prefix: 1) }

    /// The text of the deal's tag.
    static func deal(of key: RawSpan) -> String { TimedKey.id(of: key, prefix: 1) }

    /// UTF-8, in place.
    @_lifetime(copy facts)
    static func pipeline(of facts: RawSpan) throws -> RawSpan {
        let count = try changes(of: facts)
        var reader = ByteReader(facts.extracting(offset(count)..<facts.byteCount))
        return try reader.textBytes()
    }

    /// The number of changes; the fields of each are within the facts.
    static func changes(of facts: RawSpan) throws(MalformedBytes) -> Int {
        guard facts.byteCount >= headerLength else { throw MalformedBytes("the facts of a deal") }
        let count = Int(facts.u32(at: 0))
        guard count > 0, facts.byteCount - headerLength >= count * changeLength else {
            throw MalformedBytes("\(count) changes of a deal")
        }
        return count
    }

    /// Where a change stands.
    static func offset(_ change: Int) -> Int { headerLength + change * changeLength }
}

/// Writes a deal's facts, change by change.
struct DealFactsWriter {
    private var bytes: [UInt8] = [UInt8](repeating: 0, count: DealFacts.headerLength)
    private var stages: [String] = []
    private var owners = [""]
    private var currencies = [""]
    private var changes: UInt32 = 0
    /// The number of the stage that the deal stands in.
    private var stage = DealFacts.noStage

    /// The stages entered so far, each once, in order of first entry.
    var stagesEntered: [String] { stages }

    init(steps: Int) {
        bytes.reserveCapacity(DealFacts.headerLength + steps * DealFacts.changeLength + 160)
    }

    /// Adds how the deal stood after `step`.
    ///
    /// - Throws: `MalformedBytes` when a deal has had more stages or currencies than the row can count.
    mutating func add(_ step: DealState.Step, _ situation: DealSituation) throws {
        let statement = step.statement
        if statement.contains(.stage) {
            stage = step.text.isEmpty ? DealFacts.noStage : UInt16(clamping: Self.number(of: step.text, in: &stages))
        }
        guard let entered = UInt16(exactly: stages.count),
            let currency = UInt16(exactly: Self.number(of: situation.currency, in: &currencies))
        else { throw MalformedBytes("at most 65,535 stages and currencies in one deal") }
        bytes.append(littleEndian: step.at)
        bytes.append(littleEndian: situation.amount)
        bytes.append(littleEndian: step.position)
        bytes.append(littleEndian: UInt32(Self.number(of: situation.owner, in: &owners)))
        bytes.append(littleEndian: situation.closeDay.map { Int32(clamping: $0) } ?? DealFacts.noDay)
        bytes.append(littleEndian: entered)
        bytes.append(littleEndian: currency)
        bytes.append(littleEndian: stage)
        bytes.append(situation.outcome.code)
        bytes.append(step.kind.rawValue | statement.rawValue << 4)
        changes += 1
    }

    private static func number(of text: String, in texts: inout [String]) -> Int {
        if let known = texts.firstIndex(where: { $0.sameBytes(as: text) }) { return known }
        texts.append(text)
        return texts.count - 1
    }

    mutating func finish(_ deal: DealState) -> [UInt8] {
        bytes.store(littleEndian: changes, at: 0)
        bytes.append(prefixed: deal.pipeline)
        append(stages)
        bytes.store(littleEndian: UInt32(bytes.count), at: 4)
        let known = deal.attributes.filter { !$0.name.isEmpty && !$0.value.isEmpty }
        bytes.append(varint: UInt64(known.count + (deal.customer.isEmpty ? 0 : 1)))
        if !deal.customer.isEmpty {
            bytes.append(prefixed: "customer")
            bytes.append(prefixed: deal.customer)
        }
        for attribute in known {
            bytes.append(prefixed: attribute.name)
            bytes.append(prefixed: attribute.value)
        }
        bytes.store(littleEndian: UInt32(bytes.count), at: 8)
        append(owners)
        bytes.store(littleEndian: UInt32(bytes.count), at: 12)
        append(currencies)
        return bytes
    }

    private mutating func append(_ texts: [String]) {
        bytes.append(varint: UInt64(texts.count))
        for text in texts { bytes.append(prefixed: text) }
    }
}

/// A deal as its facts show it at some time.
struct DealAtTime: ~Escapable {
    private let facts: RawSpan
    /// Which change was the last one by then.
    private let change: Int
    let outcome: DealOutcome
    let amount: Int64
    /// How many stages of the path were entered by then.
    let entered: Int
    let openedAt: Int64

    /// Reads the facts as at `time`; nil when the deal was not opened by then. O(changes since then).
    @_lifetime(copy facts)
    init?(_ facts: RawSpan, at time: Int64) throws {
        var change = try DealFacts.changes(of: facts) - 1
        while change >= 0, facts.i64(at: DealFacts.offset(change)) > time { change -= 1 }
        if change < 0 { return nil }
        self.facts = facts
        self.change = change
        let offset = DealFacts.offset(change)
        guard let outcome = DealOutcome(code: facts.u8(at: offset + DealFacts.Offset.outcome)) else {
            throw MalformedBytes("an outcome")
        }
        self.outcome = outcome
        amount = facts.i64(at: offset + DealFacts.Offset.amount)
        entered = Int(facts.u16(at: offset + DealFacts.Offset.entered))
        openedAt = facts.i64(at: DealFacts.headerLength)
    }

    /// When it was won or lost; the opening when it is open.
    var closedAt: Int64 {
        if outcome == .open { return openedAt }
        var closing = change
        while closing > 0, !closes(closing) { closing -= 1 }
        return facts.i64(at: DealFacts.offset(closing))
    }

    /// Whether it was won or lost by a change.
    private func closes(_ change: Int) -> Bool {
        let kind = DealState.Step.Kind(rawValue: facts.u8(at: DealFacts.offset(change) + DealFacts.Offset.kind) & 0xF)
        return kind == .won || kind == .lost
    }

    /// Pipeline and names of the stages as they are stored: the same bytes, the same stages.
    var path: RawSpan {
        @_lifetime(copy self)
        get throws { try section(from: DealFacts.offset(Int(facts.u32(at: 0))), to: Int(facts.u32(at: 4))) }
    }

    /// UTF-8, in place.
    var pipeline: RawSpan {
        @_lifetime(copy self)
        get throws {
            var reader = ByteReader(try path)
            return try reader.textBytes()
        }
    }

    /// UTF-8, in place; empty while it has no amount.
    var currency: RawSpan {
        @_lifetime(copy self)
        get throws {
            try text(Int(facts.u16(at: DealFacts.offset(change) + DealFacts.Offset.currency)), from: 12)
        }
    }

    /// UTF-8, in place; empty while it has none.
    var owner: RawSpan {
        @_lifetime(copy self)
        get throws {
            try text(Int(facts.u32(at: DealFacts.offset(change) + DealFacts.Offset.owner)), from: 8)
        }
    }

    /// The value of a dimension other than the owner, UTF-8, in place; empty when the deal has none.
    @_lifetime(copy self)
    func value(of dimension: RawSpan) throws -> RawSpan {
        var reader = ByteReader(try section(from: Int(facts.u32(at: 4)), to: Int(facts.u32(at: 8))))
        for _ in 0..<(try reader.count()) {
            let name = try reader.textBytes()
            let value = try reader.textBytes()
            if name.sameBytes(as: dimension) { return value }
        }
        return facts.extracting(0..<0)
    }

    /// Calls `body` with the name of every dimension but the owner.
    func forEachDimension(_ body: (RawSpan) throws -> Void) throws {
        var reader = ByteReader(try section(from: Int(facts.u32(at: 4)), to: Int(facts.u32(at: 8))))
        for _ in 0..<(try reader.count()) {
            try body(try reader.textBytes())
            _ = try reader.textBytes()
        }
    }

    @_lifetime(copy self)
    private func section(from start: Int, to end: Int) throws -> RawSpan {
        guard start <= end, end <= facts.byteCount else { throw MalformedBytes("a part of a deal's facts") }
        return facts.extracting(start..<end)
    }

    /// Text `number` of the list whose start stands at `place`.
    @_lifetime(copy self)
    private func text(_ number: Int, from place: Int) throws -> RawSpan {
        var reader = ByteReader(try section(from: Int(facts.u32(at: place)), to: facts.byteCount))
        guard number < (try reader.count()) else { throw MalformedBytes("text \(number) of a deal's facts") }
        for _ in 0..<number { _ = try reader.textBytes() }
        return try reader.textBytes()
    }

    /// The names that ``path`` stands for.
    static func names(in path: RawSpan) throws -> (pipeline: String, stages: [String]) {
        var reader = ByteReader(path)
        let pipeline = try reader.text()
        var stages: [String] = []
        for _ in 0..<(try reader.count()) { stages.append(try reader.text()) }
        return (pipeline, stages)
    }
}

extension DealOutcome {
    /// The number it is stored as.
    var code: UInt8 {
        switch self {
        case .open: 0
        case .won: 1
        case .lost: 2
        }
    }

    init?(code: UInt8) {
        switch code {
        case 0: self = .open
        case 1: self = .won
        case 2: self = .lost
        default: return nil
        }
    }
}
