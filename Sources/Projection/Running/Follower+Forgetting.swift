internal import EventLog
internal import Foundation
internal import LMDB
internal import Logging

/// What a read model that forgets has to forget, as far as its follower knows.
struct PendingForgetting {
    /// The log was searched up to here.
    var searched: UInt64 = 0
    /// The last event by which values are deleted; 0 where there is none.
    var last: UInt64 = 0
    /// Since when rows wait to be written anew; nil when they do not.
    var since: ContinuousClock.Instant?

    /// Rows are written anew when nothing is waiting to be folded, and at the latest after so long: many events are
    /// forgotten at once.
    static let longestWait = Duration.seconds(2)
}

/// Deleted rows leave their bytes in pages that are free, and in the unused rest of others. So after an event by which
/// values are deleted for good the rows of a read model are written anew, into another file from left to right.
extension Follower {
    /// Brings the read models that forget to where nothing of what is deleted is in any of their files.
    ///
    /// Each step stands by itself, and what is missing is seen from ``Forgotten`` and the log: whoever follows after a
    /// process was killed goes on.
    ///
    /// - Returns: whether other rows serve now, in which the next step goes on.
    func forget() throws -> Bool {
        var hasReplaced = false
        for live in self.live.values where live.model.doesForget {
            guard let model = served(live) else { continue }
            if try forget(live, model) { hasReplaced = true }
        }
        return hasReplaced
    }

    private func forget(_ live: LiveModel, _ model: ServedModel) throws -> Bool {
        let name = live.model.name
        let last = try lastForgetting(live)
        guard try live.generation.forgottenUpTo() < last else { return false }
        if try live.generation.cleanUpTo() < last {
            guard isDue(live) else { return false }
            try writeAnew(live, model)
            forgetting[name]?.since = nil
            self.live[name] = nil
            return true
        }
        do {
            try swaps.hold(unless: mustEnd) {
                try requireServing([live])
                guard try removeOthers(model) else { return }
                try live.generation.noteForgotten(upTo: try live.generation.cleanUpTo())
            }
        } catch let error as LMDBError where error.kind == .mapFull {
            try live.generation.environment.growMap()
        }
        return false
    }

    /// The last event within the rows by which values are deleted; 0 where there is none. The log is searched once.
    private func lastForgetting(_ live: LiveModel) throws -> UInt64 {
        var known = forgetting[live.model.name] ?? PendingForgetting()
        let position = live.checkpoint.position
        if known.searched < position {
            let found = try live.model.lastForgetting(in: state.log, from: known.searched + 1, upTo: position)
            known.last = found ?? known.last
            known.searched = position
            forgetting[live.model.name] = known
        }
        // Rows from before, that serve again, may be at an earlier position.
        if known.last <= position { return known.last }
        return try live.model.lastForgetting(in: state.log, from: 1, upTo: position) ?? 0
    }

    private func isDue(_ live: LiveModel) -> Bool {
        let since = forgetting[live.model.name]?.since ?? .now
        forgetting[live.model.name]?.since = since
        return deadline != nil || live.checkpoint.position >= state.log.head.rawValue
            || since.duration(to: .now) >= PendingForgetting.longestWait
    }

    /// Writes the rows into a new generation, which serves from then on; the one before is removed.
    private func writeAnew(_ live: LiveModel, _ model: ServedModel) throws {
        let place = try model.newPlace()
        let generation: Generation
        do {
            generation = try Generation.make(in: place.path) { generation in
                try RowLoader.copy(live.generation, live.checkpoint, of: live.model, into: generation) { self.mustEnd }
            }
        } catch {
            place.remove()
            throw error
        }
        let rewritten = UnservedGeneration(model: model, generation: generation, place: place)
        do {
            try generation.environment.sync()
            try DurableFile.syncDirectory(of: place.path + "/data.mdb")
            try swaps.hold(unless: mustEnd) {
                try requireServing([live])
                guard try live.generation.checkpoint() == live.checkpoint else {
                    throw StaleCache(model: live.model.name)
                }
                try model.serve(generation, keepingPrevious: false)
            }
        } catch {
            rewritten.giveUp()
            throw error
        }
        place.release()
        logger.info(
            "rows are written anew, without what was deleted",
            metadata: ["model": "\(live.model.name)", "position": "\(live.checkpoint.position)"])
    }

    /// Removes whatever else holds rows of the model; false when something is still there, because somebody is just
    /// building or using it.
    private func removeOthers(_ model: ServedModel) throws -> Bool {
        let areGenerationsGone = try model.removeUnserved()
        let arePreviewsGone = try PreviewFolder.clear(modelIn: model.directory)
        let isPastGone = try state.past?.forget(model) ?? false
        return areGenerationsGone && arePreviewsGone && isPastGone
    }

    // MARK: Before the thread ends

    /// For so long a thread that is to end goes on with what has to be forgotten.
    private static let longestEnding = Duration.seconds(10)

    /// Forgets what the log says, unless another process follows: it may be left over from one that was killed, and the
    /// next one may come late.
    func forgetAtLast() {
        guard models.contains(where: { $0.model.doesForget }) else { return }
        deadline = ContinuousClock.now.advanced(by: Self.longestEnding)
        while !mustEnd {
            do {
                guard try takeLease(), try goOnForgetting() else { return }
            } catch is StaleCache {
                live.removeAll()
            } catch is WideHindsight {
                do { try buildAnew(Array(live.values)) } catch { return }
            } catch {
                logger.warning(
                    "what was deleted is still in rows; the next process goes on", metadata: ["error": "\(error)"])
                return
            }
        }
    }

    /// The next step for all read models that have rows; none are built for it.
    ///
    /// - Returns: whether there was anything to do.
    private func goOnForgetting() throws -> Bool {
        let head = log.head.rawValue
        var isPending = false
        for model in models where model.model.doesForget && !isHalted(model.model.name) {
            guard let last = try model.model.lastForgetting(in: log, from: 1, upTo: head),
                let current = try model.stampedCurrent(), try current.generation.forgottenUpTo() < last,
                let live = try followed(model, current)
            else { continue }
            isPending = true
            let position = live.checkpoint.position
            if position < last { try fold([live], upTo: min(last, position + pace.events)) }
        }
        guard isPending else { return false }
        // Somebody may be building, who is waited for.
        if try !forget() { Thread.sleep(forTimeInterval: 0.005) }
        return true
    }

    /// Nil when it is better to build the rows anew.
    private func followed(_ model: ServedModel, _ current: StampedGeneration) throws -> LiveModel? {
        let name = model.model.name
        let isKnown = live[name].map { $0.generation === current.generation && isAdopted(current, name) } ?? false
        if !isKnown { live[name] = try adopt(model) }
        return live[name]
    }
}
