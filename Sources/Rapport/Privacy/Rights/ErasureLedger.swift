internal import EventLog
internal import Sealing

/// The erasures that have no receipt yet.
///
/// A receipt is appended on the condition that no erasure has come since the log was looked at. So each receipt covers
/// everything before it, and what has none stands behind the newest.
struct ErasureLedger {
    /// An erasure without a receipt.
    struct Pending {
        let eventID: EventID
        let position: Position
        let ids: [Tag]
        let retained: Set<String>
    }

    /// In the order of the log.
    let pending: [Pending]
    /// The last position that was looked at.
    let head: Position

    private static let types = [SubjectErased.eventType, KeyDestroyed.eventType]

    /// Looks for erasures from the end of the log back to the newest receipt. O(erasures without a receipt).
    init(of log: EventLog) throws {
        var found: [Pending] = []
        let extent = try log.read(try Query(types: Self.types), backwards: true) { event in
            guard log.type(of: event) == SubjectErased.eventType else { return false }
            let recorded = log.recorded(event)
            let message = try recorded.message(SubjectErased.self)
            found.append(
                Pending(
                    eventID: recorded.event.id, position: recorded.position,
                    ids: message.subjectIds.map { Tag(unchecked: $0) },
                    retained: Set(message.retained.map(\.category))))
            return true
        }
        pending = found.reversed()
        head = extent.head
    }

    /// What must not have come for a receipt to cover everything before it.
    func condition() throws -> AppendCondition {
        AppendCondition(failIfMatches: try Query(types: Self.types), after: head)
    }

    /// What they mean for the key store.
    static func keyErasures(of pending: [Pending]) -> [KeyErasure] {
        pending.flatMap { erasure in
            erasure.ids.compactMap {
                KeyErasure(usable: $0.text, position: erasure.position, retained: erasure.retained)
            }
        }
    }

    /// How many keys there were for parts of the log about these persons, without those that a law keeps.
    static func keyCount(of erasures: [Pending], in log: EventLog) throws -> UInt64 {
        let contents = try SubjectContents.all(of: erasures.flatMap(\.ids), in: log, countsEvents: false)
        var names: Set<[String]> = []
        for erasure in erasures {
            for id in erasure.ids {
                for category in (contents[id]?.sealedParts ?? [:]).keys where !erasure.retained.contains(category) {
                    names.insert([id.text, category])
                }
            }
        }
        return UInt64(names.count)
    }

    /// The receipts that stand behind `position`, by the ids of the erasures that they are about.
    static func receipts(after position: Position, in log: EventLog) throws -> [EventID: ErasureReceipt] {
        var receipts: [EventID: ErasureReceipt] = [:]
        try log.read(try Query(types: [KeyDestroyed.eventType]), from: position.next) { event in
            let recorded = log.recorded(event)
            let message = try recorded.message(KeyDestroyed.self)
            let receipt = ErasureReceipt(
                eventID: recorded.event.id, position: recorded.position, keyCount: message.keyCount,
                epoch: message.epoch)
            for id in message.erasureEventIds.compactMap({ EventID($0) }) where receipts[id] == nil {
                receipts[id] = receipt
            }
            return true
        }
        return receipts
    }
}
