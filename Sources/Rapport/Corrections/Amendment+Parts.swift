internal import EventLog
internal import LMDB

extension Amendment {
    /// The personal parts of the amended event: serialized messages of its type, by whom they are about; empty where
    /// those that the event has stay. A part never goes to another person by itself: who erases the one would not reach
    /// it.
    ///
    /// - Throws: ``CorrectionRefusal``.
    func parts(
        of event: NewEvent, _ target: CorrectionTarget, _ privacy: PrivacyState, by data: PersonalData
    ) throws -> [Tag: [UInt8]] {
        for person in event.tags + personal.keys.sorted() where privacy.isErased(person.text) {
            throw CorrectionRefusal.erased(target.position, subject: person)
        }
        let left = target.holders.filter { target.now.tags.contains($0) && !event.tags.contains($0) }
        // One correction stands for all parts of the event.
        if personal.isEmpty, left.isEmpty, target.parts == nil { return [:] }
        var parts = try target.openParts(by: data)
        for person in left { try leave(person, event, target, &parts) }
        for (person, part) in personal.sorted(by: { $0.key < $1.key }) {
            try check(part, about: person, event, target)
            parts[person] = part
        }
        return parts
    }

    /// Leaves the part about somebody out, whom the event is not about any more.
    private func leave(
        _ person: Tag, _ event: NewEvent, _ target: CorrectionTarget, _ parts: inout [Tag: [UInt8]]
    ) throws {
        // Of who is erased there is none.
        guard parts.removeValue(forKey: person) != nil else { return }
        let heirs = heirs(of: person, event, target)
        // Whoever gives a part of the amended event has said what it is.
        if heirs.isEmpty || heirs.contains(where: { personal[$0] != nil }) { return }
        throw CorrectionRefusal.unfit(
            target.position,
            reason: "its personal part is about \(person), and would be nobody's; expected the personal part about "
                + heirs.map(\.text).joined(separator: " or "))
    }

    /// Who may have taken somebody's place: the new ones of the same kind, else other new persons. Nobody where the tag
    /// has just gone.
    private func heirs(of person: Tag, _ event: NewEvent, _ target: CorrectionTarget) -> [Tag] {
        let persons = ["customer", "lead"]
        let new = event.tags.filter { !target.now.tags.contains($0) }
        let alike = event.tags.filter { $0.names(oneOf: [String(person.kind)]) }
        let newAlike = alike.filter { new.contains($0) }
        if !newAlike.isEmpty { return newAlike }
        let newPersons = new.filter { $0.names(oneOf: persons) }
        return person.names(oneOf: persons) ? newPersons : []
    }

    private func check(_ part: [UInt8], about person: Tag, _ event: NewEvent, _ target: CorrectionTarget) throws {
        let isSubject = target.stored.event.subjects.contains { $0.id.sameBytes(as: person.text) }
        // The stored event may have a part about somebody who is none of its tags.
        guard event.tags.contains(person) || (isSubject && !target.stored.event.tags.contains(person)) else {
            let found = event.tags.map(\.text).joined(separator: ", ")
            throw CorrectionRefusal.unfit(
                target.position,
                reason: "the personal part is about \(person), whom the event is not about; expected one of "
                    + (found.isEmpty ? "its subjects" : found))
        }
        guard let type = target.type else { return }
        try Self.fit(target, "the personal part about \(person) does not fit \(type.eventType)") {
            try EventCatalogue.checkPersonal(type, data: part)
        }
    }
}
