import EventLog
import Foundation
import Projection
import Rapport
import TestSupport
import Testing

@testable import RapportCLI

/// What was answered then is what is answered about then.
@Suite(.timeLimit(.minutes(10)))
struct AsOfTests {
    private struct Given {
        let position: Position
        let question: [String]
        let answer: String

        var withoutPosition: String {
            (try? JSONTree(parsing: Array(answer.utf8)).without("position").text) ?? answer
        }
    }

    @Test func everyQuestionIsAnsweredAboutThenAsItWasThen() async throws {
        let directory = try TemporaryDirectory()
        let crm = try Rapport(at: directory.path)
        defer { withExtendedLifetime(directory) { crm.close() } }
        var given: [Given] = []
        for step in PastCompany.steps {
            let position = try await crm.log.append(try PastCompany.events(step)).last
            for question in PastCompany.questions {
                let answer = try await PastCompany.answer(question, crm)
                given.append(Given(position: position, question: question, answer: answer))
            }
        }
        for then in given {
            let moment = PastMoment(position: then.position)
            let words = "\(then.question) as of \(then.position)"
            #expect(try await PastCompany.answer(then.question, crm, at: moment) == then.answer, "\(words)")
            let asked = then.question + ["--as-of", then.position.description]
            #expect(try await PastCompany.answer(asked, crm) == then.answer, "\(words)")
        }
        // Nothing would be shown if nothing had changed on the way.
        let changing = PastCompany.questions.filter { question in
            Set(given.filter { $0.question == question }.map(\.withoutPosition)).count > 1
        }
        #expect(changing.count >= 20, "\(changing)")
        let missing = given.filter { $0.answer.hasPrefix("not found") }.map(\.question)
        #expect(Set(missing) == [["profile", "C-9"], ["orders", "--customer", "C-1"]])
    }

    // MARK: Stamps

    @Test(arguments: PastCompany.questions.filter { $0 != ["profile", "C-9"] })
    func everyAnswerSaysHowToAskForItAgain(words: [String]) async throws {
        let directory = try TemporaryDirectory()
        let crm = try await PastCompany.crm(in: directory)
        defer { withExtendedLifetime(directory) { crm.close() } }
        let answer = try await Question(words, data: directory.path).ask(crm)
        let stamp = try answer.stamp()
        let printed = try JSONTree(parsing: Array(try answer.reply.stampedJSON(stamp).utf8))
        #expect(try AnswerStamp(of: printed) == stamp)
        #expect(printed.without("answered").digest == stamp.answerDigest)
        #expect(printed.without("answered").isSame(as: try answer.reply.json()))
        #expect(stamp.question == words)
        #expect(stamp.logId == crm.log.logID)
        #expect(stamp.position == crm.log.head)
        #expect(!stamp.asOf && stamp.occurredUntil == nil)
        #expect(Set(stamp.readModels.keys) == Set(answer.question.command.models))
        #expect(stamp.readModels.isEmpty == (words[0] == "timeline"))
        let again = try await Question(stamp.question, data: directory.path)
            .ask(crm, at: PastMoment(position: stamp.position)).stamp()
        #expect(again.answerDigest == stamp.answerDigest)
        #expect(again.asOf)
    }

    @Test func jsonHasTheStampAndTextTheStartOfTheDigest() async throws {
        let directory = try await TinyCompany.directory()
        let question = ["profile", "C-1", "--as-of", "9", "--at", "2017-01-31", "--data", directory.path]
        let json = try await Command(question + ["--json"]).run()
        #expect(json.errors == "")
        let stamp = try AnswerStamp(of: JSONTree(parsing: Array(json.printed.utf8)))
        #expect(stamp.question == ["profile", "C-1", "--at", "2017-01-31"])
        #expect(stamp.position == Position(9))
        #expect(stamp.asOf)
        #expect(stamp.occurredUntil == Timestamp("2017-01-31T23:59:59.999999Z"))
        #expect(stamp.readModels.keys.sorted() == ["pipeline", "profile"])
        let text = try await Command(question).run()
        let last = try #require(text.printed.split(separator: "\n").last)
        #expect(last.hasPrefix("as of position 9, recorded until 20"))
        #expect(
            last.hasSuffix(
                ", what had happened by 2017-01-31T23:59:59.999999Z, digest \(stamp.answerDigest.prefix(12))"))
        let csv = try await Command(question + ["--csv"]).run()
        #expect(csv.lines[0] == "name,value,isPersonal,occurredAt,recordedAt,position,eventID")
        #expect(!csv.printed.contains("digest"))
    }

    // MARK: What was true then

    @Test func whatHadNotHappenedByThenIsLeftOut() async throws {
        let directory = try TemporaryDirectory()
        let crm = try await PastCompany.crm(in: directory)
        defer { withExtendedLifetime(directory) { crm.close() } }
        let cases: [(question: [String], path: String, value: String?)] = [
            (["profile", "C-1"], "fields[last nps score].value", "\"10\""),
            (["profile", "C-1", "--at", "2017-01-25T08:59:59Z"], "fields[last nps score].value", nil),
            (["profile", "C-1", "--at", "2017-01-25"], "fields[last nps score].value", "\"10\""),
            (["profile", "C-2", "--at", "2017-01-06"], "fields[region].value", "\"south\""),
            (["profile", "C-2", "--at", "2017-01-06", "--as-of", "9"], "fields[region].value", nil),
            (["orders", "--at", "2017-02-20"], "rows[A-2].status", "\"placed\""),
            (["orders"], "rows[A-2].status", "\"cancelled\""),
            (["orders", "--at", "2017-02-10"], "rows[A-2].status", nil),
            (["leads", "--at", "2017-01-31"], "rows[L-1].status", "\"assigned\""),
            (["leads", "--at", "2017-01-31", "--as-of", "8"], "rows[L-1].status", "\"new\""),
            (["satisfaction", "--metric", "nps", "--at", "2017-02-05"], "overall[all].counts.counts[9]", "1"),
            (["satisfaction", "--metric", "nps", "--at", "2017-02-05"], "overall[all].counts.counts[3]", "0"),
            (["timeline", "C-2", "--at", "2017-01-06"], "total", "2"),
            (["find", "müller", "--at", "2017-01-05"], "total", "0"),
            (["find", "müller", "--at", "2017-01-06"], "total", "1"),
        ]
        for (question, path, value) in cases {
            let answer = try await Question(question, data: directory.path).answer(in: crm)
            let found = try #require(ValuePath(argument: path)).resolved(in: answer)?.value(in: answer)?.text
            #expect(found == value, "\(path) of \(question): \(answer.text)")
        }
    }
}
