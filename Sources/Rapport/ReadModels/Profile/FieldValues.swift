internal import EventLog

/// What was said of the fields of a profile under the ids of one person, and which value of each counts.
///
/// It is the newest one, by when it became true, then by position. Where a merge has chosen a side for a field, nothing
/// counts that the other side had said before the merge; if the chosen side had said nothing of it by then, there was
/// nothing to choose. Merges are gone through in the order of the log.
struct FieldValues {
    /// One value of a field.
    struct Said {
        let value: String
        let moment: Moment
        /// Whether it stands in the personal part of its event.
        let isPersonal: Bool
        /// The id that the event is stored under.
        let origin: Tag
    }

    /// What was said of a field by some ids that are one person.
    private struct Group {
        var said: [Said] = []
        /// The position of the first event that says anything of it.
        var first: UInt64?

        /// With what others have said, who became the same person.
        mutating func add(_ other: Group) {
            said += other.said
            first = [first, other.first].compactMap { $0 }.min()
        }

        /// Without what was said up to a position.
        func after(_ position: Position) -> Group {
            Group(said: said.filter { $0.moment.position > position.rawValue }, first: first)
        }
    }

    private var fields: [String: [Tag: Group]] = [:]

    /// Adds a value.
    ///
    /// - Parameter first: the position of the first event that says anything of the field under this id, where it is
    ///   another one.
    mutating func add(_ name: String, _ said: Said, first: UInt64? = nil) {
        var group = Group(said: [said])
        group.first = first ?? said.moment.position
        fields[name, default: [:]][said.origin, default: Group()].add(group)
    }

    /// The value of each field that counts; of one that was cleared the empty one.
    ///
    /// - Parameter merges: those that make the ids one person, in the order of the log.
    func newest(after merges: [MergeRecord]) -> [String: Said] {
        fields.reduce(into: [:]) { newest, field in
            let isChosen = merges.contains { $0.fieldChoice[field.key] != nil }
            let groups = field.value.sorted { $0.key < $1.key }
            let said = isChosen ? Self.chosen(field.key, groups, merges) : groups.flatMap(\.value.said)
            // Of what one event says twice the last word counts.
            for saying in said {
                if let known = newest[field.key], known.moment.isNewer(than: saying.moment) { continue }
                newest[field.key] = saying
            }
        }
    }

    /// What was said of a field and may count.
    private static func chosen(
        _ name: String, _ said: [(key: Tag, value: Group)], _ merges: [MergeRecord]
    ) -> [Said] {
        var groups: [Group] = []
        var numbers: [Tag: Int] = [:]
        for (id, group) in said {
            numbers[id] = groups.count
            groups.append(group)
        }
        for merge in merges {
            for id in [merge.survivor, merge.absorbed] where numbers[id] == nil {
                numbers[id] = groups.count
                groups.append(Group())
            }
            guard let survivor = numbers[merge.survivor], let absorbed = numbers[merge.absorbed],
                survivor != absorbed
            else { continue }
            var (chosen, other) = (survivor, absorbed)
            var isChosen = true
            switch merge.fieldChoice[name] {
            case .survivor: break
            case .absorbed: (chosen, other) = (absorbed, survivor)
            default: isChosen = false
            }
            if isChosen, let first = groups[chosen].first, first <= merge.position.rawValue {
                groups[other] = groups[other].after(merge.position)
            }
            let joining = groups[absorbed]
            groups[absorbed] = Group()
            groups[survivor].add(joining)
            for (id, number) in numbers where number == absorbed { numbers[id] = survivor }
        }
        return groups.flatMap(\.said)
    }
}
