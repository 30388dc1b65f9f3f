public import EventLog

extension Rapport {
    /// Takes an import back: one event has all of its events seen as if they had never been, but those that stay.
    ///
    /// What somebody has worked on stays: where an event that is not of the import says something of an order, a case,
    /// a deal, a lead or a customer since, all events of the import about it are kept. Each of its events counts for
    /// the entity that its type needs a tag of, and else for the first of these kinds that it has a tag of. Events
    /// that cannot be corrected stay, too. O(events since the import began).
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
            if let revert = try RecordedImport.named(id, in: log)?.revert {
                throw ImportRevertRefusal.alreadyReverted(importID: id, position: revert.position)
            }
            try scan.goOn(in: log)
            if isDry { return try report(of: known, scan, force: force, position: nil) }
            try require(of: id, scan, force: force)
            let event = try revert(of: id, tag, scan, reason, force: force, provenance)
            do {
                // Whatever comes in between may be an edit.
                let condition = AppendCondition(failIfMatches: .all, after: scan.head)
                let position = try await log.append([event], condition: condition).last
                return try report(of: known, scan, force: force, position: position)
            } catch AppendError.conflict {
                // Only what has come since is looked at again.
                continue
            }
        }
        throw ImportRevertRefusal.busy(importID: id)
    }

    private static var revertAttempts: Int { 50 }

    /// - Throws: ``ImportRevertRefusal`` when nothing would be reverted, or too much would stay.
    private func require(of id: String, _ scan: ImportScan, force: Bool) throws {
        let kept = scan.keptCounts(force: force).events
        guard scan.events.count > kept else { throw ImportRevertRefusal.nothingToRevert(importID: id, kept: kept) }
        guard kept <= ImportRevertReport.mostKept else {
            throw ImportRevertRefusal.tooManyKept(importID: id, kept: kept)
        }
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
        of known: RecordedImport, _ scan: ImportScan, force: Bool, position: Position?
    ) throws -> ImportRevertReport {
        if position == nil { try require(of: known.importID, scan, force: force) }
        let (kept, entities) = scan.keptCounts(force: force)
        return ImportRevertReport(
            importID: known.importID, position: position, head: scan.head, reverted: scan.events.count - kept,
            kept: kept, keptEntities: entities,
            keptEvents: try scan.kept(ImportRevertReport.listedEvents, force: force, in: log),
            isInterrupted: known.outcome == nil)
    }
}
