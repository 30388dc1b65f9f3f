internal import EventLog
internal import LMDB

/// The personal parts of an amended event.
struct AmendedParts {
    /// Serialized personal messages of the event's type, by whom they are about; empty where those that the event has
    /// stay.
    var parts: [Tag: [UInt8]] = [:]
    /// Those that are about somebody else now.
    var moved: [CorrectionReceipt.MovedPart] = []
}

extension Amendment {
    /// The personal parts of the amended event. A part about somebody whose tag has become another one goes with it.
    ///
    /// - Throws: ``CorrectionRefusal``.
    func parts(
        of event: NewEvent, _ target: CorrectionTarget, _ privacy: PrivacyState, by data: PersonalData
    ) throws -> AmendedParts {
        for person in event.tags + personal.keys.sorted() where privacy.isErased(person.text) {
            throw CorrectionRefusal.erased(target.position, subject: person)
        }
        let left = target.holders.filter { target.now.tags.contains($0) && !event.tags.contains($0) }
        // One correction stands for all parts of the event.
        if personal.isEmpty, left.isEmpty, target.parts == nil { return AmendedParts() }
        var amended = AmendedParts(parts: try target.openParts(by: data))
        for person in left { try move(person, of: event, target, &amended) }
        for (person, part) in personal.sorted(by: { $0.key < $1.key }) {
            try check(part, about: person, event, target)
            amended.parts[person] = part
        }
        return amended
    }

    /// Gives the part about somebody, whom the event is not about any more, to who has taken that place.
    private func move(
        _ person: Tag, of event: NewEvent, _ target: CorrectionTarget, _ amended: inout AmendedParts
    ) throws {
        // Of who is erased there is none.
        guard let part = amended.parts[person] else { return }
        let heirs = heirs(of: person, event, target)
        if heirs.isEmpty { return }
        amended.parts[person] = nil
        // Whoever gives a part of the amended event has said what it is.
        if heirs.contains(where: { personal[$0] != nil }) { return }
        guard heirs.count == 1, let heir = heirs.first, amended.parts[heir] == nil else {
            throw CorrectionRefusal.unfit(
                target.position,
                reason: "its personal part about \(person) would be about "
                    + heirs.map(\.text).joined(separator: " or ")
                    + ", which is not clear; expected the personal parts of the amended event")
        }
        amended.parts[heir] = part
        amended.moved.append(.init(from: person, to: heir))
    }

    /// Who may have taken somebody's place: the new ones of the same kind, else other new persons, else those of the
    /// kind that have no part. Nobody where the tag has just gone.
    private func heirs(of person: Tag, _ event: NewEvent, _ target: CorrectionTarget) -> [Tag] {
        let persons = ["customer", "lead"]
        let new = event.tags.filter { !target.now.tags.contains($0) }
        let alike = event.tags.filter { $0.names(oneOf: [String(person.kind)]) }
        let newAlike = alike.filter { new.contains($0) }
        if !newAlike.isEmpty { return newAlike }
        let newPersons = new.filter { $0.names(oneOf: persons) }
        if !newPersons.isEmpty, person.names(oneOf: persons) { return newPersons }
        let holders = target.holders
        return alike.filter { !holders.contains($0) }
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
