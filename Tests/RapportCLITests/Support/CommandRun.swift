import Foundation
import Testing
import TestSupport

/// What one run of the built command has done.
struct CommandRun: Sendable {
    /// The exit code; of a process that a signal has ended, the signal's number below zero.
    let status: Int32
    /// All of standard output.
    let printed: String
    let errors: String

    /// Standard output without the digest in the last line of an answer, which goes by when events were recorded, too.
    var output: String { printed.replacing(/, digest [0-9a-f]{12}\n/, with: "\n") }

    var lines: [Substring] { output.split(separator: "\n") }
}

/// Runs the built command `rapport` with input and output in files, so that no pipe can fill up.
final class Command: @unchecked Sendable {
    // Unchecked: the process is set up before it is shared, and waited for by one task.

    private let process = Process()
    private let files: TemporaryDirectory

    /// The test program and the command are built into one directory.
    private static func binary() throws -> URL {
        let test = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(filePath: test).deletingLastPathComponent().appending(path: "rapport")
    }

    /// - Parameters:
    ///   - input: what standard input gives; nil leaves it to ``standardInput``.
    ///   - unset: variables of the environment of the tests that the command has not.
    init(
        _ arguments: [String], input: String? = "", environment: [String: String] = [:], unset: [String] = []
    ) throws {
        files = try TemporaryDirectory()
        process.executableURL = try Self.binary()
        process.arguments = arguments
        var variables = ProcessInfo.processInfo.environment
        for name in ["RAPPORT_DATA", "COLUMNS"] + unset { variables[name] = nil }
        process.environment = variables.merging(environment) { _, given in given }
        if let input {
            let file = try files.write(input, to: "input")
            process.standardInput = try FileHandle(forReadingFrom: URL(filePath: file))
        }
        process.standardOutput = try handle("output")
        process.standardError = try handle("errors")
    }

    /// What the command reads, where it is neither text nor empty.
    var standardInput: Pipe? {
        get { process.standardInput as? Pipe }
        set { process.standardInput = newValue }
    }

    private func handle(_ name: String) throws -> FileHandle {
        try FileHandle(forWritingTo: URL(filePath: try files.write("", to: name)))
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: files.path + "/" + name)), as: UTF8.self)
    }

    /// What it has written so far.
    var outputSoFar: String { (try? text("output")) ?? "" }

    /// Sends SIGTERM.
    func terminate() { process.terminate() }

    /// Sends a signal, unless it has ended.
    func send(_ signal: Int32) {
        if process.isRunning { _ = kill(process.processIdentifier, signal) }
    }

    var isRunning: Bool { process.isRunning }

    /// Starts it and waits until it has ended.
    ///
    /// - Parameter meanwhile: runs beside it, once it has started.
    func run(meanwhile: @escaping @Sendable (Command) async throws -> Void = { _ in }) async throws -> CommandRun {
        let (ended, end) = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in end.finish() }
        try process.run()
        try await meanwhile(self)
        for await _ in ended {}
        process.waitUntilExit()
        let status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        return CommandRun(status: status, printed: try text("output"), errors: try text("errors"))
    }
}

/// Runs the command to its end.
func rapport(
    _ arguments: String..., input: String = "", environment: [String: String] = [:]
) async throws -> CommandRun {
    try await Command(arguments, input: input, environment: environment).run()
}
