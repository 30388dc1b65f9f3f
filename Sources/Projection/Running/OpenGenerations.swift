internal import LMDB

/// A generation that serves, and which version of `CURRENT` says so.
struct StampedGeneration: Sendable {
    let generation: Generation
    let stamp: FileStamp
}

/// The generations of one read model that somebody in this process still uses.
///
/// An environment is opened once in a process. One that served, and is asked for again while a reader is not done with
/// it, is therefore the same one. None is kept open by being known here.
struct OpenGenerations: Sendable {
    private struct Known: Sendable {
        weak var generation: Generation?
    }

    private var known: [Known] = []

    /// Adds a generation that was opened elsewhere.
    mutating func add(_ generation: Generation) {
        known.removeAll { $0.generation == nil || $0.generation === generation }
        known.append(Known(generation: generation))
    }

    /// The generation in the directory `path`, opened if it is not open.
    ///
    /// - Parameter readOnly: how it is opened then.
    /// - Throws: errors of the storage layer, also where its pages are not in order.
    mutating func generation(at path: String, readOnly: Bool = false) throws -> Generation {
        for entry in known {
            if let generation = entry.generation, generation.environment.path == path { return generation }
        }
        guard ServedModel.isPlausible(path) else { throw LMDBError(.corrupted, "open", path: path) }
        let generation = try Generation(path: path, readOnly: readOnly)
        add(generation)
        return generation
    }
}
