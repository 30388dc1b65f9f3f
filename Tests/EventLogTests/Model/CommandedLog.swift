@testable import EventLog
import LMDB

/// A log that carries out commands, closing and opening it included, and tells what came of them.
final class CommandedLog {
    private let folder: String
    private let setting: ModelSetting
    private var opened: EventLog?
    private var followers: [Int: CommandedFollower] = [:]

    /// How long something is waited for that should come at once.
    private static let patience = Duration.seconds(20)

    init(in folder: String, _ setting: ModelSetting) async throws {
        self.folder = folder
        self.setting = setting
        try await open()
    }

    /// The thread of a follower that has just ended may hold on to the log before for a moment.
    private func open() async throws {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            do {
                opened = try EventLog(at: folder, options: setting.options)
                return
            } catch let error as LMDBError where error.kind == .alreadyOpen && ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(1))
            }
        }
    }

    var log: EventLog {
        guard let opened else { preconditionFailure("used after it was closed") }
        return opened
    }

    func close() {
        for follower in followers.values { follower.stop() }
        followers = [:]
        opened?.close()
        opened = nil
    }

    /// - Parameter counts: how many events each follower should have seen before it is said that all have.
    func carryOut(_ command: ModelCommand, awaiting counts: [Int: Int] = [:]) async -> ModelOutcome {
        do {
            return try await answer(command, counts)
        } catch {
            return .failed("\(error)")
        }
    }

    private func answer(_ command: ModelCommand, _ counts: [Int: Int]) async throws -> ModelOutcome {
        switch command {
        case .append(let append): return await log.carryOut(append)
        case .together, .byOther: return .failed("carried out by several")
        case .read(let read): return try log.carryOut(read)
        case .position(let number): return .position(try log.position(of: ModelFacts.id(of: number))?.rawValue)
        case .event(let place): return .event(try log.content(at: place.number()))
        case .typeNumber(let type): return .number(try log.typeNumber(of: ModelFacts.eventType(type)))
        case .recorded(let place): return .holds(try log.agreesOnTimes(at: place.number()))
        case .follow(let slot, let query, let place):
            if let old = followers.removeValue(forKey: slot) { _ = try await old.cancelled() }
            followers[slot] = CommandedFollower(of: log, try query.query, from: Position(place.number()))
            return .done
        case .cancel(let slot):
            guard let follower = followers.removeValue(forKey: slot) else { return .followed([:]) }
            return .followed([slot: try await follower.cancelled()])
        case .settle: return try await settle(counts)
        case .index: return .holds(try await isIndexed())
        case .verify: return .position(try log.verify().head.rawValue)
        case .reopen: return try await reopen()
        }
    }

    private func settle(_ counts: [Int: Int]) async throws -> ModelOutcome {
        let deadline = ContinuousClock.now + Self.patience
        while ContinuousClock.now < deadline {
            let isSettled = try followers.allSatisfy { slot, follower in
                try follower.seen().count >= counts[slot, default: 0]
            }
            if isSettled { break }
            try await Task.sleep(for: .milliseconds(1))
        }
        var seen: [Int: [ModelSeen]] = [:]
        for (slot, follower) in followers { seen[slot] = try follower.seen() }
        return .followed(seen)
    }

    /// Has every full table written; says whether no more is left in memory than a table that is not full.
    private func isIndexed() async throws -> Bool {
        let deadline = ContinuousClock.now + Self.patience
        while ContinuousClock.now < deadline {
            // Looking for an id, even for one that nobody has, fills the tail up to the head.
            _ = try log.position(of: EventID(high: 0, low: 0))
            log.index.onFullTable()
            let written = log.index.runsEnd
            if log.index.fullTables == 0, log.index.end - written < UInt64(setting.tableCapacity) { return true }
            try await Task.sleep(for: .milliseconds(1))
        }
        return false
    }

    /// Closes the log, which ends its followers behind all that there is, and opens it again.
    private func reopen() async throws -> ModelOutcome {
        let head = log.head
        log.close()
        var seen: [Int: [ModelSeen]] = [:]
        for (slot, follower) in followers { seen[slot] = try await follower.ended() }
        followers = [:]
        let refused = await log.carryOut(ModelAppend([.event(0)]))
        guard log.head == head, refused == .refused(.closed) else {
            return .failed("a closed log answers and takes nothing: \(log.head), \(refused)")
        }
        opened = nil
        try await open()
        return .followed(seen)
    }
}

extension ModelSetting {
    var options: EventLogOptions {
        var options = EventLogOptions()
        options.mapSize = mapSize
        options.tableCapacity = tableCapacity
        options.indexerPacing = pacing
        return options
    }
}
