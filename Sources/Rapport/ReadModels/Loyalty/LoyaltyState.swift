internal import EventLog
internal import LMDB
internal import Projection

/// What the rows keep of one person: answers, orders and complaints. Everything stands in an order of its own, so the
/// order in which events arrive does not matter.
struct LoyaltyState: EntityState {
    /// One answer to a question.
    struct Answer {
        /// Microseconds UTC.
        let at: Int64
        /// Where its event stands in the log.
        let position: UInt64
        /// Which answer of the event it is, from 0.
        let place: UInt64
        /// Nil where there is none.
        let score: Int32?
        /// What the response is about, as it says: none without a name or a value.
        var dimensions: [Dimensions.Pair] = []

        /// Answers stand in order of time; of one time, as in the log.
        fileprivate func isBefore(_ other: Answer) -> Bool {
            (at, position, place) < (other.at, other.position, other.place)
        }
    }

    /// A question on a scale, with the answers to it.
    struct Question {
        let metric: String
        let survey: String
        let question: String
        let low: Int32
        let high: Int32
        /// In order of time.
        fileprivate(set) var answers: [Answer] = []
    }

    /// What is known of an order.
    struct Order {
        let id: String
        /// Microseconds UTC of the first placing; the largest number while there is none.
        fileprivate(set) var placedAt = Int64.max
        /// Microseconds UTC of the first cancellation; the largest number while there is none.
        fileprivate(set) var cancelledAt = Int64.max
    }

    /// A complaint as one event raises it.
    struct Complaint {
        let event: EventID
        /// The complaint's own id; empty where none was given. What is raised again under one id is one complaint.
        let id: String
        /// Microseconds UTC.
        let at: Int64
    }

    /// When something was said of an event, by its id.
    struct Said {
        let event: EventID
        /// Microseconds UTC.
        fileprivate(set) var at: Int64
    }

    /// In byte order of metric, survey and question, then of the scale.
    private(set) var questions: [Question] = []
    /// In byte order of their ids.
    private(set) var orders: [Order] = []
    /// In order of the ids of the events.
    private(set) var complaints: [Complaint] = []
    /// When the person was told first what came of an event, of whichever; in order of the ids.
    private(set) var told: [Said] = []

    init() {}

    // MARK: Events

    mutating func answered(
        _ answer: Answer, metric: String, survey: RawSpan, question: RawSpan, low: Int32, high: Int32
    ) {
        let index = index(ofQuestion: question, in: survey, metric, low, high)
        // Answers mostly come in order.
        let place = questions[index].answers.lastIndex { $0.isBefore(answer) }.map { $0 + 1 } ?? 0
        questions[index].answers.insert(answer, at: place)
    }

    mutating func placed(_ order: String, at time: Int64) {
        let index = index(ofOrder: order)
        orders[index].placedAt = min(orders[index].placedAt, time)
    }

    mutating func cancelled(_ order: String, at time: Int64) {
        let index = index(ofOrder: order)
        orders[index].cancelledAt = min(orders[index].cancelledAt, time)
    }

    /// Adds that an event raised a complaint with an id of its own, which may be empty. O(complaints).
    mutating func complained(_ event: EventID, of id: String, at time: Int64) {
        // Ids of events mostly come in order.
        let place = complaints.lastIndex { $0.event < event }.map { $0 + 1 } ?? 0
        if place < complaints.count, complaints[place].event == event { return }
        complaints.insert(Complaint(event: event, id: id, at: time), at: place)
    }

    mutating func wasTold(of event: EventID, at time: Int64) { told.say(event, at: time) }

    /// Where a question stands, which is put there when it is not known.
    private mutating func index(
        ofQuestion question: RawSpan, in survey: RawSpan, _ metric: String, _ low: Int32, _ high: Int32
    ) -> Int {
        var (start, end) = (0, questions.count)
        while start < end {
            let middle = (start + end) / 2
            let order = questions[middle].order(metric, survey, question, low, high)
            if order == 0 { return middle }
            if order < 0 { start = middle + 1 } else { end = middle }
        }
        questions.insert(
            Question(metric: metric, survey: survey.text(), question: question.text(), low: low, high: high),
            at: start)
        return start
    }

    /// Where an order stands, which is put there when it is not known.
    private mutating func index(ofOrder id: String) -> Int {
        var (start, end) = (0, orders.count)
        while start < end {
            let middle = (start + end) / 2
            let order = orders[middle].id.compareBytes(to: id)
            if order == 0 { return middle }
            if order < 0 { start = middle + 1 } else { end = middle }
        }
        orders.insert(Order(id: id), at: start)
        return start
    }

    /// The order that was placed first after `start` and by `end`, and was not cancelled by `now`; of several at one
    /// time the one whose id comes first. O(orders).
    func firstOrder(after start: Int64, through end: Int64, notCancelledBy now: Int64) -> Order? {
        var first: Order?
        for order in orders where order.placedAt > start && order.placedAt <= end && order.placedAt != .max {
            let isCancelled = order.cancelledAt != .max && max(order.cancelledAt, order.placedAt) <= now
            if !isCancelled, order.placedAt < first?.placedAt ?? .max { first = order }
        }
        return first
    }

