internal import EventLog
internal import Foundation
internal import LMDB
internal import SwiftProtobuf

/// An event as the log has it, which its personal parts are opened from, and as it is seen.
struct EventToOpen: Sendable {
    /// As it was appended.
    let stored: RecordedEvent
    /// As corrections would have it.
    let seen: SeenEvent
}

extension CRMState {
    /// The event at a position, and how it is seen as of `asOf`.
    ///
    /// - Throws: `DamagedLog` where there is none.
    func eventToOpen(at position: Position, asOf: Position) throws -> EventToOpen {
        guard let stored = try log.event(at: position) else { throw DamagedLog(position: position, damage: .missing) }
        return EventToOpen(stored: stored, seen: try history.seen(stored, asOf: asOf, in: log))
    }
}

extension PersonalReader {
    /// Opens the personal parts of events as they are seen: where a correction has a part about a person, it stands for
    /// the stored one. As ``opened(_:of:person:asking:)``; one note for all.
    func opened(
        _ events: [EventToOpen], of subjects: [String]?, person: [String], asking question: String
    ) throws -> [OpenedEvent] {
        let corrections = events.compactMap(\.seen.correction)
        let opened = try opened(
            events.map(\.stored) + corrections, of: subjects, person: person, asking: question)
        var nextCorrection = events.count
        var shown: [OpenedEvent] = []
        for (event, stored) in zip(events, opened) {
            var correction: OpenedEvent?
            if event.seen.correction != nil {
                correction = opened[nextCorrection]
                nextCorrection += 1
            }
            shown.append(try Self.shown(event, stored, correction))
        }
        return shown
    }

    /// The event as it is seen, with the parts that were opened.
    private static func shown(
        _ event: EventToOpen, _ stored: OpenedEvent, _ correction: OpenedEvent?
    ) throws -> OpenedEvent {
        var content = event.seen.recorded.event
        content.subjects = stored.recorded.event.subjects
        var withheld = stored.withheld
        if let correction, let sealed = event.seen.correction {
            for subject in sealed.event.subjects where subject.part != nil {
                var part: SealedPart?
                if let bytes = correction.part(of: subject.id) {
                    part = amended(bytes).map { .unsealed($0) }
                }
                withheld[subject.id] = correction.withheld[subject.id]
                if let known = content.subjects.firstIndex(where: { $0.id.sameBytes(as: subject.id) }) {
                    content.subjects[known].part = part
                } else {
                    content.subjects.append(Subject(id: subject.id, part: part))
                }
            }
        }
        let recorded = RecordedEvent(
            position: event.stored.position, recordedAt: event.stored.recordedAt, event: content)
        return OpenedEvent(recorded, withheld: withheld)
    }

    /// The personal message that a correction gives an event; nil where nobody can make sense of it.
    private static func amended(_ part: [UInt8]) -> [UInt8]? {
        (try? EventCorrectedPersonal(serializedBytes: part)).map { Array($0.data) }
    }
}
