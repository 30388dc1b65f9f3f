import Foundation
import Testing
import TestSupport

/// What is exported and proved holds for code that knows nothing of this package: the Python package tamperlog.
///
/// It needs Python and a package index, so it runs where RAPPORT_TAMPERLOG=1 asks for it.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["RAPPORT_TAMPERLOG"] == "1", "RAPPORT_TAMPERLOG=1 asks for it"),
    .timeLimit(.minutes(10)))
struct AuditTamperlogTests {
    private static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "tools/tamperlog").path

    /// Runs the script; answers its exit code and what it has printed.
    private func tamperlog(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: Self.script)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    @Test func tilesAndProofsHold() async throws {
        let company = try await SignedCompany()
        let old = try await company.keptCheckpoint("old.note")
        let lines = NumberedEvents.lines(1001...1600).joined()
        let appended = try await company.run("append", input: lines)
        try #require(appended.status == 0, "\(appended.errors)")
        _ = try await company.checkpoint()
        let tiles = company.file("tiles")
        #expect(try await company.run("export", "--tiles", tiles).status == 0)
        var arguments = [tiles]
        for position in ["1", "15", "256", "257", "512", "600", "615"] {
            let proof = company.file(position + ".tlog-proof")
            #expect(try await company.run("prove", position, "--output", proof).status == 0)
            arguments += ["--proof", proof]
        }
        let consistency = try await company.run("consistency", "--from", "15")
        arguments += ["--consistency", old, try company.desk.write(consistency.output, to: "consistency")]
        let run = try tamperlog(arguments)
        #expect(run.status == 0, "\(run.output)")
        // Where the package cannot be installed there is nobody to ask.
        if run.output.contains("skipped") { return }
        #expect(run.output == "tamperlog: 615 leaves, 7 inclusion proofs and 1 consistency proofs hold\n")
    }

    @Test func aTileWithAWrongHashDoesNotHold() async throws {
        let company = try await SignedCompany()
        _ = try await company.checkpoint()
        let tiles = company.file("tiles")
        #expect(try await company.run("export", "--tiles", tiles).status == 0)
        let file = URL(filePath: tiles + "/tile/0/000.p/15")
        var bytes = try Data(contentsOf: file)
        bytes[40] ^= 1
        try bytes.write(to: file)
        let run = try tamperlog([tiles])
        if run.output.contains("skipped") { return }
        #expect(run.status == 1, "\(run.output)")
    }
}
