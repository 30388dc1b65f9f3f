internal import EventLog
internal import Foundation
internal import LMDB
internal import Synchronization

/// The directory of one read model: its generations, `CURRENT`, which names the one that serves, and `PREVIOUS`, which
/// names the one before.
final class ServedModel: Sendable {
    let model: ReadModel
    let directory: String
    /// The position of the serving generation, and who waits for it.
    let position = HeadSignal()

    struct Serving {
        var log: EventLog?
        var generation: Generation?
        /// Which version of `CURRENT` named it.
        var stamp: FileStamp?
        var opened = OpenGenerations()
    }

    let serving = Mutex(Serving())

    init(_ model: ReadModel, of log: EventLog, in views: String) {
        self.model = model
        directory = views + "/" + model.name
        serving.withLock { $0.log = log }
    }

    var currentFile: String { directory + "/CURRENT" }

    /// The generation that serves now; nil when there is none that this version of the model can read.
    func current() throws -> Generation? { try serving.withLock { try current(&$0) } }

    /// The same, with the version of `CURRENT` that names it: a generation that serves, does not, and serves again, has
    /// another one then.
    func stampedCurrent() throws -> StampedGeneration? {
        try serving.withLock { serving in
            guard let generation = try current(&serving), let stamp = serving.stamp else { return nil }
            return StampedGeneration(generation: generation, stamp: stamp)
        }
    }

    func current(_ serving: inout Serving) throws -> Generation? {
        while true {
            guard let stamp = FileStamp(currentFile) else { return nil }
            if stamp == serving.stamp { return serving.generation }
            serving.generation = try openCurrent(&serving)
            serving.stamp = stamp
            // Another process may have replaced, and removed, what was being opened: so once more.
        }
    }

    private func openCurrent(_ serving: inout Serving) throws -> Generation? {
        guard let name = try nameOfCurrent() else { return nil }
        if let known = serving.generation, known.name == name { return known }
        return try usable(name, &serving)
    }

    /// The generation of this name; nil when it is not there, damaged, of another version, or of another history.
    func usable(_ name: String, _ serving: inout Serving) throws -> Generation? {
        let path = directory + "/" + name
        guard FileManager.default.fileExists(atPath: path + "/data.mdb"),
            try DirtyMarker(generation: path).allowsUse()
        else { return nil }
        do {
            // A file that cannot be opened is thrown away like any other derived thing, and built again.
            guard let log = serving.log, let generation = try? serving.opened.generation(at: path),
                try generation.isBuilt(by: model), let checkpoint = try generation.checkpoint(),
                try Checkpoint(of: log, at: checkpoint.position) == checkpoint
            else { return nil }
            return generation
        } catch let error as LMDBError where error.kind.isDamage && error.path.hasPrefix(path) {
            return nil
        }
    }

    /// Files up to this size are walked through when they are opened: a hundredth of a second at most.
    private static let bytesWalked = 32 << 20

    /// Whether the pages of a small file are in order; larger ones are walked after an unclean end only.
    static func isPlausible(_ path: String) -> Bool {
        // Without a place among the readers, pages may be written anew while they are walked.
        guard FileManager.default.isWritableFile(atPath: path),
            let size = try? DurableFile.size(path + "/data.mdb"), size <= bytesWalked
        else { return true }
        do {
            try DamagedFile.checkPages(in: path) { _, _ in }
        } catch is DamagedFile {
            return false
        } catch {
            // Whoever opens it will meet it.
        }
        return true
    }

    /// Whether `CURRENT` names the generation, whatever this process has open.
    func isNamed(_ generation: Generation) throws -> Bool { try nameOfCurrent() == generation.name }

    func nameOfCurrent() throws -> String? {
        try Self.generationName(in: currentFile)
    }

    /// The name in the file `CURRENT` at `path`; nil when there is none, or none of a generation: nothing serves then.
    static func generationName(in path: String) throws -> String? {
        try DurableFile.read(path).flatMap { generationName($0[...]) }
    }

