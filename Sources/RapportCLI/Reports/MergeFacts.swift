import EventLog
import Rapport

/// What makes two ids one person, as commands tell of it: a merge, or the conversion of a lead; what the event says,
/// who recorded it, and what it rests on.
struct MergeFacts: Encodable, Equatable {
    /// An event that a rule has taken for evidence.
    struct Evidence: Encodable, Equatable {
        let eventID: EventID
        /// Nil where no event of the log has the id.
        let position: Position?
        let type: String?
        let occurredAt: Timestamp?
    }

    let position: Position
    let eventID: EventID
    let occurredAt: Timestamp
    let recordedAt: Timestamp
    let survivor: Tag
    let absorbed: Tag
    /// The rule that merged them; nil where somebody did.
    let rule: String?
    let rulesVersion: UInt32?
    /// Who recorded it; nil where the event does not say.
    let actor: String?
    let reason: String?
    let scoreBp: UInt32?
    /// Which side a field is taken from, where it is not the newest value.
    let fieldChoice: [String: String]?
    let evidence: [Evidence]
    /// Where it was undone; nil while it holds.
    let unmergedAt: Position?
    /// Whether it is the conversion of a lead, which is the absorbed one; nil for a merge.
    let isConversion: Bool?

    /// Reads who recorded it, and each piece of evidence. O(evidence × log n).
    init(_ merge: MergeRecord, in log: EventLog) throws {
        position = merge.position
        eventID = merge.eventID
        occurredAt = merge.occurredAt
        recordedAt = merge.recordedAt
        survivor = merge.survivor
        absorbed = merge.absorbed
        rule = merge.rule.isEmpty ? nil : merge.rule
        rulesVersion = merge.rule.isEmpty ? nil : merge.rulesVersion
        actor = try log.event(at: merge.position)?.event.provenance.actor
        reason = merge.reason.isEmpty ? nil : merge.reason
        scoreBp = merge.scoreBp == 0 ? nil : merge.scoreBp
        let choice = merge.fieldChoice.mapValues(\.word)
        fieldChoice = choice.isEmpty ? nil : choice
        evidence = try merge.evidence.map { id in
            let recorded = try log.position(of: id).flatMap { try log.event(at: $0) }
            return Evidence(
                eventID: id, position: recorded?.position,
                type: recorded.map { EventStory.shortName(of: $0.event.type) }, occurredAt: recorded?.event.occurredAt)
        }
        unmergedAt = merge.unmergedAt
        isConversion = nil
    }

    /// Reads who recorded it. O(log n).
    init(_ conversion: LeadConversion, in log: EventLog) throws {
        position = conversion.position
        eventID = conversion.eventID
        occurredAt = conversion.occurredAt
        recordedAt = conversion.recordedAt
        survivor = conversion.customer
        absorbed = conversion.lead
        rule = nil
        rulesVersion = nil
        actor = try log.event(at: conversion.position)?.event.provenance.actor
        reason = nil
        scoreBp = nil
        fieldChoice = nil
        evidence = []
        unmergedAt = nil
        isConversion = true
    }

    /// `rule email, version 3`, or who it was.
    var by: String {
        if isConversion == true { return "conversion" + (actor.map { ", \($0)" } ?? "") }
        guard let rule else { return actor ?? "somebody" }
        return "rule \(rule)" + (rulesVersion.map { ", version \($0)" } ?? "")
    }
}

extension [MergeFacts] {
    /// The merges for people, one a line.
    func table(for terminal: Terminal) -> String {
        let isAnyUndone = contains { $0.unmergedAt != nil }
        var columns: [TextTable.Column] = [
            .init("Merge", .right), .whole("Recorded"), .whole("Survivor"), .whole("Absorbed"), .init("By"),
            .init("Evidence"), .init("Reason"),
        ]
        if isAnyUndone { columns.append(.init("Undone", .right)) }
        var table = TextTable(columns: columns)
        for merge in self {
            let evidence = merge.evidence.map { $0.position?.description ?? "not in the log" }
            var cells = [
                merge.position.description, merge.recordedAt.description, merge.survivor.text, merge.absorbed.text,
                merge.by, evidence.joined(separator: ", "), merge.reason ?? "",
            ]
            if isAnyUndone { cells.append(merge.unmergedAt?.description ?? "") }
            table.append(row: cells)
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    /// One line for each merge or conversion.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "position", "eventID", "occurredAt", "recordedAt", "survivor", "absorbed", "rule", "rulesVersion", "actor",
            "reason", "scoreBp", "evidence", "unmergedAt", "isConversion",
        ])
        for merge in self {
            table.append(
                merge.position, merge.eventID, merge.occurredAt, merge.recordedAt, merge.survivor, merge.absorbed,
                merge.rule, merge.rulesVersion, merge.actor, merge.reason, merge.scoreBp,
                merge.evidence.map(\.eventID.description).joined(separator: " "), merge.unmergedAt,
                merge.isConversion ?? false)
        }
        return table
    }
}
