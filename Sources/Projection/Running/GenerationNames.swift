internal import LMDB

/// Which generations of a read model's rows there are to serve: the one that does, and the one before.
public struct GenerationNames: Equatable, Sendable {
    /// The one that serves, as the file `CURRENT` says; nil when none does.
    public let serving: String?
    /// The one that served before, as the file `PREVIOUS` says; nil when none is kept.
    public let previous: String?

    init(serving: String?, previous: String?) {
        self.serving = serving
        self.previous = previous
    }

    /// Reads the names of the generations of `model` in the data directory `path`.
    ///
    /// - Throws: an error of the storage layer when a file cannot be read.
    public init(of model: String, at path: String) throws { try self.init(in: path + "/views/" + model) }

    /// - Parameter directory: the directory of the read model.
    init(in directory: String) throws {
        let serving = try ServedModel.generationName(in: directory + "/CURRENT")
        let listed = try Self.list(in: directory + "/PREVIOUS")
        self.serving = serving
        previous = listed.first { $0 != serving }
    }

    /// Those that are kept.
    var kept: Set<String> { Set([serving, previous].compactMap { $0 }) }

    private static func list(in path: String) throws -> [String] {
        let lines = (try DurableFile.read(path) ?? []).split(separator: UInt8(ascii: "\n"))
        return lines.compactMap { ServedModel.generationName($0) }
    }

    /// What `PREVIOUS` says before another generation comes to serve: the one that serves, then the one before.
    ///
    /// Of these, the first that `CURRENT` does not name is the one before: before `CURRENT` is replaced as well as
    /// after. So a process that is killed between the two writes leaves both generations that there were.
    var listBeforeSwap: [UInt8] { Array([serving, previous].compactMap { $0 }.joined(separator: "\n").utf8) }
}
