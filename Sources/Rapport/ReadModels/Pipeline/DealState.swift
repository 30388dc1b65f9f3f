internal import EventLog
internal import LMDB
internal import Projection

/// What the rows keep of one deal: its history in order of occurrence, and whose it is.
struct DealState: EntityState, Equatable {
    /// One change of the deal.
    struct Step: Equatable {
        enum Kind: UInt8 {
            case opened = 1
            case stage
            case amount
            case owner
            case won
            case lost
            case reopened
            case closeDate
        }

        let kind: Kind
        /// Microseconds UTC.
        let at: Int64
        /// The event that says so.
        let position: UInt64
        /// The stage entered, the new owner, or the reason of a loss.
        var text = ""
        /// Minor units; nil leaves the amount as it was.
        var amount: Int64?
        var currency = ""
        /// The day it is expected to be closed, in days since 1970; nil leaves it as it was.
        var closeDay: Int64?

        /// Texts are the same when their bytes are: rows are found by bytes.
        static func == (left: Step, right: Step) -> Bool {
            left.kind == right.kind && left.at == right.at && left.position == right.position
                && left.amount == right.amount && left.closeDay == right.closeDay
                && left.text.sameBytes(as: right.text) && left.currency.sameBytes(as: right.currency)
        }

        /// What it says itself. A deal that is opened again without a stage stays in the one it was in.
        var statement: DealStatement {
            var statement: DealStatement = []
            switch kind {
            case .opened, .stage: statement.insert(.stage)
            case .reopened: if !text.isEmpty { statement.insert(.stage) }
            case .owner: statement.insert(.owner)
            case .amount, .won, .lost, .closeDate: break
            }
            if amount != nil { statement.insert(.amount) }
            if closeDay != nil { statement.insert(.closeDay) }
            return statement
        }
    }

    /// A property, as it was when the deal was opened.
    struct Dimension: Equatable {
        let name: String
        let value: String

        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    var customer = ""
    var pipeline = ""
    var attributes: [Dimension] = []
    fileprivate(set) var steps: [Step] = []

    init() {}

    /// Each name once, the newest value; names of the dimensions that every deal has are left out, or they would count
    /// there twice.
    mutating func set(_ name: String, to value: String) {
        if name.isEmpty || value.isEmpty || PipelineModel.ownDimensions.contains(where: { $0.sameBytes(as: name) }) {
            return
        }
        if let known = attributes.firstIndex(where: { $0.name.sameBytes(as: name) }) {
            attributes[known] = Dimension(name, value)
        } else {
            attributes.append(Dimension(name, value))
        }
    }

    mutating func append(_ step: Step) {
        steps.append(step)
    }

    // MARK: Stored form

    func encode(into bytes: inout [UInt8]) {
        bytes.append(prefixed: customer)
        bytes.append(prefixed: pipeline)
        bytes.append(varint: UInt64(attributes.count))
        for attribute in attributes {
            bytes.append(prefixed: attribute.name)
            bytes.append(prefixed: attribute.value)
        }
        bytes.append(varint: UInt64(steps.count))
        for step in steps {
            bytes.append(step.kind.rawValue)
            bytes.append(zigzag: step.at)
            bytes.append(varint: step.position)
            bytes.append(prefixed: step.text)
            bytes.append((step.amount == nil ? 0 : 1) | (step.closeDay == nil ? 0 : 2))
            if let amount = step.amount {
                bytes.append(zigzag: amount)
                bytes.append(prefixed: step.currency)
            }
            if let closeDay = step.closeDay { bytes.append(zigzag: closeDay) }
        }
    }

    init(decoding reader: inout ByteReader) throws {
        customer = try reader.text()
        pipeline = try reader.text()
        for _ in 0..<(try reader.count()) {
            attributes.append(Dimension(try reader.text(), try reader.text()))
        }
        for _ in 0..<(try reader.count()) {
            guard let kind = Step.Kind(rawValue: try reader.u8()) else { throw MalformedBytes("a kind of deal step") }
            var step = Step(kind: kind, at: try reader.zigzag(), position: try reader.varint(), text: try reader.text())
            let stated = try reader.u8()
            if stated & 1 != 0 {
                step.amount = try reader.zigzag()
                step.currency = try reader.text()
            }
            if stated & 2 != 0 { step.closeDay = try reader.zigzag() }
            steps.append(step)
        }
    }
}

/// What a step of a deal says itself; all else stays as it was before.
struct DealStatement: OptionSet {
    /// At most four bits, as they are stored.
    let rawValue: UInt8

    static let stage = DealStatement(rawValue: 1)
    static let amount = DealStatement(rawValue: 2)
    static let owner = DealStatement(rawValue: 4)
    static let closeDay = DealStatement(rawValue: 8)
}

/// How far a deal had come: its number of steps, and what else it contributes under.
struct DealMark {
    let steps: Int
    let customer: String
    let pipeline: String
    let attributes: [DealState.Dimension]

    init(_ deal: DealState) {
        steps = deal.steps.count
        customer = deal.customer
        pipeline = deal.pipeline
        attributes = deal.attributes
    }
}

extension DealState {
    /// The deal as it was when `mark` was made of it, before further steps.
    func asOf(_ mark: DealMark) -> DealState {
        var deal = self
        deal.steps.removeLast(steps.count - mark.steps)
        deal.customer = mark.customer
        deal.pipeline = mark.pipeline
        deal.attributes = mark.attributes
        return deal
    }
}

/// A deal between two of its changes.
struct DealSituation: Equatable {
    var outcome = DealOutcome.open
    var stage = ""
    var amount: Int64 = 0
    var currency = ""
    var owner = ""
    /// The day it is expected to be closed, in days since 1970.
    var closeDay: Int64?
    var openedAt: Int64 = 0
    var closedAt: Int64 = 0

    private init(openedAt: Int64) {
        self.openedAt = openedAt
    }

    /// As a step leaves it; a deal is opened by its first event, whatever that is.
    init(after step: DealState.Step, from before: DealSituation?) {
        self = before ?? DealSituation(openedAt: step.at)
        apply(step)
    }

    /// Whole days from the opening to the close.
    var cycleDays: Int64 { wholeDays(from: openedAt, to: closedAt) }

    /// Whether nothing that is counted is different.
    func standsLike(_ other: DealSituation) -> Bool {
        outcome == other.outcome && amount == other.amount && stage.sameBytes(as: other.stage)
            && currency.sameBytes(as: other.currency)
    }

    private mutating func apply(_ step: DealState.Step) {
        if let amount = step.amount { (self.amount, currency) = (amount, step.currency) }
        if let closeDay = step.closeDay { self.closeDay = closeDay }
        if step.statement.contains(.stage) { stage = step.text }
        switch step.kind {
        case .opened, .stage, .amount, .closeDate: break
        case .owner: owner = step.text
        case .reopened: outcome = .open
        case .won:
            outcome = .won
            closedAt = step.at
        case .lost:
            outcome = .lost
            closedAt = step.at
        }
    }
}

/// Whole days between two moments in microseconds.
func wholeDays(from start: Int64, to end: Int64) -> Int64 {
    (end - start).dividedFlooring(by: 86_400_000_000).quotient
}
