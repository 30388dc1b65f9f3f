import Foundation
import Testing
import TestSupport

/// The tiny company with a key that signs for it, in a folder that is not the data directory.
struct SignedCompany: Sendable {
    static let name = "crm.example/acme"

    let data: TemporaryDirectory
    let desk: TemporaryDirectory
    /// What everybody may know.
    let verifierKey: String

    init() async throws {
        data = try await TinyCompany.directory()
        desk = try TemporaryDirectory()
        let run = try await rapport("key", desk.path + "/acme.key", "--name", Self.name)
        try #require(run.status == 0, "\(run.errors)")
        verifierKey = String(try #require(run.lines.first))
    }

    var key: String { desk.path + "/acme.key" }

    /// A file on the desk.
    func file(_ name: String) -> String { desk.path + "/" + name }

    /// Runs a command on the data directory.
    func run(_ arguments: String..., input: String = "") async throws -> CommandRun {
        try await Command(arguments + ["--data", data.path], input: input).run()
    }

    /// Signs what the log holds; answers the note.
    func checkpoint() async throws -> String {
        let run = try await run("checkpoint", "--key", key)
        try #require(run.status == 0, "\(run.errors)")
        return run.output
    }

    /// Signs what the log holds, and keeps the note in a file on the desk.
    func keptCheckpoint(_ name: String) async throws -> String {
        try desk.write(try await checkpoint(), to: name)
    }

    /// Appends one event more.
    func append(_ number: Int) async throws {
        let run = try await run("append", input: NumberedEvents.line(number))
        try #require(run.status == 0, "\(run.errors)")
    }
}

/// The object that a command has answered.
func jsonObject(_ run: CommandRun) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any], "\(run.errors)")
}
