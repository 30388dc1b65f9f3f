internal import EventLog

/// Works out what erasing some persons would do.
struct ErasurePlanner {
    /// An event has no more tags than 64.
    static let idsOfOneEvent = 60

    let log: EventLog
    let history: HistoryRegister
    let privacy: PrivacyState
    let policies: [RetentionPolicy]
    let time: Timestamp

    /// What was found for all persons together.
    struct Findings {
        var persons: [PersonErasure] = []
        var alreadyErased: [PastErasure] = []
        var refusals: [ErasureRefused] = []
    }

    /// Looks at everybody; a person who is asked for under two ids counts once.
    func look(at subjects: [Tag], only: Bool) throws -> Findings {
        let conversions = try Conversions(in: log, history)
        var groups: [Group] = []
        var known: Set<Tag> = []
        var wanted: Set<Tag> = []
        for subject in subjects where !known.contains(subject) {
            let all = PersonIDs(of: subject, by: conversions).all
            let ids = only ? [subject] : all
            known.formUnion(ids)
            wanted.formUnion(all)
            groups.append(Group(erased: ids, all: all))
        }
        let contents = try SubjectContents.all(of: Array(wanted), in: log)
        var findings = Findings()
        for group in groups {
            judge(group.erased.compactMap { contents[$0] }, among: group.all.compactMap { contents[$0] }, &findings)
        }
        return findings
    }

    private struct Group {
        /// The ids to be erased, the one asked for first.
        let erased: [Tag]
        /// Every id of the person: a hold on one of them, and what a law keeps, is about the person.
        let all: [Tag]
    }

    /// One person: the ids to be erased, the one asked for first.
    private func judge(_ ids: [SubjectContents], among all: [SubjectContents], _ findings: inout Findings) {
        guard let asked = ids.first else { return }
        let isKnown = !asked.isEmpty || all.count > 1 || privacy.isErased(asked.id.text)
        guard isKnown else { return findings.refusals.append(.unknown(subject: asked.id)) }
        for id in all {
            guard let hold = privacy.holds(on: id.id.text, at: time).first else { continue }
            return findings.refusals.append(
                .legalHold(subject: id.id, matter: hold.matter, until: hold.until, position: hold.position))
        }
        let kept = retained(all)
        let due = ids.filter { isDue($0.id, keeping: kept) }
        guard !due.isEmpty else {
            guard let erasure = privacy.erasure(of: asked.id.text) else { return }
            return findings.alreadyErased.append(
                PastErasure(subject: asked.id, eventID: erasure.eventID, position: erasure.position))
        }
        var rest = due[...]
        while !rest.isEmpty {
            let some = Array(rest.prefix(Self.idsOfOneEvent))
            rest = rest.dropFirst(some.count)
            findings.persons.append(
                PersonErasure(
                    subject: asked.id, eventID: EventID(), ids: some, retained: stillThere(kept, of: some)))
        }
    }

    /// What laws keep of a person, whichever of the ids it is about.
    private func retained(_ ids: [SubjectContents]) -> [RetainedData] {
        policies.filter { $0.rule == .keepFor }.compactMap { policy in
            guard let last = ids.compactMap({ $0.lastEvents[policy.category] }).max() else { return nil }
            let until = policy.end(from: last)
            guard until > time else { return nil }
            return RetainedData(category: policy.category, lawRef: policy.lawRef, until: until)
        }
    }

    /// Whether something of an id is there to be erased: all of it, or what no law keeps any more.
    private func isDue(_ id: Tag, keeping kept: [RetainedData]) -> Bool {
        guard let erasure = privacy.erasure(of: id.text) else { return true }
        let categories = Set(kept.map(\.category))
        return erasure.retained.keys.contains { !categories.contains($0) }
    }

    /// Keys that an earlier erasure has destroyed are not kept by a later one.
    private func stillThere(_ kept: [RetainedData], of ids: [SubjectContents]) -> [RetainedData] {
        kept.filter { data in
            ids.contains { id in
                guard let erasure = privacy.erasure(of: id.id.text) else { return true }
                return erasure.retained[data.category] != nil
            }
        }
    }
}
