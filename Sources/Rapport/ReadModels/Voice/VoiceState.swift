internal import EventLog
internal import LMDB
internal import Projection

/// What the rows keep of one customer: what was told, decided and told back, in order of occurrence. Times are
/// microseconds UTC.
struct VoiceState: EntityState {
    /// An amount that somebody has estimated.
    struct Amount: Equatable {
        /// Never empty.
        let currency: String
        let minorUnits: Int64
    }

    /// A complaint or a suggestion.
    struct Item {
        let kind: VoiceKind
        /// Opaque id; empty where none was given.
        let id: String
        let at: Int64
        /// The event that it was told by, and those that told it again.
        var events: [EventID]
        /// By the places of ``VoiceDimension``; empty where nothing was said.
        let texts: [String]
        /// The case that a complaint led to; empty where there is none.
        let caseID: String
        /// What a suggestion may be worth; nil where nobody knows.
        let value: Amount?
    }

    /// What was decided about a suggestion.
    struct Decision {
        let event: EventID
        /// The id of the suggestion.
        let suggestion: String
        let at: Int64
        let isAdopted: Bool
        /// The change that comes of it; empty where there is none.
        let changeRef: String
        /// What it is expected to bring; nil where nobody knows.
        let benefit: Amount?
    }

    /// An answer to a survey.
    struct Answer {
        let event: EventID
        let at: Int64
    }

    /// The customer was told what came of something.
    struct Telling {
        let event: EventID
        let at: Int64
        /// The event that it is about; nil where the text was the id of none.
        let about: EventID?
    }

    /// A complaint or a suggestion that had been told before.
    struct Repetition {
        let event: EventID
        let at: Int64
    }

    /// The customer sent somebody.
    struct Referral {
        let event: EventID
        let at: Int64
        /// The opaque id of a customer or a lead; empty where none was given.
        let referee: String
    }

    /// Serving the customer has cost something.
    struct Cost {
        let event: EventID
        let at: Int64
        /// Nil where nobody knows.
        let amount: Amount?
        /// What made it cost, as a short code; empty where nothing was said.
        let driver: String
    }

    private(set) var items: [Item] = []
    private(set) var decisions: [Decision] = []
    private(set) var answers: [Answer] = []
    private(set) var tellings: [Telling] = []
    private(set) var repetitions: [Repetition] = []
    private(set) var referrals: [Referral] = []
    private(set) var costs: [Cost] = []

    init() {}

    /// Adds what was told; of an id that the customer has used for the same kind before it is the same once more.
    /// O(items).
    mutating func add(_ item: Item) {
        let first = items.firstIndex { known in
            known.kind == item.kind && !item.id.isEmpty && known.id.sameBytes(as: item.id)
        }
        guard let place = first else {
            items.append(item)
            return
        }
        items[place].events += item.events
        repetitions += item.events.map { Repetition(event: $0, at: item.at) }
    }

    /// Adds a decision, whether the suggestion is known or not.
    mutating func add(_ decision: Decision) { decisions.append(decision) }

    /// Adds an answer to a survey, of which the customer may be told what came of it.
    mutating func add(_ answer: Answer) { answers.append(answer) }

    /// Adds that the customer was told, whatever of.
    mutating func add(_ telling: Telling) { tellings.append(telling) }

    /// Adds that the customer sent somebody.
    mutating func add(_ referral: Referral) { referrals.append(referral) }

    /// Adds what serving the customer has cost.
    mutating func add(_ cost: Cost) { costs.append(cost) }

    // MARK: Stored form

