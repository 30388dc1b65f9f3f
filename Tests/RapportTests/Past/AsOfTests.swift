import EventLog
import Foundation
import Projection
import Rapport
import Synchronization
import TestSupport
import Testing

/// What was answered then is what is answered about then.
@Suite(.timeLimit(.minutes(10)))
struct AsOfTests {
    /// A demo company appended in uneven steps, with what every question was answered after each.
    private struct Recorded {
        let folder: CRMFolder
        let customer: String
        let questions: [Question]
        var answers: [(position: Position, answers: [String])] = []

        init(seed: UInt64, events count: Int, steps: Int) async throws {
            let events = try DemoHistory(seed: seed, events: count).events
            // Somebody about whom much is known.
            var known: [String: Int] = [:]
            for event in events {
                for tag in event.tags where tag.kind == "customer" { known[String(tag.id), default: 0] += 1 }
            }
            customer = try #require(known.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key)
            let days = events.map { $0.occurredAt }.sorted()
            questions = Question.all(about: customer, until: .on(String(days[count / 2].description.prefix(10))))
            folder = try CRMFolder()
            var random = SeededGenerator(seed: seed)
            var rest = events[...]
            for step in 0..<steps {
                let size = step == steps - 1 ? rest.count : Int.random(in: 1...max(1, rest.count / 3), using: &random)
                try await folder.appendSlowly(Array(rest.prefix(size)), batch: 700)
                rest = rest.dropFirst(size)
                var now: [String] = []
                for question in questions { now.append(try await question.ask(folder.crm)) }
                answers.append((folder.head, now))
            }
        }
    }

    @Test(arguments: [UInt64(3), 4])
    func whatWasAnsweredThenIsAnsweredAgain(seed: UInt64) async throws {
        let recorded = try await Recorded(seed: seed, events: 2500, steps: 5)
        // Newest first and back again: rows are built from the start, gone on from, and found.
        for (position, answers) in recorded.answers.reversed() + recorded.answers {
            let past = try recorded.folder.crm.state(asOf: position)
            for (question, answer) in zip(recorded.questions, answers) {
                #expect(try await question.ask(past) == answer, "\(question) as of \(position)")
            }
        }
    }

    /// Around one customer, nothing is built; and nothing that is built changes the answer.
    @Test func aProfileOfThePastIsFoldedFromItsOwnEvents() async throws {
        let recorded = try await Recorded(seed: 5, events: 2500, steps: 4)
        for (position, answers) in recorded.answers.dropLast() {
            let built = Counter()
            let past = try recorded.folder.crm.state(asOf: position) { _ in built.count() }
            #expect(try await recorded.questions[0].ask(past) == answers[0])
            #expect(built.value == 0)
            _ = try await past.find("a")
            _ = try await past.pipeline()
            #expect(built.value > 0)
            #expect(try await recorded.questions[0].ask(past) == answers[0])
        }
    }

    /// What was true at a time is what a CRM answers that was told no more than had happened by then.
    @Test func whatHadHappenedByThenIsWhatIsFolded() async throws {
        let events = try DemoHistory(seed: 6, events: 2000).events
        let customer = try #require(events.lazy.flatMap(\.tags).first { $0.kind == "customer" }.map { String($0.id) })
        let folder = try CRMFolder(events)
        let times = events.map(\.occurredAt).sorted()
        for time in [times[10], times[700], times[1400]] {
            let known = events.filter { $0.occurredAt <= time }
            let told = try CRMFolder(known)
            try await told.crm.projections.wait(for: told.head, of: told.crm.projections.names)
            let past = try folder.crm.state(asOf: folder.head, occurredUntil: time)
            let day = CivilDate.on(String(time.description.prefix(10)))
            for question in Question.all(about: customer, until: day) {
                // Positions differ, since the other CRM was told less.
                let (one, other) = (try await question.ask(past), try await question.ask(told.crm))
                #expect(withoutPositions(one) == withoutPositions(other), "\(question) at \(time)")
            }
        }
    }

    private func withoutPositions(_ json: String) -> String {
        var text = json.replacing(/"(position|next|openedPosition)":("[^"]*"|[0-9]+)/, with: "")
        text = text.replacing(/"recordedAt":"[^"]*"/, with: "")
        return text.replacing(/^\[[0-9,]*\]$/, with: "[]")
    }

    @Test func aMomentThatTheLogDoesNotReachIsRefused() async throws {
        let folder = try CRMFolder(try DemoHistory(events: 20).events)
        let refusal = #expect(throws: UnknownMoment.self) { _ = try folder.crm.state(asOf: Position(21)) }
        #expect(refusal?.position == Position(21))
        #expect(refusal?.head == Position(20))
        let nothing = try folder.crm.state(asOf: .zero)
        #expect(try await nothing.funnel(.init()).opened == 0)
        #expect(try await nothing.profile(of: "C-1") == nil)
    }

    /// Rows of the past are derived: thrown away, they are built again; damaged ones are not believed.
    @Test func rowsOfThePastAreBuiltAgain() async throws {
        let recorded = try await Recorded(seed: 8, events: 900, steps: 3)
        let (position, answers) = recorded.answers[0]
        let past = try recorded.folder.crm.state(asOf: position)
        #expect(try await recorded.questions[1].ask(past) == answers[1])
        try recorded.folder.crm.projections.forgetPast()
        for (question, answer) in zip(recorded.questions, answers) {
            #expect(try await question.ask(try recorded.folder.crm.state(asOf: position)) == answer)
        }
    }
}

/// Counts calls from any thread.
final class Counter: Sendable {
    private let counted = Mutex(0)
    func count() { counted.withLock { $0 += 1 } }
    var value: Int { counted.withLock { $0 } }
}
