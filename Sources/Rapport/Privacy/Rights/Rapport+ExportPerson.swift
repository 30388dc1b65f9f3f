internal import Audit
public import EventLog
internal import LMDB
internal import Transparency

extension Rapport {
    /// Everything about a person, for the person: what is known, every event, who has seen it, and the proof.
    ///
    /// A restriction of use does not keep it from the person. That values are handed out is noted in the access log,
    /// with the purpose ``PersonalReader/accessRequest``. O(events) for headers, and O(events about the person), which
    /// are held in memory.
    ///
    /// - Parameters:
    ///   - subject: an id of the person as it stands in tags.
    ///   - only: leaves out the other ids of the same person.
    ///   - actor: who hands it out.
    /// - Throws: ``UnknownSubject``; what ``PersonalReader`` throws; ``UnreadableEvent``; `ProjectionUnavailable`;
    ///   `DamagedLog`; errors of the storage layer.
    public func exportPerson(
        _ subject: Tag, only: Bool = false, as actor: String = PersonalReader.thisProcess
    ) async throws -> PersonExport {
        let head = log.head
        let now = Timestamp.now()
        let ids = try only ? PersonIDs(asked: subject, all: [subject]) : personIDs(of: subject)
        let positions = try positions(of: ids.all, upTo: head)
        guard !positions.isEmpty else { throw UnknownSubject(subject: subject) }
        let reading = reading(as: actor, for: PersonalReader.accessRequest, mayReadRestricted: true)
        let events = try opened(positions, of: ids.all, by: reading.reader)
        var profiles: [CustomerProfile] = []
        var privacy: [SubjectPrivacy] = []
        var accesses: [PersonalAccess] = []
        // The rows of ids that were merged are those of one of them.
        for id in try identity().canonicals(of: ids.all) {
            if id.names(oneOf: ["customer"]),
                let profile = try await reading.profile(of: String(id.id), atLeast: head)
            {
                profiles.append(profile)
            }
            if let known = try await reading.privacy(of: id, at: now, atLeast: head) { privacy.append(known) }
        }
        for id in ids.all { accesses += try accessLog.accesses(to: id.text, limit: .max).rows }
        let proof = try proof(of: positions, about: subject)
        let record = PersonRecord(
            form: PersonRecord.currentForm, logID: log.logID, position: head, exportedAt: now, ids: ids,
            events: events.count, profiles: profiles, privacy: privacy,
            accesses: accesses.sorted { ($0.hour, $0.position) > ($1.hour, $1.position) },
            sources: PersonRecord.Source.all(in: events), retention: try retentionPolicies(at: now))
        return PersonExport(record: record, events: events, proof: proof.bundle, whyNoProof: proof.why)
    }

    /// Where the events stand that have one of the ids as a tag or a subject.
    private func positions(of ids: [Tag], upTo head: Position) throws -> [Position] {
        var found: Set<Position> = []
        for id in ids {
            try log.read(Query(tag: id), to: head) { event in
                found.insert(event.position)
                return true
            }
        }
        let texts = ids.map { Array($0.text.utf8) }
        try log.read(to: head, headersOnly: true) { event in
            if event.subjectCount == 0 || found.contains(event.position) { return true }
            try event.requireSound()
            for text in texts where event.part(of: text.rawSpan) != nil { found.insert(event.position) }
            return true
        }
        return found.sorted()
    }

    private func opened(
        _ positions: [Position], of ids: [Tag], by reader: PersonalReader
    ) throws -> [OpenedEvent] {
        var opened: [OpenedEvent] = []
        var rest = positions[...]
        while !rest.isEmpty {
            let recorded = try rest.prefix(1000).map { position in
                guard let event = try log.event(at: position) else {
                    throw DamagedLog(position: position, damage: .missing)
                }
                return event
            }
            rest = rest.dropFirst(1000)
            var chunk = try reader.opened(recorded, of: ids.first?.text ?? "", asking: "export")
            for id in ids.dropFirst() {
                let others = try reader.opened(recorded, of: id.text, asking: "export")
                chunk = zip(chunk, others).map { $0.joined(with: $1, about: id.text) }
            }
            opened += chunk
        }
        return opened
    }

    private func proof(
        of positions: [Position], about subject: Tag
    ) throws -> (bundle: ProofBundle?, why: String?) {
        guard let note = try audit.checkpoints.newest() else { return (nil, "no checkpoint was signed yet") }
        do {
            _ = try note.verify(with: try audit.checkpoints.keys())
            let size = try TreeCheckpoint(parsing: note.text).size
            let covered = positions.filter { $0.rawValue <= size }
            if covered.isEmpty { return (nil, "the newest signed checkpoint is older than these events") }
            return (try audit.bundle(of: covered, subject: subject.text, in: note, personalParts: false), nil)
        } catch let refusal as ProofRefusal {
            return (nil, "\(refusal)")
        } catch let error as NoteError {
            return (nil, "the newest checkpoint does not count: \(error)")
        }
    }
}

extension OpenedEvent {
    /// The event with the part about `subject` that another opening of it has given.
    fileprivate func joined(with other: OpenedEvent, about subject: String) -> OpenedEvent {
        var event = recorded.event
        for number in event.subjects.indices where event.subjects[number].id.sameBytes(as: subject) {
            event.subjects[number].part = other.recorded.event.subjects[number].part
        }
        let joined = RecordedEvent(position: recorded.position, recordedAt: recorded.recordedAt, event: event)
        return OpenedEvent(joined, withheld: withheld.merging(other.withheld) { mine, _ in mine })
    }
}

extension PersonRecord.Source {
    /// By how many events came from each, then by name.
    fileprivate static func all(in events: [OpenedEvent]) -> [PersonRecord.Source] {
        var sources: [String?: PersonRecord.Source] = [:]
        for event in events {
            let name = event.recorded.event.provenance.source
            let time = event.recorded.recordedAt
            let known = sources[name]
            sources[name] = PersonRecord.Source(
                name: name, events: (known?.events ?? 0) + 1, firstRecorded: min(known?.firstRecorded ?? time, time),
                lastRecorded: max(known?.lastRecorded ?? time, time))
        }
        return sources.values.sorted { ($1.events, $0.name ?? "") < ($0.events, $1.name ?? "") }
    }
}
