internal import EventLog
internal import LMDB
internal import Projection

/// A deal as a row in order of opening, packed so that questions about any past date can go through many quickly.
///
///     pipeline, number of stages, stages; number of dimensions, names and values; number of steps, and for each:
///     kind (1), microseconds since the step before (zigzag), stage number or 0xFF (1), amount and currency if it
///     changes (1 + zigzag + text), and of a new owner the id
enum DealFacts {
    static func key(openedAt: Int64, of deal: Tag) -> [UInt8] {
        var key: [UInt8] = [PipelineModel.deals]
        key.append(bigEndian: UInt64(bitPattern: openedAt) ^ 1 << 63)
        key.append(utf8: deal.text)
        return key
    }

    static func key(openedFrom time: Int64) -> [UInt8] {
        var key: [UInt8] = [PipelineModel.deals]
        key.append(bigEndian: UInt64(bitPattern: time) ^ 1 << 63)
        return key
    }

    static func openedAt(of key: RawSpan) -> Int64 {
        Int64(bitPattern: key.u64BigEndian(at: 1) ^ 1 << 63)
    }

    static func encode(_ deal: DealState) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(prefixed: deal.pipeline)
        let stages = deal.stagesEntered()
        bytes.append(varint: UInt64(stages.count))
        for stage in stages { bytes.append(prefixed: stage) }
        let dimensions = [("customer", deal.customer)] + deal.attributes.map { ($0.name, $0.value) }
        let known = dimensions.filter { !$0.0.isEmpty && !$0.1.isEmpty }
        bytes.append(varint: UInt64(known.count))
        for (name, value) in known {
            bytes.append(prefixed: name)
            bytes.append(prefixed: value)
        }
        bytes.append(varint: UInt64(deal.steps.count))
        var last: Int64 = 0
        for step in deal.steps {
            bytes.append(step.kind.rawValue)
            bytes.append(zigzag: step.at - last)
            last = step.at
            let isEntry = step.kind == .opened || step.kind == .stage || step.kind == .reopened
            bytes.append(isEntry ? stages.firstIndex(of: step.text).map { UInt8(min($0, 254)) } ?? 0xFF : 0xFF)
            bytes.append(step.amount == nil ? 0 : 1)
            if let amount = step.amount {
                bytes.append(zigzag: amount)
                bytes.append(prefixed: step.currency)
            }
            if step.kind == .owner { bytes.append(prefixed: step.text) }
        }
        return bytes
    }
}

/// A deal as its facts show it at some time.
struct DealAtTime: ~Escapable {
    var outcome = DealOutcome.open
    var amount: Int64 = 0
    /// UTF-8, in place.
    var currency: RawSpan
    /// Bit n: the stage that was entered as the n-th one has been entered by then.
    var entered: UInt64 = 0
    var openedAt: Int64 = 0
    var closedAt: Int64 = 0
    /// Pipeline and names of the stages as they are stored: the same bytes, the same stages.
    let path: RawSpan
    /// The value of the dimension asked for, UTF-8, in place; empty when the deal has none.
    var group: RawSpan

    /// Reads the facts as at `time`; nil when the deal was not opened by then, or belongs to another pipeline.
    @_lifetime(copy facts)
    init?(_ facts: RawSpan, at time: Int64, pipeline wanted: RawSpan?, dimension: RawSpan?) throws {
        var reader = ByteReader(facts)
        currency = facts.extracting(0..<0)
        group = facts.extracting(0..<0)
        let pipeline = try reader.textBytes()
        if let wanted, !wanted.sameBytes(as: pipeline) { return nil }
        for _ in 0..<(try reader.count()) { _ = try reader.textBytes() }
        path = reader.bytes(from: 0)
        for _ in 0..<(try reader.count()) {
            let name = try reader.textBytes()
            let value = try reader.textBytes()
            if let dimension, name.sameBytes(as: dimension) { group = value }
        }
        var at: Int64 = 0
        var isByOwner = false
        if let dimension { isByOwner = dimension.sameBytes(as: "owner".rawSpan) }
        for index in 0..<(try reader.count()) {
            let kind = try reader.u8()
            at += try reader.zigzag()
            if at > time {
                if index == 0 { return nil }
                break
            }
            if index == 0 { openedAt = at }
            let stageNumber = try reader.u8()
            if try reader.u8() == 1 {
                amount = try reader.zigzag()
                currency = try reader.textBytes()
            }
            if stageNumber != 0xFF { entered |= 1 << UInt64(min(stageNumber, 63)) }
            switch DealState.Step.Kind(rawValue: kind) {
            case .owner:
                let owner = try reader.textBytes()
                if isByOwner { group = owner }
            case .won: (outcome, closedAt) = (.won, at)
            case .lost: (outcome, closedAt) = (.lost, at)
            case .reopened: outcome = .open
            default: break
            }
        }
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

/// Byte strings and their numbers, in the order of first meeting: for the distinct values that many facts share.
struct ByteNumbers {
    private(set) var entries: [[UInt8]] = []
    private var numbers: [UInt64: [Int]] = [:]

    mutating func number(of bytes: RawSpan) -> Int {
        let hash = FastHash.hash64(bytes)
        for index in numbers[hash] ?? [] {
            let entry = entries[index]
            if entry.rawSpan.sameBytes(as: bytes) { return index }
        }
        entries.append(bytes.copy())
        numbers[hash, default: []].append(entries.count - 1)
        return entries.count - 1
    }
}
