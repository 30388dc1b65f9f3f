import EventLog
import Rapport

/// The tasks of a soak. All keep to a schedule: what takes long counts against what has to wait behind it.
struct SoakLoad: Sendable {
    /// Events of a call, for each task that appends the company's events.
    private static let callSizes = [1, 1, 2, 5, 10, 20, 50, 100]
    private static let conditionalTasks = 4
    private static let askingTasks = 2
    private static let questionsPerSecond = 10.0

    let crm: Rapport
    /// What is appended without condition.
    let feed: DemoFeed
    let tally: SoakTally
    /// From how many to choose at random.
    let customers: Int
    /// Events a second of the company, all tasks together. A twentieth as many come on a condition.
    let rate: Int

    /// Returns when all tasks have ended.
    func run(for duration: Double) async {
        let end = uptime() + UInt64(duration * 1e9)
        await withTaskGroup(of: Void.self) { group in
            for number in Self.callSizes.indices {
                group.addTask { await append(number, until: end) }
            }
            for number in 0..<Self.conditionalTasks {
                group.addTask { await appendOnCondition(number, until: end) }
            }
            for number in 0..<Self.askingTasks {
                group.addTask { await ask(number, until: end) }
            }
        }
    }

    private func append(_ number: Int, until end: UInt64) async {
        let size = Self.callSizes[number]
        let tasks = Self.callSizes.count
        var schedule = Schedule(
            perSecond: Double(rate) / Double(tasks * size), phase: Double(number) / Double(tasks))
        do {
            var events = try feed.next(size)
            while !events.isEmpty, let start = await schedule.turn(before: end) {
                try await crm.log.append(events)
                tally.appended(events.count, took: milliseconds(since: start))
                events = try feed.next(size)
            }
        } catch {
            tally.failed("append", error)
        }
    }

    private func appendOnCondition(_ task: Int, until end: UInt64) async {
        var random = SplitMix(state: UInt64(100 + task))
        var schedule = Schedule(
            perSecond: Double(rate) / Double(20 * Self.conditionalTasks),
            phase: Double(task) / Double(Self.conditionalTasks))
        var count = 0
        while let start = await schedule.turn(before: end) {
            count += 1
            do {
                let customer = Question.customer(among: customers, &random)
                try await appendUnchanged(Self.call("I-\(task)-\(count)", customer), about: .customer(customer))
                tally.appended(1, took: milliseconds(since: start))
            } catch {
                tally.failed("append on condition", error)
            }
        }
    }

    /// Appends when nothing has happened to the customer meanwhile, and tries again when something has.
    private func appendUnchanged(_ event: NewEvent, about customer: Tag) async throws {
        while true {
            do {
                try await crm.log.append([event], condition: .unchanged(customer, since: crm.log.head))
                return
            } catch AppendError.conflict {
                tally.conflicted()
            }
        }
    }

    /// A customer has called.
    private static func call(_ id: String, _ customer: String) throws -> NewEvent {
        var message = InteractionLogged()
        message.interactionID = id
        message.customerID = customer
        message.channel = "phone"
        message.direction = .inbound
        message.purpose = .ask
        return try NewEvent(message, about: [.customer(customer)])
    }

    private func ask(_ task: Int, until end: UInt64) async {
        var random = SplitMix(state: UInt64(200 + task))
        var schedule = Schedule(
            perSecond: Self.questionsPerSecond, phase: Double(task) / Double(Self.askingTasks))
        // The tasks begin in different places of the list.
        var next = task * Question.all.count / Self.askingTasks
        while let start = await schedule.turn(before: end) {
            let question = Question.all[next % Question.all.count]
            next += 1
            do {
                try await question.ask(crm, customers, &random)
                tally.asked(took: milliseconds(since: start))
            } catch {
                tally.failed(question.name, error)
            }
        }
    }
}
