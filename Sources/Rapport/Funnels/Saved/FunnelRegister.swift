public import EventLog
internal import LMDB
public import Logging
internal import Synchronization

/// Which funnels are saved: kept in memory, up to the head of the log whenever somebody asks.
///
/// Under each name the definition with the highest version is in force, of several with that version the first
/// one. After the funnel was retired none is, until a higher version is saved. A definition that nobody can read, as
/// one that was appended past the API, is logged and left out: the one before it stays in force, and its version is
/// taken.
public final class FunnelRegister: Sendable {
    /// Something that was said of a name.
    fileprivate struct Change {
        enum Content {
            case saved(SavedFunnel)
            case unreadable(version: Int)
            case retired
        }

        /// The bytes of the name.
        let name: [UInt8]
        let position: Position
        let content: Content
    }

    /// What a name stands for.
    struct Standing {
        /// The definition with the highest version, of those that can be read.
        private var newest: SavedFunnel?
        /// The version that was the highest when the funnel was retired for the last time; 0 before.
        private var retiredVersion = 0
        /// The highest version so far, retired and unreadable ones included; 0 where there is none.
        private(set) var version = 0

        /// What is in force; nil where nothing is.
        var inForce: SavedFunnel? { newest.flatMap { $0.version > retiredVersion ? $0 : nil } }

        fileprivate mutating func take(_ content: Change.Content) {
            switch content {
            case .saved(let funnel):
                if funnel.version > newest?.version ?? 0 { newest = funnel }
                version = max(version, funnel.version)
            case .unreadable(let number): version = max(version, number)
            case .retired: retiredVersion = version
            }
        }
    }

    private typealias Standings = [[UInt8]: Standing]

    private struct Kept {
        /// By position.
        var changes: [Change] = []
        /// What all of them come to.
        var standings: Standings = [:]
        /// What is in force, sorted by name; nil before somebody has asked since the last change.
        var inForce: [SavedFunnel]?
        /// Up to where the log was read.
        var position = Position.zero
    }

    private let kept = Mutex(Kept())
    private let logger: Logger

    /// The types that it is folded from.
    static let types = [FunnelDefined.eventType, FunnelRetired.eventType]

    /// Events that are copied at a time.
    private static let chunk = 10_000

    /// Knows nothing yet.
    ///
    /// - Parameter logger: told of definitions that cannot be read.
    public init(logger: Logger = Logger(label: "rapport.funnels")) {
        self.logger = logger
    }

    /// The funnels that are saved as of `position`, sorted by name; nil is the log's head now. O(new events about
    /// funnels), and for a position behind the head O(all of them).
    ///
    /// - Throws: `DamagedLog` and errors of the storage layer.
    public func funnels(in log: EventLog, asOf position: Position? = nil) throws -> [SavedFunnel] {
        try kept.withLock { kept in
            try goOn(&kept, in: log)
            if let position, position < kept.position {
                return Self.inForce(Self.standings(after: kept.changes, asOf: position))
            }
            let funnels = kept.inForce ?? Self.inForce(kept.standings)
            kept.inForce = funnels
            return funnels
        }
    }

    /// What a name stands for as of `position`. As ``funnels(in:asOf:)``.
    func standing(of name: String, in log: EventLog, asOf position: Position) throws -> Standing {
        let name = Array(name.utf8)
        return try kept.withLock { kept in
            try goOn(&kept, in: log)
            let isPast = position < kept.position
            let standings = isPast ? Self.standings(after: kept.changes, asOf: position) : kept.standings
            return standings[name] ?? Standing()
        }
    }

    // MARK: Folding

    private static func standings(after changes: [Change], asOf position: Position) -> Standings {
        var standings: Standings = [:]
        for change in changes.prefix(while: { $0.position <= position }) {
            standings[change.name, default: Standing()].take(change.content)
        }
        return standings
    }

    private static func inForce(_ standings: Standings) -> [SavedFunnel] {
        standings.values.compactMap(\.inForce).sorted { $0.name.compareBytes(to: $1.name) < 0 }
    }

    /// Takes in what the log has beyond the last time.
    private func goOn(_ kept: inout Kept, in log: EventLog) throws {
        let head = log.head
        while kept.position < head {
            var events: [RecordedEvent] = []
            try log.read(try Query(types: Self.types), from: kept.position.next, to: head, limit: Self.chunk) { event in
                events.append(log.recorded(event))
                return true
            }
            for event in events {
                if let change = change(event) {
                    kept.changes.append(change)
                    kept.standings[change.name, default: Standing()].take(change.content)
                    kept.inForce = nil
                }
                kept.position = event.position
            }
            if events.count < Self.chunk { kept.position = head }
        }
    }

    /// Nil for an event that does not even say of which funnel it is.
    private func change(_ recorded: RecordedEvent) -> Change? {
        do {
            if recorded.event.type == FunnelRetired.eventType {
                let name = try recorded.message(FunnelRetired.self).funnelID
                return Change(name: Array(name.utf8), position: recorded.position, content: .retired)
            }
            let message = try recorded.message(FunnelDefined.self)
            return Change(
                name: Array(message.funnelID.utf8), position: recorded.position, content: content(message, recorded))
        } catch {
            leaveOut(recorded, error)
            return nil
        }
    }

    private func content(_ message: FunnelDefined, _ recorded: RecordedEvent) -> Change.Content {
        let version = Int(message.version)
        do {
            return .saved(
                SavedFunnel(
                    try message.funnel(), version: version, savedAt: recorded.recordedAt, position: recorded.position))
        } catch {
            leaveOut(recorded, error)
            return .unreadable(version: version)
        }
    }

    private func leaveOut(_ recorded: RecordedEvent, _ error: any Error) {
        logger.error(
            "a saved funnel cannot be read and is left out",
            metadata: ["position": "\(recorded.position)", "error": "\(error)"])
    }
}