    func encode(into bytes: inout [UInt8]) {
        bytes.append(varint: UInt64(items.count))
        for item in items {
            bytes.append(item.kind.code)
            bytes.append(prefixed: item.id)
            bytes.append(zigzag: item.at)
            bytes.append(varint: UInt64(item.events.count))
            for event in item.events { bytes.append(event) }
            for text in item.texts { bytes.append(prefixed: text) }
            bytes.append(prefixed: item.caseID)
            bytes.append(item.value)
        }
        bytes.append(varint: UInt64(decisions.count))
        for decision in decisions {
            bytes.append(decision.event)
            bytes.append(prefixed: decision.suggestion)
            bytes.append(zigzag: decision.at)
            bytes.append(decision.isAdopted ? 1 : 0)
            bytes.append(prefixed: decision.changeRef)
            bytes.append(decision.benefit)
        }
        bytes.append(varint: UInt64(answers.count))
        for answer in answers {
            bytes.append(answer.event)
            bytes.append(zigzag: answer.at)
        }
        bytes.append(varint: UInt64(tellings.count))
        for telling in tellings {
            bytes.append(telling.event)
            bytes.append(zigzag: telling.at)
            bytes.append(telling.about == nil ? 0 : 1)
            if let about = telling.about { bytes.append(about) }
        }
        bytes.append(varint: UInt64(repetitions.count))
        for repetition in repetitions {
            bytes.append(repetition.event)
            bytes.append(zigzag: repetition.at)
        }
        bytes.append(varint: UInt64(referrals.count))
        for referral in referrals {
            bytes.append(referral.event)
            bytes.append(zigzag: referral.at)
            bytes.append(prefixed: referral.referee)
        }
        bytes.append(varint: UInt64(costs.count))
        for cost in costs {
            bytes.append(cost.event)
            bytes.append(zigzag: cost.at)
            bytes.append(cost.amount)
            bytes.append(prefixed: cost.driver)
        }
    }

    init(decoding reader: inout ByteReader) throws {
        for _ in 0..<(try reader.count()) {
            guard let kind = VoiceKind(code: try reader.u8()) else { throw MalformedBytes("a kind of voice") }
            let (id, at) = (try reader.text(), try reader.zigzag())
            var events: [EventID] = []
            for _ in 0..<(try reader.count()) { events.append(try EventID(decoding: &reader)) }
            var texts: [String] = []
            for _ in VoiceDimension.allCases { texts.append(try reader.text()) }
            items.append(
                Item(
                    kind: kind, id: id, at: at, events: events, texts: texts, caseID: try reader.text(),
                    value: try Amount(ifPresentIn: &reader)))
        }
        for _ in 0..<(try reader.count()) {
            decisions.append(
                Decision(
                    event: try EventID(decoding: &reader), suggestion: try reader.text(), at: try reader.zigzag(),
                    isAdopted: try reader.u8() != 0, changeRef: try reader.text(),
                    benefit: try Amount(ifPresentIn: &reader)))
        }
        for _ in 0..<(try reader.count()) {
            answers.append(Answer(event: try EventID(decoding: &reader), at: try reader.zigzag()))
        }
        for _ in 0..<(try reader.count()) {
            let (event, at) = (try EventID(decoding: &reader), try reader.zigzag())
            let about = try reader.u8() == 0 ? nil : try EventID(decoding: &reader)
            tellings.append(Telling(event: event, at: at, about: about))
        }
        for _ in 0..<(try reader.count()) {
            repetitions.append(Repetition(event: try EventID(decoding: &reader), at: try reader.zigzag()))
        }
        for _ in 0..<(try reader.count()) {
            referrals.append(
                Referral(
                    event: try EventID(decoding: &reader), at: try reader.zigzag(), referee: try reader.text()))
        }
        for _ in 0..<(try reader.count()) {
            costs.append(
                Cost(
                    event: try EventID(decoding: &reader), at: try reader.zigzag(),
                    amount: try Amount(ifPresentIn: &reader), driver: try reader.text()))
        }
    }
}

extension VoiceState.Amount {
    /// Reads an amount behind the byte that says whether there is one.
    init?(ifPresentIn reader: inout ByteReader) throws {
        if try reader.u8() == 0 { return nil }
        self.init(currency: try reader.text(), minorUnits: try reader.zigzag())
    }
}

extension EventID {
    /// Reads the stored form back: two varints.
    fileprivate init(decoding reader: inout ByteReader) throws {
        self.init(high: try reader.varint(), low: try reader.varint())
    }
}

extension [UInt8] {
    /// Appends the id of an event as two varints.
    fileprivate mutating func append(_ event: EventID) {
        append(varint: event.high)
        append(varint: event.low)
    }

    /// Appends a byte that says whether there is an amount, and the amount.
    mutating func append(_ amount: VoiceState.Amount?) {
        append(amount == nil ? 0 : 1)
        guard let amount else { return }
        append(prefixed: amount.currency)
        append(zigzag: amount.minorUnits)
    }
}
