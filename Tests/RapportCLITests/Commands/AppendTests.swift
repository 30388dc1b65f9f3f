import Foundation
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5)))
struct AppendTests {
    /// Types of the catalogue, an own type with its own JSON, one with bytes that are no JSON, and one with nothing.
    private static let mixed =
        TinyCompany.input + """
            {"type":"shop.ParcelWeighed","tags":["parcel:包裹-1"],"data":{"grams": 1.50, "note":"易碎 \\"fragile\\""}}
            {"type":"shop.Scan","dataBase64":"AP8="}
            {"type":"shop.Opened","schemaRevision":2,"actor":"U-1","source":"till","timeZone":"Asia/Shanghai"}

            """

    @Test func replayWritesWhatAppendReads() async throws {
        let directory = try TemporaryDirectory()
        let appended = try await rapport("append", "--data", directory.path, input: Self.mixed)
        #expect(appended.output == "18 appended, 0 in the log already\nat position 18\n")
        #expect(appended.errors == "")
        let replayed = try await rapport("replay", "--data", directory.path, "--json", "--personal")
        #expect(replayed.lines.count == 18)
        #expect(replayed.output.contains(#""data":{"grams": 1.50, "note":"易碎 \"fragile\""}"#))
        #expect(replayed.output.contains(#""dataBase64":"AP8=""#))
        #expect(replayed.output.contains(#""displayName":"王小明""#))

        let copy = try TemporaryDirectory()
        let copied = try await rapport("append", "--data", copy.path, input: replayed.output)
        #expect(copied.output == "18 appended, 0 in the log already\nat position 18\n")
        let again = try await rapport("replay", "--data", copy.path, "--json", "--personal")
        #expect(withoutRecordedAt(again.output) == withoutRecordedAt(replayed.output))

        let repeated = try await rapport("append", "--data", directory.path, "--json", input: replayed.output)
        #expect(repeated.output == "{\n  \"appended\" : 0,\n  \"known\" : 18,\n  \"position\" : 18\n}\n")
    }

    @Test func positionsComeInTheOrderOfTheLines() async throws {
        let directory = try await TinyCompany.directory()
        let input = #"{"type":"own.a"}"# + "\n" + TinyCompany.lines[2] + "\n" + TinyCompany.lines[0]
        let run = try await rapport("append", "--data", directory.path, "--positions", input: input)
        #expect(run.output == "16\n3\n1\n")
    }

    @Test func aBadLineEndsTheCommandBeforeItsBatch() async throws {
        let directory = try TemporaryDirectory()
        let line = #"{"type":"own.a"}"#
        let file = try directory.write("\(line)\n\n\(line)\n{\"tags\":[]}\n", to: "events.jsonl")
        let data = directory.path + "/data"
        let whole = try await rapport("append", "--data", data, file)
        #expect(whole.status == 6)
        #expect(whole.errors == "rapport: \(file), line 4: type is missing\n")
        #expect(try await rapport("replay", "--data", data).output == "at position 0\n")
        let batches = try await rapport("append", "--data", data, "--batch", "1", file)
        #expect(batches.status == 6)
        #expect(batches.errors == "rapport: \(file), line 4: type is missing; 2 of its events are in the log\n")
        #expect(try await rapport("replay", "--data", data).lines.last == "at position 2")
    }

    @Test(
        arguments: [
            (
                #"{"type":"OpportunityWon","tags":["customer:C-1"]}"#,
                "tags: OpportunityWon needs a tag opportunity:ID, which says what it is about; found customer:C-1"
            ),
            (
                #"{"type":"rapport.crm.v1.SurveyAnswered"}"#,
                "tags: SurveyAnswered needs a tag survey:ID, which says what it is about; found none"
            ),
            (#"{"type":"OpportunityWonn","tags":["opportunity:O-1"]}"#, "type: the catalogue has no OpportunityWonn; "),
        ])
    func whatNoReadModelWouldFindIsRefused(line: String, reason: String) async throws {
        let directory = try TemporaryDirectory()
        let input = #"{"type":"shop.ParcelSent"}"# + "\n" + line + "\n"
        let run = try await rapport("append", "--data", directory.path, input: input)
        #expect(run.status == 6)
        #expect(run.errors.hasPrefix("rapport: standard input, line 2: " + reason), "\(run.errors)")
        #expect(try await rapport("replay", "--data", directory.path).output == "at position 0\n")
    }

    @Test func onlyAFileCanBeRead() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let missing = try await rapport("append", "--data", data, directory.path + "/none")
        #expect(missing.status == 2)
        #expect(missing.errors == "rapport: \(directory.path)/none: cannot be opened for reading\n")
        let folder = try await rapport("append", "--data", data, directory.path)
        #expect(folder.status == 6)
        #expect(!FileManager.default.fileExists(atPath: data))
    }

    @Test func anIDWithOtherContentIsAConflict() async throws {
        let directory = try await TinyCompany.directory()
        let changed = TinyCompany.lines[1].replacing("shop", with: "web")
        let run = try await rapport("append", "--data", directory.path, input: changed)
        #expect(run.status == 3)
        #expect(
            run.errors == """
                rapport: line 1: the event id 00000000-0000-7000-8000-000000000002 is taken by another event at \
                position 2\n
                """)
    }

    @Test func allTogetherIncludesNothingKnown() async throws {
        let directory = try await TinyCompany.directory()
        let input = TinyCompany.lines[0] + "\n" + #"{"type":"own.a"}"#
        let run = try await rapport("append", "--data", directory.path, "--atomic", input: input)
        #expect(run.status == 3)
        #expect(run.errors.hasPrefix("rapport: lines 1 to 2: 1 of the events are in the log already"))
        #expect(try await rapport("append", "--data", directory.path, input: input).lines.last == "at position 16")
    }

    @Test func aConditionHoldsOrNothingIsAppended() async throws {
        let directory = try await TinyCompany.directory()
        let tags = ["--fail-if-tag", "opportunity:O-2", "--fail-if-tag", "customer:C-2"]
        func append(after position: Int) async throws -> CommandRun {
            let arguments = ["append", "--data", directory.path] + tags + ["--after", "\(position)"]
            return try await Command(arguments, input: #"{"type":"own.a"}"#).run()
        }
        let conflict = try await append(after: 10)
        #expect(conflict.status == 3)
        #expect(
            conflict.errors == """
                rapport: line 1: conflict: the event at position 11 matches the append condition (after 10)\n
                """)
        #expect(try await append(after: 11).output == "1 appended, 0 in the log already\nat position 16\n")
        #expect(try await append(after: 99).status == 6)
    }

    @Test func moreThanOneAppendHoldsIsRefusedWhenTogether() async throws {
        let directory = try TemporaryDirectory()
        let input = String(repeating: "{\"type\":\"own.a\"}\n", count: 10_001)
        let run = try await rapport("append", "--data", directory.path, "--atomic", input: input)
        #expect(run.status == 6)
        #expect(run.errors.contains("10001 events; at most 10000 are allowed"))
        #expect(try await rapport("replay", "--data", directory.path).output == "at position 0\n")
    }

    private func withoutRecordedAt(_ text: String) -> String {
        text.replacing(/"recordedAt":"[^"]*",/, with: "")
    }
}
