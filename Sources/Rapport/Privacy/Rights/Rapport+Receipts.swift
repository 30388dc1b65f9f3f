public import EventLog
internal import Projection
internal import Sealing

extension Rapport {
    /// How often a receipt is tried while other processes erase.
    private static let attempts = 32

    /// Brings every erasure to its end that was begun: its keys are destroyed, the read models that held values of the
    /// person are written anew, and the receipt is appended. For erasures whose process died on the way;
    /// ``erase(_:provenance:)`` ends with it. O(erasures without a receipt), and waits for the read models.
    ///
    /// Keys are destroyed before anything is served, when the CRM is opened: this is about the rest.
    ///
    /// - Returns: the receipt; nil when there was nothing to do, or nothing may be appended here.
    /// - Throws: `MasterKeyRefusal`; `ProjectionUnavailable` when a read model does not get there; ``UnreadableEvent``;
    ///   errors of the storage layer.
    @discardableResult
    public func finishReceipts() async throws -> ErasureReceipt? {
        if log.isReadOnly { return nil }
        for _ in 0..<Self.attempts {
            let ledger = try ErasureLedger(of: log)
            guard let last = ledger.pending.last else { return nil }
            try personal.replayErasures(in: log)
            // By name, too: whatever the key store believes to have carried out, and with what is left of generations
            // that count no more. Most of the time there is nothing to do.
            let keys = try personal.keyStore()
            // Counted by the parts that they were for: several processes may have had a share in it.
            let count = try ErasureLedger.keyCount(of: ledger.pending, in: log)
            if keys == nil, count > 0 { throw KeysElsewhere(path: log.path) }
            let destroyed = try keys?.destroy(ErasureLedger.keyErasures(of: ledger.pending), replayedTo: .zero)
            try await projections.waitForForgetting(last.position)
            let epoch = destroyed?.epoch ?? 0
            let receipt = try receipt(for: ledger.pending, keyCount: count, epoch: epoch)
            do {
                let position = try await log.append([receipt], condition: ledger.condition()).last
                return ErasureReceipt(eventID: receipt.id, position: position, keyCount: count, epoch: epoch)
            } catch AppendError.conflict {
                // Somebody has erased more, or was first: looked at again.
                continue
            }
        }
        throw ReceiptDelayed(head: log.head)
    }

    private func receipt(for erasures: [ErasureLedger.Pending], keyCount: UInt64, epoch: UInt64) throws -> NewEvent {
        let status = try projections.status()
        var ids: [Tag] = []
        var known: Set<Tag> = []
        for id in erasures.flatMap(\.ids) where known.insert(id).inserted { ids.append(id) }
        let message = KeyDestroyed.with { message in
            message.erasureEventIds = erasures.map(\.eventID.description)
            message.keyCount = keyCount
            message.epoch = epoch
            message.verified = Self.forgettingModels.map { model in
                var verified = VerifiedReadModel()
                verified.name = model.name
                verified.version = UInt32(clamping: model.version)
                verified.position = status.first { $0.name == model.name }?.position?.rawValue ?? 0
                return verified
            }
        }
        return try NewEvent(message, about: ids.count <= ErasurePlanner.idsOfOneEvent ? ids : [])
    }

    /// The read models that hold values made of personal parts.
    static var forgettingModels: [ReadModel] { readModels.filter { !$0.forgets.isEmpty } }
}

/// Other processes erased persons all the while: the keys are gone, and the receipt is appended by the next erasure.
public struct ReceiptDelayed: Error, Equatable, Sendable, CustomStringConvertible {
    /// The last position of the log then.
    public let head: Position

    public var description: String {
        "the keys are destroyed, but no receipt could be appended: other erasures came in between each time; the next "
            + "command about a person appends it (the log ends at position \(head))"
    }
}
