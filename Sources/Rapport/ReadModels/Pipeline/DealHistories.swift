internal import EventLog
internal import LMDB
internal import Projection

/// A deal's whole history, as its facts tell it. Texts are numbers of a ``DealTexts``.
struct DealHistory {
    /// How the deal stood after one of its changes, and what the change said itself.
    struct Change: Equatable {
        let kind: DealState.Step.Kind
        /// Microseconds UTC.
        let at: Int64
        /// The event that says so: an opening that names an owner makes two changes of one event.
        let position: UInt64
        /// What the change said itself; all else is as it was before.
        let statement: DealStatement
        fileprivate(set) var outcome: DealOutcome
        /// The number of a text; 0 is none.
        fileprivate(set) var stage: Int
        /// Minor units.
        fileprivate(set) var amount: Int64
        /// The number of a text; 0 while nobody has stated an amount.
        fileprivate(set) var currency: Int
        /// The number of a text; 0 is none.
        fileprivate(set) var owner: Int
        /// The day it is expected to be closed, in days since 1970.
        fileprivate(set) var closeDay: Int64?
    }

    /// The number of a text; 0 is none.
    private(set) var pipeline = 0
    /// When the first change was; microseconds UTC.
    private(set) var openedAt: Int64 = 0
    /// In order of time, and of position where they are of one moment.
    private(set) var changes: [Change] = []
    /// The key of its row.
    private var key: [UInt8] = []
    /// Names and values of its dimensions, as they are stored.
    private var dimensions: [UInt8] = []
    // The numbers of the texts that its facts list.
    private var stages: [Int] = []
    private var owners: [Int] = []
    private var currencies: [Int] = []

    /// A history of nothing, to be read into.
    init() {}

    /// The id of the deal, made when it is asked for.
    var id: String { String(Tag(unchecked: DealFacts.deal(of: key.rawSpan)).id) }

    /// The last change before a moment; nil when the deal was not opened by then. O(changes since then).
    func last(before end: Int64) -> Change? { changes.last { $0.at < end } }

    /// The number of the value that the deal was opened with in a dimension, UTF-8; that of the customer under
    /// `customer`. 0 where it has none.
    func value(of dimension: [UInt8], _ texts: inout DealTexts) throws -> Int {
        var reader = ByteReader(dimensions.rawSpan)
        for _ in 0..<(try reader.count()) {
            let name = try reader.textBytes()
            let value = try reader.textBytes()
            if name.sameBytes(as: dimension.rawSpan) { return texts.number(of: value) }
        }
        return 0
    }

    /// Leaves the history as it was known when the log ended at `position`: without what later events say, whenever it
    /// happened. No change is left where nobody knew of the deal. O(changes).
    ///
    /// Pipeline, customer and attributes stay, whenever they became known. Corrections are not undone: of an event that
    /// was amended counts what it says now, and one that was struck out stays away. Where that matters, the CRM as of
    /// `position` is to be asked.
    mutating func keepKnown(upTo position: UInt64) {
        guard changes.contains(where: { $0.position > position }) else { return }
        changes.removeAll { $0.position > position }
        var before: Change?
        for index in changes.indices {
            changes[index].follow(before)
            before = changes[index]
        }
        openedAt = changes.first?.at ?? openedAt
    }
}

extension DealHistory.Change {
    /// Takes what it does not say itself from the change before.
    fileprivate mutating func follow(_ before: DealHistory.Change?) {
        switch kind {
        case .won: outcome = .won
        case .lost: outcome = .lost
        case .reopened: outcome = .open
        case .opened, .stage, .amount, .owner, .closeDate: outcome = before?.outcome ?? .open
        }
        if !statement.contains(.stage) { stage = before?.stage ?? 0 }
        if !statement.contains(.amount) { (amount, currency) = (before?.amount ?? 0, before?.currency ?? 0) }
        if !statement.contains(.owner) { owner = before?.owner ?? 0 }
        if !statement.contains(.closeDay) { closeDay = before?.closeDay }
    }
}

// MARK: - From facts

