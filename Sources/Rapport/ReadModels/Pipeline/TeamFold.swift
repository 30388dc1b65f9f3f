internal import EventLog
internal import LMDB
internal import Projection

/// To which team a user belonged and where they sold, from when on.
struct UserState: EntityState, Equatable {
    struct Assignment: Equatable {
        /// Microseconds UTC.
        let at: Int64
        /// The event that says so.
        let position: UInt64
        /// Empty: to none.
        let team: String
        /// Empty: in none.
        let territory: String
    }

    /// In order of time, and of position where they are of one moment.
    private(set) var assignments: [Assignment] = []

    init() {}

    mutating func append(_ assignment: Assignment) {
        assignments.append(assignment)
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(varint: UInt64(assignments.count))
        for assignment in assignments {
            bytes.append(zigzag: assignment.at)
            bytes.append(varint: assignment.position)
            bytes.append(prefixed: assignment.team)
            bytes.append(prefixed: assignment.territory)
        }
    }

    init(decoding reader: inout ByteReader) throws {
        for _ in 0..<(try reader.count()) {
            assignments.append(
                Assignment(
                    at: try reader.zigzag(), position: try reader.varint(), team: try reader.text(),
                    territory: try reader.text()))
        }
    }
}

/// Keeps the teams and territories of each user over time: by them deals are grouped as their owners were then.
struct TeamFold: EntityFold {
    static let number: UInt8 = 2

    let types = [UserAssigned.eventType]
    let entityKind = "user"
    let order = FoldOrder.occurrence
    let defines = true
    let contributes = false

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout UserState) throws {
        let assigned = try UserAssignedView(event.view.data)
        state.append(
            UserState.Assignment(
                at: event.occurredAt.microseconds, position: event.position.rawValue, team: assigned.team.text(),
                territory: assigned.territory.text()))
    }

    func contribute(_ state: UserState, of entity: Tag, to contributions: inout Contributions) {}
}
