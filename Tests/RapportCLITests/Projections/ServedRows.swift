import EventLog
import Foundation
import Projection
import Rapport
import TestSupport

@testable import RapportCLI

/// The rows of a read model in a data directory, `search` where no other is named, as other programs have made them.
enum ServedRows {
    static let model = "search"
    /// A version that this program does not have.
    static let otherVersion = 999

    /// The version that this program has.
    static var version: Int { version(of: model) }

    static func version(of model: String) -> Int { Rapport.readModels.first { $0.name == model }?.version ?? 0 }

    /// Lets rows of another version answer, which hold nothing at all.
    static func letOthersAnswer(in directory: TemporaryDirectory, of model: String = ServedRows.model) async throws {
        let log = try EventLog(at: directory.path)
        defer { log.close() }
        let host = try ProjectionHost(log, models: [ReadModel(name: model, version: otherVersion, folds: [])])
        defer { host.close() }
        try await host.wait(for: log.head, of: [model], seconds: 60)
    }

    static func names(in directory: TemporaryDirectory, of model: String = ServedRows.model) throws -> GenerationNames {
        try GenerationNames(of: model, at: directory.path)
    }

    static func decode<Answer: Decodable>(_ type: Answer.Type, _ run: CommandRun) throws -> Answer {
        try JSONDecoder().decode(type, from: Data(run.output.utf8))
    }
}
