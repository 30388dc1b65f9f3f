import EventLog
import Rapport
import TestSupport

/// Random persons with their events. Of one person no two things happen at one moment.
struct RandomLoyalty {
    var random: SeededGenerator
    private(set) var persons: [PlainPerson] = []
    private(set) var events: [NewEvent] = []
    private var orders = 0

    init(seed: UInt64, count: Int) throws {
        random = SeededGenerator(seed: seed)
        for number in 1...count { try add(number % 3 == 0 ? "客户-\(number)" : "C-\(number)") }
    }

    /// A random number.
    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    /// A moment of the first 400 days.
    mutating func time() -> Timestamp {
        LoyaltyStory.morning.advanced(byMicroseconds: Int64.random(in: 0...400 * 86_400_000_000, using: &random))
    }

    private mutating func add(_ id: String) throws {
        var person = PlainPerson(id: id)
        let registration = CustomerRegistered.with { $0.customerID = id }
        events.append(try NewEvent(registration, about: [.customer(id)], occurredAt: LoyaltyStory.morning))
        for _ in 0..<number(0...3) {
            let (time, survey) = (time(), ["service", "shop"][number(0...1)])
            let score: Int? = number(1...6) == 1 ? nil : number(1...5)
            let event = try LoyaltyStory.answered(id, score, at: time, survey: survey)
            person.answers.append(.init(time: time, score: score, survey: survey, event: event.id))
            events.append(event)
        }
        for _ in 0..<number(0...4) {
            orders += 1
            let (order, placed) = ("A-\(orders)", time())
            let cancelled: Timestamp? = number(1...3) == 1 ? time() : nil
            let event = try LoyaltyStory.ordered(order, by: id, at: placed)
            person.orders.append(.init(id: order, placed: placed, cancelled: cancelled, event: event.id))
            events.append(event)
            if let cancelled { events.append(try LoyaltyStory.cancelled(order, by: id, at: cancelled)) }
        }
        for _ in 0..<max(0, number(-2...2)) {
            let (complaint, raised) = (EventID(), time())
            let told: Timestamp? = number(1...3) > 1 ? raised.plus(days: Int64(number(0...60))) : nil
            person.complaints.append((raised: raised, told: told))
            events.append(try LoyaltyStory.complained(id, id: complaint, at: raised))
            if let told { events.append(try LoyaltyStory.told(id, of: complaint, at: told)) }
        }
        persons.append(person)
    }

    /// A random question.
    mutating func question() -> LoyaltyQuestion {
        LoyaltyQuestion(
            now: LoyaltyStory.morning.plus(days: Int64(number(0...600))), survey: number(0...1) == 0 ? nil : "shop",
            horizonDays: number(1...200), firstOnly: number(0...1) == 0)
    }

    /// The events in a random order.
    mutating func shuffled() -> [NewEvent] { events.shuffled(using: &random) }
}