extension DealHistory {
    /// Reads the row of a deal; what was read before is gone. A number for each of its texts, then O(changes).
    mutating func read(_ key: RawSpan, _ facts: RawSpan, _ texts: inout DealTexts) throws {
        self.key.removeAll(keepingCapacity: true)
        self.key.append(key)
        let count = try DealFacts.changes(of: facts)
        let (path, end) = (DealFacts.offset(count), facts.byteCount)
        let (dimensionsAt, ownersAt) = (Int(facts.u32(at: 4)), Int(facts.u32(at: 8)))
        let currenciesAt = Int(facts.u32(at: 12))
        guard path <= dimensionsAt, dimensionsAt <= ownersAt, ownersAt <= currenciesAt, currenciesAt <= end else {
            throw MalformedBytes("the parts of a deal's facts")
        }
        var reader = ByteReader(facts.extracting(path..<dimensionsAt))
        pipeline = texts.number(of: try reader.textBytes())
        try Self.read(facts.extracting(path + reader.offset..<dimensionsAt), into: &stages, &texts)
        dimensions.removeAll(keepingCapacity: true)
        dimensions.append(facts.extracting(dimensionsAt..<ownersAt))
        try Self.read(facts.extracting(ownersAt..<currenciesAt), into: &owners, &texts)
        try Self.read(facts.extracting(currenciesAt..<end), into: &currencies, &texts)
        changes.removeAll(keepingCapacity: true)
        for change in 0..<count { changes.append(try self.change(facts, at: DealFacts.offset(change))) }
        openedAt = changes[0].at
    }

    /// The numbers of a list of texts.
    private static func read(_ list: RawSpan, into numbers: inout [Int], _ texts: inout DealTexts) throws {
        var reader = ByteReader(list)
        numbers.removeAll(keepingCapacity: true)
        for _ in 0..<(try reader.count()) { numbers.append(texts.number(of: try reader.textBytes())) }
    }

    private func change(_ facts: RawSpan, at offset: Int) throws -> Change {
        let tail = facts.u8(at: offset + DealFacts.Offset.kind)
        let owner = Int(facts.u32(at: offset + DealFacts.Offset.owner))
        let currency = Int(facts.u16(at: offset + DealFacts.Offset.currency))
        let stage = facts.u16(at: offset + DealFacts.Offset.stage)
        let closeDay = Int32(bitPattern: facts.u32(at: offset + DealFacts.Offset.closeDay))
        guard let kind = DealState.Step.Kind(rawValue: tail & 0xF),
            let outcome = DealOutcome(code: facts.u8(at: offset + DealFacts.Offset.outcome)),
            owner < owners.count, currency < currencies.count, stage == DealFacts.noStage || Int(stage) < stages.count
        else { throw MalformedBytes("a change of a deal at \(offset)") }
        return Change(
            kind: kind, at: facts.i64(at: offset), position: facts.u64(at: offset + DealFacts.Offset.position),
            statement: DealStatement(rawValue: tail >> 4), outcome: outcome,
            stage: stage == DealFacts.noStage ? 0 : stages[Int(stage)],
            amount: facts.i64(at: offset + DealFacts.Offset.amount), currency: currencies[currency],
            owner: owners[owner], closeDay: closeDay == DealFacts.noDay ? nil : Int64(closeDay))
    }
}

/// Goes through many deals quickly: numbers stand for texts, and what is read of one deal takes the place of what was
/// read of the one before.
struct DealHistories {
    /// The texts of all deals so far.
    var texts = DealTexts()
    private var deal = DealHistory()

    init() {}

    /// Calls `body` with each deal in order of opening, until it answers `false`. O(deals opened before `end`).
    ///
    /// - Parameters:
    ///   - end: only deals opened before then, microseconds UTC; nil takes all.
    ///   - pipeline: only deals of this pipeline; nil takes all.
    mutating func forEach(
        _ reader: borrowing ModelReader, openedBefore end: Int64? = nil, pipeline: String? = nil,
        _ body: (inout DealHistory, inout DealTexts) throws -> Bool
    ) throws {
        let wanted = pipeline.map { Array($0.utf8) }
        try reader.forEachRow(prefix: [PipelineModel.deals]) { key, facts in
            if let end, DealFacts.openedAt(of: key) >= end { return false }
            if let wanted, !(try DealFacts.pipeline(of: facts).sameBytes(as: wanted.rawSpan)) { return true }
            try deal.read(key, facts, &texts)
            return try body(&deal, &texts)
        }
    }
}
