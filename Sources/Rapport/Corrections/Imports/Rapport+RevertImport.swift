public import EventLog

extension Rapport {
    /// Takes an import back: one event has all of its events seen as if they had never been, but those that stay.
    ///
    /// What somebody has worked on stays: where an event that is not of the import says something of an order, a case,
    /// a deal, a lead or a customer since, all events of the import about it are kept. Each of its events counts for
    /// the entity that its type needs a tag of, and else for the first of these kinds that it has a tag of. Events
    /// of types that cannot be corrected stay, too, and are counted. O(events since the import began).
    ///
    /// An import that was reverted is reverted once more with `force` only: what was kept then, or has been restored
    /// since, goes, too.
    ///
    /// Files that are imported again after that give the reverted events again, under other ids.
    ///
    /// - Parameters:
    ///   - id: the id of the import, as ``imports()`` lists it.
    ///   - reason: why, as a short code.
    ///   - force: reverts what was edited since, too; what others said of it stays.
    ///   - isDry: appends nothing, and says what would be done.
    ///   - provenance: who does it.
    /// - Throws: ``ImportRevertRefusal``; ``AppendError``; `DamagedLog`; errors of the storage layer.
    @discardableResult
    public func revertImport(
        _ id: String, reason: String = "", force: Bool = false, dryRun isDry: Bool = false,
        provenance: Provenance = .init()
    ) async throws -> ImportRevertReport {
        guard let known = try RecordedImport.named(id, in: log) else {
            throw ImportRevertRefusal.unknown(importID: id)
        }
        let tag = try Tag(ImportID.correlationID(of: id))
        var scan = ImportScan(ofImport: tag, from: known.position)
        for _ in 0..<Self.revertAttempts {
            try scan.goOn(in: log)
            // One that was reverted already is reverted once more by force only.
            let reverted = try revertedCount(of: id, scan, force: force)
            if isDry { return try report(of: known, scan, reverted, force: force, position: nil) }
            let event = try revert(of: id, tag, scan, reason, force: force, provenance)
            do {
                // Whatever comes in between may be an edit.
                let condition = AppendCondition(failIfMatches: .all, after: scan.head)
                let position = try await log.append([event], condition: condition).last
                return try report(of: known, scan, reverted, force: force, position: position)
            } catch AppendError.conflict {
                // Only what has come since is looked at again.
                continue
            }
        }
        throw ImportRevertRefusal.busy(importID: id)
    }

    private static var revertAttempts: Int { 50 }

    /// How many events a revert takes back now.
    ///
    /// - Throws: ``ImportRevertRefusal`` when there would be none, or too much would stay.
    private func revertedCount(of id: String, _ scan: ImportScan, force: Bool) throws -> Int {
        let kept = scan.keptCounts(force: force).events
        guard kept <= ImportRevertReport.mostKept else {
            throw ImportRevertRefusal.tooManyKept(importID: id, kept: kept)
        }
        if let earlier = try RecordedImport.named(id, in: log)?.revert {
            let view = try history.view(in: log, asOf: scan.head)
            let left = try scan.seenCount(through: view, in: log)
            guard left > 0 else {
                throw ImportRevertRefusal.alreadyReverted(importID: id, position: earlier.position)
            }
            guard force else {
                throw ImportRevertRefusal.partlyReverted(importID: id, position: earlier.position, left: left)
            }
            return left
        }
        guard scan.events.count > kept else {
            if kept == 0, scan.uncorrectable > 0 {
                throw ImportRevertRefusal.uncorrectable(importID: id, count: scan.uncorrectable)
            }
            throw ImportRevertRefusal.nothingToRevert(importID: id, kept: kept)
        }
        return scan.events.count - kept
    }

    private func revert(
        of id: String, _ tag: Tag, _ scan: ImportScan, _ reason: String, force: Bool, _ provenance: Provenance
    ) throws -> NewEvent {
        let kept = try scan.kept(.max, force: force, in: log)
        let message = ImportReverted.with { message in
            message.importID = id
            message.reason = reason
            message.kept = kept.map { event in
                var kept = KeptEvent()
                kept.eventID = event.eventID.description
                kept.reason = event.reason
                return kept
            }
        }
        return try NewEvent(message, about: [tag], provenance: provenance)
    }

    private func report(
        of known: RecordedImport, _ scan: ImportScan, _ reverted: Int, force: Bool, position: Position?
    ) throws -> ImportRevertReport {
        let (kept, entities) = scan.keptCounts(force: force)
        return ImportRevertReport(
            importID: known.importID, position: position, head: scan.head, reverted: reverted, kept: kept,
            uncorrectable: scan.uncorrectable, keptEntities: entities,
            keptEvents: try scan.kept(ImportRevertReport.listedEvents, force: force, in: log),
            isInterrupted: known.outcome == nil)
    }
}
