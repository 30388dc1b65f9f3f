internal import EventLog
internal import Foundation
internal import LMDB
internal import Synchronization

/// Generations of read models at moments of the past: built when they are asked for, kept for the next who asks, and
/// bounded by size.
///
/// They lie in `views/<model>/past/`, one directory each, named by its moment. Nobody writes to one that is complete.
/// Those at the ends of months (UTC, by when events were recorded) are made on the way, and are the last to go: later
/// builds start from the nearest.
final class PastGenerations: Sendable {
    private let log: EventLog
    private let folder: PastFolder
    private let isClosing: @Sendable () -> Bool

    private struct Key: Hashable {
        let model: String
        let moment: PastMoment
    }

    private struct Opened {
        let generation: Generation
        /// Of the file, where it must not be used any more once that is gone: others have removed what was to be
        /// forgotten. Nil where it may be read on for as long as it is open.
        let stamp: FileStamp?

        /// Whether it may be used.
        func isThere() -> Bool {
            guard let stamp else { return true }
            return FileStamp(generation.environment.path + "/data.mdb")?.isOfSameFile(as: stamp) ?? false
        }
    }

    /// Those that are open. Held while one is built: two questions about one moment build it once.
    private let open = Mutex<[Key: Opened]>([:])

    /// More than these are closed again.
    private static let mostOpen = 64

    /// - Parameter isClosing: whether builds are to end.
    init(_ log: EventLog, isClosing: @escaping @Sendable () -> Bool) {
        self.log = log
        self.isClosing = isClosing
        folder = PastFolder(log)
    }

    /// The generation of a model at `moment`, if it is there.
    func kept(_ model: ServedModel, at moment: PastMoment) throws -> Generation? {
        try open.withLock { try kept(model, at: moment, &$0) }
    }

    /// The generations of some models at `moment`, built where they are missing.
    ///
    /// - Throws: `CancellationError` when the host is closed; ``ProjectionFailure``; ``ProjectionUnavailable`` where
    ///   what is to be forgotten some day would be built outside of the data directory; the reason of a
    ///   ``FoldUnavailable``.
    func generations(
        of models: [ServedModel], at moment: PastMoment, onBuild: @escaping @Sendable (BuildProgress) -> Void
    ) throws -> [Generation] {
        if !log.keepsDerived, let model = models.first(where: { $0.model.doesForget }) {
            throw ProjectionUnavailable.pastNotKept(model: model.model.name)
        }
        return try tellingReason { try open.withLock { try generations(of: models, at: moment, onBuild, &$0) } }
    }

    private func generations(
        of models: [ServedModel], at moment: PastMoment, _ onBuild: @escaping @Sendable (BuildProgress) -> Void,
        _ open: inout [Key: Opened]
    ) throws -> [Generation] {
        var missing = try models.filter { try kept($0, at: moment, &open) == nil }
        if !missing.isEmpty, moment.occurredUntil == nil, let monthEnd = try monthEnd(before: moment.position) {
            let without = try missing.filter { model in
                try nearest(model, upTo: moment.position).map { $0.position < monthEnd.position } ?? true
            }
            try make(without, at: monthEnd, onBuild, &open)
        }
        missing = try models.filter { try kept($0, at: moment, &open) == nil }
        try make(missing, at: moment, onBuild, &open)
        return try models.map { model in
            guard let generation = try kept(model, at: moment, &open) else {
                throw ProjectionUnavailable.rebuilding(model: model.model.name)
            }
            return generation
        }
    }

    /// Throws away a generation in which a damaged row was found; false when it is none of these.
    func discard(damaged error: LMDBError) -> Bool {
        open.withLock { open in
            guard let (key, found) = open.first(where: { $0.value.generation.environment.path == error.path }) else {
                return false
            }
            open[key] = nil
            try? FileManager.default.removeItem(atPath: found.generation.environment.path)
            return true
        }
    }

    /// Removes those of one model; false when there is one all the same: somebody builds it. Does not wait.
    func forget(_ model: ServedModel) throws -> Bool {
        let isGone = try open.withLockIfAvailable { open in
            for key in open.keys where key.model == model.model.name { open[key] = nil }
            return try folder.remove(model)
        }
        return isGone ?? false
    }

    /// Closes those that others have removed because of what was in them, and those of read models that are gone. Does
    /// not wait.
    ///
    /// - Parameter models: the names of the read models that there are.
    func letGoOfRemoved(keeping models: Set<String>) {
        _ = open.withLockIfAvailable { open in
            for (key, known) in open where !models.contains(key.model) || !known.isThere() { open[key] = nil }
        }
    }

    func removeAll() throws {
        try open.withLock { open in
            open.removeAll()
            try folder.removeAll()
        }
    }

    // MARK: Those that are there

    private func kept(
        _ model: ServedModel, at moment: PastMoment, _ open: inout [Key: Opened]
    ) throws -> Generation? {
        let key = Key(model: model.model.name, moment: moment)
        let path = folder.path(of: model, at: moment)
        // Another process may have removed it to make room; it is read on, as long as it is open here.
        if let known = open[key], known.isThere() { return known.generation }
        open[key] = nil
        guard let stamp = FileStamp(path + "/data.mdb") else { return nil }
        guard let generation = try usable(path, model.model, at: moment.position) else {
            try? FileManager.default.removeItem(atPath: path)
            return nil
        }
        if open.count >= Self.mostOpen { open.removeAll() }
        open[key] = Opened(generation: generation, stamp: model.model.doesForget ? stamp : nil)
        folder.touch(path)
        return generation
    }

