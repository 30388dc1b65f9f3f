import Foundation
@testable import LMDB
import TestSupport

/// A data file of some hundred pages with databases of each kind: trees of one and of three levels, values in overflow
/// pages, an empty database, and pages that were given up and partly used again.
final class SampleFile {
    /// The folder of the environment.
    let folder: String
    /// The sound content.
    let sound: [UInt8]
    private let directory: TemporaryDirectory

    static let definitions = [
        DatabaseDefinition("events", integerKeys: true), DatabaseDefinition("names"), DatabaseDefinition("few"),
        DatabaseDefinition("none"),
    ]

    /// The same file for the same seed.
    init(seed: UInt64 = 1) throws {
        directory = try TemporaryDirectory()
        folder = directory.path
        var random = SeededGenerator(seed: seed)
        let environment = try Self.open(folder)
        for round in 0..<6 { try Self.change(environment, round, &random) }
        environment.close()
        sound = try Array(Data(contentsOf: URL(fileURLWithPath: folder + "/data.mdb")))
    }

    /// The path of the data file.
    var path: String { folder + "/data.mdb" }

    static func open(_ folder: String) throws -> Environment {
        try Environment(path: folder, databases: definitions, options: .init(durability: .rebuildable))
    }

    /// One commit: new entries, long ones among them; the last two take others away.
    private static func change(_ environment: Environment, _ round: Int, _ random: inout SeededGenerator) throws {
        let (events, names) = (environment.database("events"), environment.database("names"))
        try environment.write { transaction in
            for number in 0..<60 {
                let position = UInt64(round * 60 + number + 1)
                let length = number % 40 == 7 ? Int.random(in: 3000...14_000, using: &random) : number * 8
                try transaction.append(
                    [UInt8](repeating: UInt8(round), count: length).rawSpan, in: events, for: position)
                let name = Self.name(Int.random(in: 0..<500, using: &random))
                try transaction.put([UInt8](repeating: 3, count: number).rawSpan, in: names, for: name.rawSpan)
            }
            for _ in 0..<(round < 4 ? 0 : 50) {
                try transaction.delete(Self.name(Int.random(in: 0..<500, using: &random)).rawSpan, in: names)
            }
            try transaction.put("round \(round)", in: environment.database("few"), for: "\(round % 3)")
        }
    }

    /// 300 bytes and more, so that few fit into a branch page.
    private static func name(_ number: Int) -> [UInt8] {
        Array("name \(1000 + number)".utf8) + [UInt8](repeating: 0x61, count: 300 + number % 7)
    }

    /// What the walk finds in `bytes` as the whole file; nil when it passes.
    func damage(in bytes: [UInt8]) throws -> PageDamage? {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return try damage()
    }

    /// What the walk finds in the file as it is; nil when it passes.
    func damage() throws -> PageDamage? {
        do {
            _ = try PageWalk.check(dataFile: path)
            return nil
        } catch let damage as PageDamage {
            return damage
        }
    }
}
