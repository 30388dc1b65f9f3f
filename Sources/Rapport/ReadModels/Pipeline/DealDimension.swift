internal import EventLog
internal import LMDB
internal import Projection

/// What deals are grouped by, with the values that it had at any time: the owner, the team or territory of the owner,
/// the customer, or an attribute that deals were opened with.
///
/// A deal belongs to the team that its owner was assigned to by then. Where its owner had not been assigned by then, or
/// it has no owner, its attribute of that name counts.
struct DealDimension {
    /// From when on a user belongs somewhere.
    struct Assignment {
        /// Microseconds UTC.
        let at: Int64
        /// The event that says so.
        let position: UInt64
        /// The number of the team or territory; 0 is none.
        let value: Int
    }

    private enum Kind {
        case owner
        case assigned
        case opening
    }

    /// Dimensions that come with the owners of deals.
    static let ofOwners = ["team", "territory"]

    /// As it was asked for.
    let name: String
    private let kind: Kind
    private let bytes: [UInt8]
    /// For the number of each user's id the assignments in order of time; none behind the last.
    private var assignments: [[Assignment]] = []

    /// A dimension of the deals whose texts are `texts`. O(assignments of users) for team and territory.
    init(_ name: String, _ reader: borrowing ModelReader, _ texts: inout DealTexts) throws {
        self.name = name
        bytes = Array(name.utf8)
        if name.sameBytes(as: "owner") {
            kind = .owner
        } else if Self.ofOwners.contains(where: { $0.sameBytes(as: name) }) {
            kind = .assigned
            try read(isTeam: name.sameBytes(as: "team"), reader, &texts)
        } else {
            kind = .opening
        }
    }

    private mutating func read(isTeam: Bool, _ reader: borrowing ModelReader, _ texts: inout DealTexts) throws {
        try reader.forEachEntity(UserState.self, fold: TeamFold.number) { user, state in
            let owner = texts.number(of: String(user.id))
            while assignments.count <= owner { assignments.append([]) }
            for known in state.assignments {
                let value = texts.number(of: isTeam ? known.team : known.territory)
                assignments[owner].append(Assignment(at: known.at, position: known.position, value: value))
            }
            return true
        }
    }

    // MARK: Of a deal

    /// What the deal itself says, whoever owns it: the value it was opened with, or its customer; 0 for none.
    func opening(of deal: DealHistory, _ texts: inout DealTexts) throws -> Int {
        if kind == .owner { return 0 }
        return try deal.value(of: bytes, &texts)
    }

    /// The value at a time, for a deal that `owner` owns then and that says `opening` itself. O(log assignments of the
    /// owner).
    func value(owner: Int, at time: Int64, otherwise opening: Int) -> Int {
        switch kind {
        case .owner: owner
        case .assigned: assigned(to: owner, by: time)?.value ?? opening
        case .opening: opening
        }
    }

    /// The value of a deal in the state that a change left it in, at a time from then until the next change.
    func value(
        of deal: DealHistory, in change: DealHistory.Change, at time: Int64, _ texts: inout DealTexts
    ) throws -> Int {
        value(owner: change.owner, at: time, otherwise: try opening(of: deal, &texts))
    }

    /// When the value of all deals of an owner changes, in order of time: behind `start`, by `end`. Empty where the
    /// value does not come with the owner.
    func assignments(of owner: Int, after start: Int64, through end: Int64) -> ArraySlice<Assignment> {
        guard owner > 0, owner < assignments.count, start < end else { return [] }
        let all = assignments[owner]
        return all[Self.count(all, by: start)..<Self.count(all, by: end)]
    }

    private func assigned(to owner: Int, by time: Int64) -> Assignment? {
        guard owner > 0, owner < assignments.count else { return nil }
        let known = Self.count(assignments[owner], by: time)
        return known == 0 ? nil : assignments[owner][known - 1]
    }

    /// How many of them have taken place by a time.
    private static func count(_ assignments: [Assignment], by time: Int64) -> Int {
        var (low, high) = (0, assignments.count)
        while low < high {
            let middle = (low + high) / 2
            if assignments[middle].at <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
