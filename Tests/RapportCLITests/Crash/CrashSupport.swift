import Foundation
import Testing
import TestSupport

/// How often a test of this folder ends a process by force: RAPPORT_KILLS in the environment, or else five times.
let killRounds = ProcessInfo.processInfo.environment["RAPPORT_KILLS"].flatMap { Int($0) } ?? 5

/// Looks every few milliseconds until `condition` holds; half a minute without it is an issue.
func poll(until condition: () throws -> Bool) async throws {
    for _ in 0..<15_000 {
        if try condition() { return }
        try await Task.sleep(for: .milliseconds(2))
    }
    Issue.record("waited in vain")
}

/// A pipe into a command that stays whole when the command is gone, so that writing to it never fails. It takes no more
/// than 64 KB that nobody reads.
struct Feed: Sendable {
    let pipe = Pipe()
    private let reader: FileHandle

    init() {
        reader = FileHandle(fileDescriptor: dup(pipe.fileHandleForReading.fileDescriptor), closeOnDealloc: true)
    }

    func write(_ lines: [String]) throws {
        try pipe.fileHandleForWriting.write(contentsOf: Data(lines.joined().utf8))
    }
}

// MARK: - Events

/// Events that are told apart by a number.
enum NumberedEvents {
    static func id(_ number: Int) -> String {
        let digits = String(number)
        return "00000000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    /// The line of an event, with its line break.
    ///
    /// - Parameter padding: bytes to make it longer by.
    static func line(_ number: Int, padding: Int = 0) -> String {
        let data = padding == 0 ? "" : #","data":{"padding":"\#(String(repeating: "x", count: padding))"}"#
        return #"{"id":"\#(id(number))","occurredAt":"2017-01-01T00:00:00Z","type":"own.a\#(number % 3)","#
            + #""tags":["n:\#(number)"]\#(data)}"# + "\n"
    }

    static func lines(_ numbers: some Sequence<Int>, padding: Int = 0) -> [String] {
        numbers.map { line($0, padding: padding) }
    }
}

/// What `replay --json` tells of an event, as far as it matters here.
struct LoggedEvent: Decodable, Equatable {
    let position: Int
    let id: String

    /// Everything that is in the log.
    static func all(in directory: TemporaryDirectory) async throws -> [LoggedEvent] {
        let run = try await rapport("replay", "--data", directory.path, "--json")
        #expect(run.status == 0, "\(run.errors)")
        return try run.lines.map { try JSONDecoder().decode(LoggedEvent.self, from: Data($0.utf8)) }
    }
}

extension CommandRun {
    /// What `--positions` has printed in whole lines.
    var positions: [Int] {
        output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().compactMap { Int($0) }
    }
}

// MARK: - Status

/// What `status --json` tells, as far as it matters here.
struct DirectoryStatus: Decodable {
    struct Model: Decodable {
        let name: String
        let lag: Int
        let digest: String?
    }

    let head: Int
    let notIndexed: Int
    let readModels: [Model]

    /// Digests by the name of the read model.
    var digests: [String: String] {
        Dictionary(uniqueKeysWithValues: readModels.compactMap { model in model.digest.map { (model.name, $0) } })
    }

    static func of(_ directory: TemporaryDirectory) async throws -> DirectoryStatus {
        let run = try await rapport("status", "--data", directory.path, "--digest", "--json")
        #expect(run.status == 0, "\(run.errors)")
        return try JSONDecoder().decode(DirectoryStatus.self, from: Data(run.output.utf8))
    }
}

/// What `rebuild --json` tells of a read model.
struct Rebuilt: Decodable {
    let name: String
    /// Nil of a read model that has no digest.
    let digestAfter: String?

    /// Rebuilds all read models and answers their digests by name.
    static func digests(in directory: TemporaryDirectory) async throws -> [String: String] {
        let run = try await rapport("rebuild", "--data", directory.path, "--json")
        #expect(run.status == 0, "\(run.errors)")
        let models = try JSONDecoder().decode([Rebuilt].self, from: Data(run.output.utf8))
        return Dictionary(
            uniqueKeysWithValues: models.compactMap { model in model.digestAfter.map { (model.name, $0) } })
    }
}
