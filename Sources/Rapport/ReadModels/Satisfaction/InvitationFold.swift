internal import EventLog
internal import LMDB
internal import Projection

/// What became of one invitation to a survey.
struct InvitationState: EntityState {
    private(set) var survey = ""
    private(set) var dimensions = Dimensions()
    /// Microseconds UTC of the earliest invitation; the largest number while there is none.
    private(set) var invitedAt = Int64.max
    private var position = UInt64.max
    private(set) var answers: UInt64 = 0

    init() {}

    /// The earliest invitation counts, by occurredAt, then position.
    mutating func invited(_ invitation: borrowing SurveyInvitedView, _ event: borrowing ProjectedEvent) throws {
        let moment = (event.occurredAt.microseconds, event.position.rawValue)
        guard moment < (invitedAt, position) else { return }
        (invitedAt, position) = moment
        survey = invitation.surveyID.text()
        var dimensions = Dimensions()
        "channel".withRawSpan { dimensions.set($0, to: invitation.channel, besides: []) }
        try invitation.forEachDimensions { dimensions.set($0.name, to: $0.value, besides: ["channel"]) }
        self.dimensions = dimensions
    }

    mutating func answered() { answers += 1 }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(prefixed: survey)
        dimensions.encode(into: &bytes)
        bytes.append(zigzag: invitedAt)
        bytes.append(varint: position)
        bytes.append(varint: answers)
    }

    init(decoding reader: inout ByteReader) throws {
        survey = try reader.text()
        dimensions = try Dimensions(decoding: &reader)
        invitedAt = try reader.zigzag()
        position = try reader.varint()
        answers = try reader.varint()
    }
}

/// Counts invitations, and those of them that were answered, whenever that was.
struct InvitationFold: EntityFold {
    let types = [SurveyInvited.eventType, SurveyAnswered.eventType]
    let entityKind = "invitation"
    let order = FoldOrder.any

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout InvitationState) throws {
        if type == 0 {
            try state.invited(SurveyInvitedView(event.view.data), event)
        } else {
            state.answered()
        }
    }

    func contribute(_ state: InvitationState, of entity: Tag, to contributions: inout Contributions) throws {
        if state.invitedAt == .max { return }
        let time = Timestamp(microseconds: state.invitedAt)
        let groups = [("", "")] + state.dimensions.pairs.map { ($0.name, $0.value) }
        for (dimension, value) in groups {
            let series = contributions.series(
                SatisfactionModel.invitations, state.survey, dimension, value, columns: 2)
            try contributions.add(1, to: 0, of: series, at: time)
            if state.answers > 0 { try contributions.add(1, to: 1, of: series, at: time) }
        }
    }
}
