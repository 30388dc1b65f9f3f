import Audit
import EventLog
import Foundation
import Projection
import Rapport

/// The process that `verify` has read everything: should damage end it, there is still somebody to tell.
enum VerifyingProcess {
    /// One line of what that process tells on its standard output.
    private struct Line: Codable {
        /// How far it is, of how many.
        var position: Position?
        var head: Position?
        /// What has come of it.
        var verdict: Verdict?
        /// Why nothing has come of it.
        var status: Int32?
        var message: String?
    }

    // MARK: In that process

    /// Reads the log, its index, and the rows of `models` and of those that the log defines, compares the events with
    /// their hash tree and with checkpoints, those that are stored and those that the command line names; tells what
    /// has come of it.
    static func read(_ data: DataOptions, _ models: [ReadModel], against arguments: [String]) async throws {
        do {
            let checkpoints = try arguments.map { try RememberedCheckpoint(argument: $0) }
            let (verdict, defined) = try await DataDirectory(data).readingLog { log -> (Verdict, [ReadModel]) in
                let found = try examine(log, against: checkpoints)
                return (found, try found.damage == nil ? Rapport.readModels(definedIn: log) : [])
            }
            if verdict.damage == nil {
                // Which these are a sound log tells, so nobody has looked at their pages yet.
                try ReadModelFiles(of: defined, at: data.path).checkPages()
                try ReadModelFiles(of: models + defined, at: data.path).checkRows()
            }
            try Output.print(jsonLine: Line(verdict: verdict))
        } catch let damage as DamagedFile {
            try Output.print(jsonLine: Line(verdict: Verdict(damage)))
        } catch {
            try Output.print(jsonLine: Line(status: ExitStatus(of: error).rawValue, message: "\(error)"))
        }
    }

    /// Reads a log and its index, and compares it with its hash tree and with checkpoints.
    private static func examine(_ log: EventLog, against checkpoints: [RememberedCheckpoint]) throws -> Verdict {
        do {
            let sound = try log.verify { try Output.print(jsonLine: Line(position: $0, head: $1)) }
            let tree = try AuditTrail.verify(log, against: checkpoints) {
                try Output.print(jsonLine: Line(position: $0, head: $1))
            }
            return Verdict(sound, tree, of: log)
        } catch let damage as DamagedLog {
            return Verdict(damage, of: log)
        } catch let tampered as TamperedLog {
            return Verdict(tampered, of: log)
        } catch let tree as DamagedTree {
            return Verdict(tree, of: log)
        } catch let checkpoints as DamagedCheckpoints {
            return Verdict(checkpoints, of: log)
        }
    }

    // MARK: In the one that waits for it

    /// What a process that reads damaged pages is ended by. Others come from outside.
    private static let damageSignals: Set<Int32> = [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT]

    /// Starts it for the data directory `path`, shows its progress and answers what it has found.
    ///
    /// - Throws: ``CommandFailure`` when it could not read, for a reason that is no damage.
    static func run(_ path: String, against arguments: [String]) throws -> Verdict {
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["verify", "--reading", "--data", path] + arguments.map { "--against=" + $0 }
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        // What it would say of its own end is said here, and more clearly.
        process.standardError = FileHandle.nullDevice
        let progress = ProgressLine(label: "Verifying")
        defer { progress.finish() }
        try process.run()
        var position = Position.zero
        var result: Line?
        var rest = Data()
        while let data = try output.fileHandleForReading.read(upToCount: 4096), !data.isEmpty {
            rest += data
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = try JSONDecoder().decode(Line.self, from: rest[..<end])
                rest = rest[(end + 1)...]
                if let done = line.position, let head = line.head {
                    position = done
                    progress.update(done: Int(done.rawValue), of: Int(head.rawValue))
                } else {
                    result = line
                }
            }
        }
        process.waitUntilExit()
        if process.terminationReason == .uncaughtSignal, damageSignals.contains(process.terminationStatus) {
            return Verdict(endedBy: process.terminationStatus, in: path, behind: position)
        }
        if let verdict = result?.verdict { return verdict }
        let status = result?.status.flatMap { ExitStatus(rawValue: $0) } ?? .failure
        throw CommandFailure(
            status, result?.message ?? "\(path): the process that reads it ended with \(process.terminationStatus)")
    }
}
