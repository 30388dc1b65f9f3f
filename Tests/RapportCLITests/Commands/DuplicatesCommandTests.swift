import Foundation
import Testing
import TestSupport

/// `duplicates`: what is found, what is recorded, and what is refused.
@Suite(.timeLimit(.minutes(5)))
struct DuplicatesCommandTests {
    private static func directory() async throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        let lines = [("C-1", "Alder Foods Ltd"), ("C-2", "Alder Foods plc")].map { id, name in
            #"{"type":"CustomerRegistered","occurredAt":"2025-01-05T08:00:00Z","tags":["customer:\#(id)"],"#
                + #""data":{"customerId":"\#(id)","kind":"CUSTOMER_KIND_ORGANISATION","#
                + #""organisationName":"\#(name)"}}"#
        }
        let run = try await rapport(
            "append", "--data", directory.path + "/crm", input: lines.joined(separator: "\n") + "\n")
        try #require(run.status == 0, "\(run.errors)")
        return directory
    }

    private static func duplicates(_ arguments: [String], in directory: TemporaryDirectory) async throws -> CommandRun {
        try await Command(["duplicates"] + arguments + ["--data", directory.path + "/crm"]).run()
    }

    @Test func aPairIsFoundAndSettled() async throws {
        let directory = try await Self.directory()
        let found = try await Self.duplicates(["--csv"], in: directory)
        #expect(found.status == 0, "\(found.errors)")
        #expect(found.output.contains(",customer:C-1,Alder Foods Ltd,customer:C-2,Alder Foods plc,"))
        let text = try await Self.duplicates([], in: directory)
        #expect(text.output.contains("1 pair\n") && text.output.contains(", 1 pair compared"), "\(text.output)")
        let said = try await Self.duplicates(["--review", "C-1", "C-2", "--decision", "different"], in: directory)
        #expect(said.status == 0, "\(said.errors)")
        #expect(said.output.hasPrefix("customer:C-1 and customer:C-2 are different\n"))
        #expect(try await Self.duplicates([], in: directory).output.hasPrefix("No duplicates."))
        let all = try await Self.duplicates(["--reviewed", "--json"], in: directory)
        #expect(all.output.contains(#""decision" : "different""#))
    }

    @Test func whatIsPutOffIsShownAgainThen() async throws {
        let directory = try await Self.directory()
        let words = ["--review", "C-1", "C-2", "--decision", "snoozed", "--until", "9999-01-01"]
        #expect(try await Self.duplicates(words, in: directory).status == 0)
        #expect(try await Self.duplicates([], in: directory).output.hasPrefix("No duplicates."))
        #expect(try await Self.duplicates(["--at", "9999-06-01"], in: directory).output.hasPrefix("1 pair"))
    }

    private static let refused: [([String], Int32)] = [
        (["--of", "C-9"], 2), (["--review", "C-1", "C-9", "--decision", "same"], 2),
        (["--review", "C-1", "customer:C-1", "--decision", "same"], 6),
        (["--review", "C-1", "C-2", "--decision", "snoozed", "--until", "2020-01-01"], 6),
        (["--min-score", "10001"], 64),
        (["--limit", "0"], 64), (["--review", "C-1", "--decision", "same"], 64), (["--review", "C-1", "C-2"], 64),
        (["--decision", "same"], 64), (["--review", "C-1", "C-2", "--decision", "snoozed"], 64),
        (["--review", "C-1", "C-2", "--decision", "perhaps"], 64),
        (["--review", "C-1", "C-2", "--decision", "same", "--reviewed"], 64),
    ]

    @Test(arguments: refused)
    func whatMakesNoSenseIsRefused(arguments: [String], status: Int32) async throws {
        let directory = try await Self.directory()
        let run = try await Self.duplicates(arguments, in: directory)
        #expect(run.status == status, "\(run.output)\(run.errors)")
    }
}