    /// Nil when it is damaged, of another version, or of another history.
    private func usable(_ path: String, _ model: ReadModel, at position: Position) throws -> Generation? {
        guard ServedModel.isPlausible(path),
            let generation = try? Generation(path: path, readOnly: true, immutable: true),
            (try? generation.isBuilt(by: model)) ?? false, let checkpoint = try? generation.checkpoint(),
            checkpoint.position == position.rawValue,
            try Checkpoint(of: log, at: checkpoint.position) == checkpoint
        else { return nil }
        return generation
    }

    /// The kept generation of the model that is nearest below a position, or at it.
    private func nearest(_ model: ServedModel, upTo position: Position) throws -> (position: Position, path: String)? {
        try folder.kept(model)
            .filter { $0.moment.occurredUntil == nil && $0.moment.position <= position }
            .max { $0.moment.position < $1.moment.position }
            .map { ($0.moment.position, $0.path) }
    }

    // MARK: Making them

    /// The last position of the month before the one in which the event at `position` was recorded; nil when nothing
    /// was recorded before.
    private func monthEnd(before position: Position) throws -> PastMoment? {
        guard let recordedAt = try log.withEvent(at: position, { $0.recordedAt }) else { return nil }
        let day = recordedAt.microseconds.dividedFlooring(by: 86_400_000_000).quotient
        let date = CivilDate(daysSinceEpoch: Int(day))
        guard let first = CivilDate(year: date.year, month: date.month, day: 1) else { return nil }
        let start = Timestamp(microseconds: Int64(first.daysSinceEpoch) * 86_400_000_000 - 1)
        let last = try log.position(recordedAtOrBefore: start)
        return last == .zero || last >= position ? nil : PastMoment(position: last)
    }

    private func make(
        _ models: [ServedModel], at moment: PastMoment, _ onBuild: @escaping @Sendable (BuildProgress) -> Void,
        _ open: inout [Key: Opened]
    ) throws {
        if models.isEmpty { return }
        folder.sweep(models)
        var fromStart: [ServedModel] = []
        for model in models {
            if moment.occurredUntil == nil, let base = try nearest(model, upTo: moment.position),
                isWorthGoingOn(from: base.position, to: moment.position),
                try goOn(model, from: base.path, to: moment, onBuild)
            {
                continue
            }
            fromStart.append(model)
        }
        try build(fromStart, at: moment, onBuild)
        folder.makeRoom(sparing: models.map { folder.path(of: $0, at: moment) }) { path in
            for (key, known) in open where known.generation.environment.path == path { open[key] = nil }
        }
    }

    /// Folding the rest one after the other takes longer than building with all cores when more than half is missing.
    private func isWorthGoingOn(from base: Position, to position: Position) -> Bool {
        position.rawValue - base.rawValue < 200_000 || base.rawValue >= position.rawValue / 2
    }

    private func build(
        _ models: [ServedModel], at moment: PastMoment, _ onBuild: @escaping @Sendable (BuildProgress) -> Void
    ) throws {
        if models.isEmpty { return }
        defer { FreedMemory.giveBack() }
        let places = try models.map { try folder.newPlace(of: $0) }
        defer { for place in places { place.remove() } }
        var build = Build(
            log: log, models: models.map(\.model), directories: places.map(\.path), upTo: moment.position,
            isCancelled: isClosing, progress: onBuild)
        build.occurredUntil = moment.occurredUntil
        for (generation, (model, place)) in zip(try build.run(), zip(models, places)) {
            generation.environment.close()
            try folder.keep(place, as: folder.path(of: model, at: moment))
        }
    }

    /// The place is taken before the copy: who is to forget what is in it waits for its end.
    ///
    /// - Returns: false when somebody has removed what was to be gone on from.
    private func goOn(
        _ model: ServedModel, from base: String, to moment: PastMoment,
        _ onBuild: @escaping @Sendable (BuildProgress) -> Void
    ) throws -> Bool {
        let start = Date()
        let place = try folder.newPlace(of: model)
        defer { place.remove() }
        try DurableFile.createDirectory(place.path)
        do {
            try FileManager.default.copyItem(atPath: base + "/data.mdb", toPath: place.path + "/data.mdb")
        } catch  where !FileManager.default.fileExists(atPath: base + "/data.mdb") {
            return false
        }
        let generation = try Generation(path: place.path)
        defer { generation.environment.close() }
        guard let checkpoint = try generation.checkpoint(),
            try Checkpoint(of: log, at: checkpoint.position) == checkpoint, try generation.isBuilt(by: model.model)
        else {
            try? FileManager.default.removeItem(atPath: base)
            throw ProjectionUnavailable.rebuilding(model: model.model.name)
        }
        let live = LiveModel(model.model, generation, checkpoint)
        try live.goOn(to: moment.position, in: log, isCancelled: isClosing)
        try generation.environment.sync()
        generation.environment.close()
        try folder.keep(place, as: folder.path(of: model, at: moment))
        let folded = moment.position.rawValue - checkpoint.position
        onBuild(BuildProgress(done: folded, total: folded, elapsed: -start.timeIntervalSinceNow))
        return true
    }
}

extension LiveModel {
    /// Folds what is missing up to `position` into a generation that nobody else writes to.
    ///
    /// - Throws: `CancellationError`, ``ProjectionFailure``, ``UnavailableModel``.
    func goOn(to position: Position, in log: EventLog, isCancelled: () -> Bool) throws {
        while checkpoint.position < position.rawValue {
            if isCancelled() { throw CancellationError() }
            let upTo = min(checkpoint.position + BatchPace.greatest, position.rawValue)
            let batch = LiveBatch(log: log, models: [self], upTo: Position(upTo))
            if let halt = try batch.run(commit: { commits in try commits() }).halts.first { throw halt.error }
        }
    }
}
