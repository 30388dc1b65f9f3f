import Testing
import TestSupport

/// The tiny company with a third customer, at position 16; merges come behind.
struct MergedCompany: Sendable {
    let data: TemporaryDirectory

    init() async throws {
        data = try await TinyCompany.directory()
        try await append(#""type":"CustomerRegistered","tags":["customer:C-3"],"data":{"customerId":"C-3"}"#)
    }

    /// The id of an event that has the number as its last digits; of those of the company it is the position.
    static func id(_ number: Int) -> String {
        let digits = String(number)
        return "00000000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    /// Runs a command on the data directory.
    func run(_ arguments: String...) async throws -> CommandRun { try await run(arguments) }

    func run(_ arguments: [String]) async throws -> CommandRun {
        try await Command(arguments + ["--data", data.path]).run()
    }

    /// What a command prints that succeeds.
    func output(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws -> String {
        let run = try await run(arguments)
        #expect(run.status == 0, "\(run.errors)", sourceLocation: sourceLocation)
        return run.output
    }

    /// Appends one event: the members of its line.
    func append(_ members: String) async throws {
        let run = try await Command(["append", "--data", data.path], input: "{\(members)}\n").run()
        try #require(run.status == 0, "\(run.errors)")
    }

    /// Merges two customers, by an event with this number in its id.
    func merge(_ survivor: String, _ absorbed: String, _ number: Int) async throws {
        let run = try await run([
            "merge", survivor, absorbed, "--event-id", Self.id(number), "--actor", "user:7", "--reason", "same_phone",
        ])
        try #require(run.status == 0, "\(run.errors)")
    }

    /// The digests of the read models, when all have come to the log's end.
    func digests() async throws -> [String: String] {
        let run = try await run("rebuild")
        #expect(run.status == 0, "\(run.errors)")
        return try await DirectoryStatus.of(data).digests
    }

    /// The last position of the log.
    func head() async throws -> Int { try await DirectoryStatus.of(data).head }
}