    // MARK: Stored form

    func encode(into bytes: inout [UInt8]) {
        bytes.append(varint: UInt64(questions.count))
        for question in questions {
            bytes.append(prefixed: question.metric)
            bytes.append(prefixed: question.survey)
            bytes.append(prefixed: question.question)
            bytes.append(zigzag: Int64(question.low))
            bytes.append(zigzag: Int64(question.high))
            bytes.append(varint: UInt64(question.answers.count))
            for answer in question.answers {
                bytes.append(zigzag: answer.at)
                bytes.append(varint: answer.position)
                bytes.append(varint: answer.place)
                bytes.append(varint: answer.score == nil ? 0 : 1)
                if let score = answer.score { bytes.append(zigzag: Int64(score)) }
                bytes.append(varint: UInt64(answer.dimensions.count))
                for dimension in answer.dimensions {
                    bytes.append(prefixed: dimension.name)
                    bytes.append(prefixed: dimension.value)
                }
            }
        }
        bytes.append(varint: UInt64(orders.count))
        for order in orders {
            bytes.append(prefixed: order.id)
            bytes.append(zigzag: order.placedAt)
            bytes.append(zigzag: order.cancelledAt)
        }
        bytes.append(varint: UInt64(complaints.count))
        for complaint in complaints {
            bytes.append(varint: complaint.event.high)
            bytes.append(varint: complaint.event.low)
            bytes.append(prefixed: complaint.id)
            bytes.append(zigzag: complaint.at)
        }
        bytes.append(varint: UInt64(told.count))
        for said in told {
            bytes.append(varint: said.event.high)
            bytes.append(varint: said.event.low)
            bytes.append(zigzag: said.at)
        }
    }

    init(decoding reader: inout ByteReader) throws {
        for _ in 0..<(try reader.count()) {
            var question = Question(
                metric: try reader.text(), survey: try reader.text(), question: try reader.text(),
                low: try Self.score(&reader), high: try Self.score(&reader))
            for _ in 0..<(try reader.count()) {
                question.answers.append(
                    Answer(
                        at: try reader.zigzag(), position: try reader.varint(), place: try reader.varint(),
                        score: try Self.scoreIfAny(&reader), dimensions: try Self.dimensions(&reader)))
            }
            questions.append(question)
        }
        for _ in 0..<(try reader.count()) {
            orders.append(
                Order(id: try reader.text(), placedAt: try reader.zigzag(), cancelledAt: try reader.zigzag()))
        }
        for _ in 0..<(try reader.count()) {
            let event = EventID(high: try reader.varint(), low: try reader.varint())
            complaints.append(Complaint(event: event, id: try reader.text(), at: try reader.zigzag()))
        }
        for _ in 0..<(try reader.count()) {
            let event = EventID(high: try reader.varint(), low: try reader.varint())
            told.append(Said(event: event, at: try reader.zigzag()))
        }
    }

    private static func scoreIfAny(_ reader: inout ByteReader) throws -> Int32? {
        if try reader.varint() == 0 { return nil }
        return try score(&reader)
    }

    private static func score(_ reader: inout ByteReader) throws -> Int32 {
        guard let score = Int32(exactly: try reader.zigzag()) else { throw MalformedBytes("a score of 32 bits") }
        return score
    }

    private static func dimensions(_ reader: inout ByteReader) throws -> [Dimensions.Pair] {
        var pairs: [Dimensions.Pair] = []
        for _ in 0..<(try reader.count()) {
            pairs.append(Dimensions.Pair(name: try reader.text(), value: try reader.text()))
        }
        return pairs
    }
}

extension LoyaltyState.Question {
    /// Negative, zero or positive as this question sorts before, is or sorts after another.
    fileprivate func order(
        _ metric: String, _ survey: RawSpan, _ question: RawSpan, _ low: Int32, _ high: Int32
    ) -> Int {
        var order = self.metric.compareBytes(to: metric)
        if order == 0 { order = self.survey.withRawSpan { $0.compareBytes(to: survey) } }
        if order == 0 { order = self.question.withRawSpan { $0.compareBytes(to: question) } }
        if order == 0 { order = Int(self.low) - Int(low) }
        if order == 0 { order = Int(self.high) - Int(high) }
        return order
    }
}

extension [LoyaltyState.Said] {
    /// When something was said of an event; nil where nothing was. O(log n).
    func time(of event: EventID) -> Int64? {
        let place = place(of: event)
        return place < count && self[place].event == event ? self[place].at : nil
    }

    /// Takes in when something was said of an event; the first time counts.
    fileprivate mutating func say(_ event: EventID, at time: Int64) {
        let place = place(of: event)
        if place < count, self[place].event == event {
            self[place].at = Swift.min(self[place].at, time)
        } else {
            insert(LoyaltyState.Said(event: event, at: time), at: place)
        }
    }

    /// Where an event stands, or belongs.
    private func place(of event: EventID) -> Int {
        var (start, end) = (0, count)
        while start < end {
            let middle = (start + end) / 2
            if self[middle].event < event { start = middle + 1 } else { end = middle }
        }
        return start
    }
}
