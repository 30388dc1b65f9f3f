internal import EventLog
internal import Foundation
internal import LMDB
internal import Synchronization

/// Which version of a read model has built a generation, and how its rows are stored.
struct GenerationIdentity: Equatable {
    let name: String
    let version: Int
    let layout: Int

    /// What ``Generation/identity(of:)`` gives; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, let version = Int(parts[1]), let layout = Int(parts[2]) else { return nil }
        name = String(parts[0])
        self.version = version
        self.layout = layout
    }
}

extension Generation {
    /// Nil when it does not say, as one that was never completed.
    func identity() throws -> GenerationIdentity? {
        let transaction = try environment.beginRead()
        guard let text = try transaction.value(in: meta, for: "model")?.text() else { return nil }
        return GenerationIdentity(text)
    }
}

// MARK: - Whatever version has built it

extension ServedModel {
    /// A generation, and the version of the model that has built it.
    struct VersionedGeneration: Sendable {
        let generation: Generation
        let version: Int
    }

    /// The generation that serves, for reading, whichever version of the model has built it; nil when none does that is
    /// sound and of this log.
    ///
    /// - Throws: ``OtherRowLayout``.
    func currentOfAnyVersion() throws -> VersionedGeneration? {
        try serving.withLock { serving in
            while true {
                if let generation = try current(&serving) {
                    return VersionedGeneration(generation: generation, version: model.version)
                }
                guard let name = try nameOfCurrent() else { return nil }
                // Otherwise the name may be that of one which this version can read, and is not to be read only.
                if FileStamp(currentFile) == serving.stamp { return try readable(name, &serving) }
            }
        }
    }

    private func readable(_ name: String, _ serving: inout Serving) throws -> VersionedGeneration? {
        let path = directory + "/" + name
        guard FileManager.default.fileExists(atPath: path + "/data.mdb"), try DirtyMarker(generation: path).allowsUse()
        else { return nil }
        do {
            guard let log = serving.log, let generation = try opened(path, &serving),
                let identity = try generation.identity(), identity.name == model.name
            else { return nil }
            guard identity.layout == Generation.layout else {
                throw OtherRowLayout(model: model.name, found: identity.layout, expected: Generation.layout)
            }
            guard let checkpoint = try generation.checkpoint(),
                try Checkpoint(of: log, at: checkpoint.position) == checkpoint
            else { return nil }
            return VersionedGeneration(generation: generation, version: identity.version)
        } catch let error as LMDBError where error.kind.isDamage && error.path.hasPrefix(path) {
            return nil
        }
    }

    /// Nil when it cannot be opened.
    private func opened(_ path: String, _ serving: inout Serving) throws -> Generation? {
        do {
            return try serving.opened.generation(at: path, readOnly: true)
        } catch let error as LMDBError {
            guard case .missingDatabase = error.kind else { return nil }
            throw OtherRowLayout(model: model.name, found: nil, expected: Generation.layout)
        }
    }

    /// Whether rows serve that another version of the model has built.
    func isOfAnotherVersion() throws -> Bool {
        do {
            guard let current = try currentOfAnyVersion() else { return false }
            return current.version != model.version
        } catch is OtherRowLayout {
            return true
        }
    }
}

// MARK: - The one before, for whoever holds the SwapLock

extension ServedModel {
    var previousFile: String { directory + "/PREVIOUS" }

    /// Notes the one that serves as the one before; for ``serve(_:)``, which makes another one serve next.
    func notePrevious() throws {
        let list = try GenerationNames(in: directory).listBeforeSwap
        if !list.isEmpty { try DurableFile.replace(previousFile, with: list) }
    }

    /// The one before, to be served again. Nobody else writes to it or removes it for as long as its place is held.
    ///
    /// - Throws: ``NoPreviousGeneration``.
    func takePrevious() throws -> UnservedGeneration {
        guard let name = try GenerationNames(in: directory).previous else { throw noPrevious(.notKept) }
        guard let place = try place(of: name) else { throw noPrevious(.busy) }
        do {
            guard let generation = try serving.withLock({ try usable(name, &$0) }) else {
                throw noPrevious(try whyUnusable(name))
            }
            return UnservedGeneration(model: self, generation: generation, place: place)
        } catch {
            place.release()
            throw error
        }
    }

    private func whyUnusable(_ name: String) throws -> NoPreviousGeneration.Reason {
        do {
            guard let found = try serving.withLock({ try readable(name, &$0) }), found.version != model.version else {
                return .unusable
            }
            return .otherVersion(found.version)
        } catch let other as OtherRowLayout {
            return .otherLayout(other.found)
        }
    }

    /// Why there is none.
    func noPrevious(_ reason: NoPreviousGeneration.Reason) -> NoPreviousGeneration {
        NoPreviousGeneration(model: model.name, version: model.version, reason: reason)
    }

    /// - Throws: ``NoPreviousGeneration`` when `generation` is not the one before any more.
    func requirePrevious(_ generation: Generation) throws {
        guard try GenerationNames(in: directory).previous == generation.name else { throw noPrevious(.busy) }
    }

    /// Brings to rest a generation that served and does not any more, so that it can serve again after the machine was
    /// started anew.
    func settle(_ generation: Generation) throws {
        let path = directory + "/" + generation.name
        guard try !isNamed(generation), FileManager.default.fileExists(atPath: path),
            let place = try place(of: generation.name)
        else { return }
        defer { place.release() }
        try generation.environment.sync()
        try DirtyMarker(generation: path).clear()
    }

    /// Removes every generation but the one that serves, durably; false when there is another one all the same:
    /// somebody builds it, or is just going back to it.
    func removeUnserved() throws -> Bool {
        guard let name = try nameOfCurrent() else { return false }
        try DurableFile.remove(previousFile)
        removeGenerations(keeping: [name])
        try DurableFile.syncDirectory(of: currentFile)
        return generationNames(orLocked: true).subtracting([name]).isEmpty
    }

    /// Removes every generation that does not serve, but for those that are being built; false when somebody is just
    /// going back to the one before.
    func forgetPrevious() throws -> Bool {
        let names = try GenerationNames(in: directory)
        guard let previous = names.previous else {
            removeGenerations(keeping: names.kept)
            return true
        }
        guard let place = try place(of: previous) else { return false }
        try DurableFile.remove(previousFile)
        place.remove()
        removeGenerations(keeping: try GenerationNames(in: directory).kept)
        return true
    }
}
