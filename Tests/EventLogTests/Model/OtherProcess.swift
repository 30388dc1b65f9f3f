@testable import EventLog
import Foundation
import Synchronization

/// Another process with the same log, which carries out one command after the other. Requests and answers are files in
/// the folder that the log's folder is in.
final class OtherProcess: Sendable {
    private let folder: String
    private let requests = Mutex(0)

    private struct Request: Codable {
        /// Nil ends the process.
        let command: ModelCommand?
    }

    private struct Silence: Error {}

    /// How long a request or an answer is waited for.
    private static let patience = Duration.seconds(120)

    init(in folder: String) {
        self.folder = folder
    }

    static func logFolder(in folder: String) -> String { folder + "/data" }

    /// Makes the log, so that both processes find one, and leaves the setting for the other process.
    static func prepare(_ setting: ModelSetting, in folder: String) throws {
        try write(setting, to: folder + "/setting")
        let log = try EventLog(at: logFolder(in: folder), options: setting.options)
        log.close()
    }

    // MARK: Here

    func carryOut(_ command: ModelCommand) async -> ModelOutcome {
        do {
            let number = try send(Request(command: command))
            return try await Self.receive(ModelOutcome.self, from: Self.path("answer", number, in: folder))
        } catch {
            return .failed("by the other process: \(error)")
        }
    }

    func end() throws {
        _ = try send(Request(command: nil))
    }

    /// One after the other, so that no number is missing.
    private func send(_ request: Request) throws -> Int {
        try requests.withLock { number in
            number += 1
            try Self.write(request, to: Self.path("request", number, in: folder))
            return number
        }
    }

    // MARK: There

    /// What the other process does.
    static func serve(in folder: String) async throws {
        let setting = try await receive(ModelSetting.self, from: folder + "/setting")
        let log = try await CommandedLog(in: logFolder(in: folder), setting)
        defer { log.close() }
        var number = 1
        while true {
            let request = try await receive(Request.self, from: path("request", number, in: folder))
            guard let command = request.command else { return }
            try write(await log.carryOut(command), to: path("answer", number, in: folder))
            number += 1
        }
    }

    // MARK: Files

    private static func path(_ kind: String, _ number: Int, in folder: String) -> String {
        "\(folder)/\(kind)-\(number)"
    }

    private static func write(_ value: some Encodable, to path: String) throws {
        try JSONEncoder().encode(value).write(to: URL(filePath: path), options: .atomic)
    }

    private static func receive<Value: Decodable>(_ type: Value.Type, from path: String) async throws -> Value {
        let deadline = ContinuousClock.now + patience
        while !FileManager.default.fileExists(atPath: path) {
            guard ContinuousClock.now < deadline else { throw Silence() }
            try await Task.sleep(for: .microseconds(500))
        }
        return try JSONDecoder().decode(type, from: Data(contentsOf: URL(filePath: path)))
    }
}