    static func generationName(_ bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.starts(with: "gen-".utf8), bytes.count < 64 else { return nil }
        let isName = bytes.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || byte == UInt8(ascii: "-")
        }
        return isName ? String(decoding: bytes, as: UTF8.self) : nil
    }

    // MARK: Replacing it, for whoever holds the ``SwapLock``

    /// Makes `generation` the one that serves, atomically and durably, and removes all but it and the one before.
    ///
    /// - Parameter keepingPrevious: whether the one that has served stays, to be gone back to.
    func serve(_ generation: Generation, keepingPrevious: Bool = true) throws {
        try serving.withLock { serving in
            if keepingPrevious { try notePrevious() } else { try DurableFile.remove(previousFile) }
            try DurableFile.replace(currentFile, with: Array(generation.name.utf8))
            serving.generation = generation
            serving.opened.add(generation)
            serving.stamp = FileStamp(currentFile)
            removeGenerations(keeping: try GenerationNames(in: directory).kept)
        }
    }

    /// Serves `generation` no more, which turned out to be damaged: whoever follows builds another one. Nothing happens
    /// when another one serves already.
    func discard(_ generation: Generation) throws {
        try serving.withLock { serving in
            guard try nameOfCurrent() == generation.name else { return }
            try DurableFile.remove(currentFile)
            serving.generation = nil
            serving.stamp = nil
        }
    }

    /// Removes what interrupted builds have left behind. For the holder of the lease, before it builds.
    func sweep() throws {
        removeGenerations(keeping: try GenerationNames(in: directory).kept)
        PreviewFolder.sweep(modelIn: directory)
    }

    func removeGenerations(keeping names: Set<String>) {
        for name in generationNames(orLocked: true) {
            // A build by another process holds a lock on its directory. One that was killed between being named by
            // `CURRENT` and letting go has left its lock file beside a generation that stays.
            guard let lock = try? FileLock.acquire(directory + "/" + name + ".lock") else { continue }
            if !names.contains(name) { try? FileManager.default.removeItem(atPath: directory + "/" + name) }
            try? FileManager.default.removeItem(atPath: directory + "/" + name + ".lock")
            withExtendedLifetime(lock) {}
        }
    }

    /// - Parameter orLocked: also those of which a killed build has left no more than the lock file.
    func generationNames(orLocked: Bool = false) -> Set<String> {
        let entries = ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [])
            .filter { $0.hasPrefix("gen-") }
        let locked = entries.filter { $0.hasSuffix(".lock") }.map { String($0.dropLast(5)) }
        return Set(entries.filter { !$0.hasSuffix(".lock") }).union(orLocked ? locked : [])
    }

    // MARK: New ones

    /// A place for a new generation, which nobody sweeps away for as long as it is held.
    func newPlace() throws -> GenerationPlace {
        try DurableFile.createDirectory(directory)
        while true {
            let numbers = generationNames().compactMap { Int($0.dropFirst(4).prefix { $0.isNumber }) }
            let suffix = String(UInt32.random(in: 0...UInt32.max), radix: 36)
            let path = directory + "/gen-\((numbers.max() ?? 0) + 1)-\(suffix)"
            // Whoever sweeps may take a lock file for a left-over in the moment between making and locking it, and
            // remove it.
            if let lock = try FileLock.acquire(path + ".lock"), FileStamp(path + ".lock") != nil {
                return GenerationPlace(path: path, lock: lock)
            }
        }
    }

    /// A place for a generation that is there already and does not serve; nil when somebody holds it. For whoever holds
    /// the ``SwapLock``.
    func place(of name: String) throws -> GenerationPlace? {
        let path = directory + "/" + name
        guard let lock = try FileLock.acquire(path + ".lock"), FileStamp(path + ".lock") != nil else { return nil }
        return GenerationPlace(path: path, lock: lock)
    }

    /// Lets go of the generation, so that its files are closed when the last reader is done.
    func release() {
        serving.withLock { $0 = Serving() }
        position.close()
    }
}

/// The directory of a generation that does not serve yet. Its lock keeps others from sweeping it away.
struct GenerationPlace: Sendable {
    let path: String
    fileprivate let lock: FileLock

    /// Leaves no lock file behind: `CURRENT` or `PREVIOUS` names the generation, or there is none.
    func release() { try? FileManager.default.removeItem(atPath: path + ".lock") }

    /// Removes the generation.
    func remove() {
        try? FileManager.default.removeItem(atPath: path)
        release()
    }
}
