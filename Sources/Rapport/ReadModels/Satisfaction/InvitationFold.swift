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
    /// The survey of the earliest answer; of no use once the invitation is known.
    private(set) var answeredSurvey = ""
    /// Microseconds UTC of the earliest answer; the largest number while there is none.
    private(set) var answeredAt = Int64.max
    private var answerPosition = UInt64.max

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

    /// Every answer counts; the earliest says of which survey, should nobody have sent the invitation.
    mutating func answered(_ answer: borrowing SurveyAnsweredView, _ event: borrowing ProjectedEvent) {
        answers += 1
        let moment = (event.occurredAt.microseconds, event.position.rawValue)
        guard moment < (answeredAt, answerPosition) else { return }
        (answeredAt, answerPosition) = moment
        answeredSurvey = answer.surveyID.text()
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(prefixed: survey)
        dimensions.encode(into: &bytes)
        bytes.append(zigzag: invitedAt)
        bytes.append(varint: position)
        bytes.append(varint: answers)
        guard invitedAt == .max else { return }
        bytes.append(prefixed: answeredSurvey)
        bytes.append(zigzag: answeredAt)
        bytes.append(varint: answerPosition)
    }

    init(decoding reader: inout ByteReader) throws {
        survey = try reader.text()
        dimensions = try Dimensions(decoding: &reader)
        invitedAt = try reader.zigzag()
        position = try reader.varint()
        answers = try reader.varint()
        guard invitedAt == .max else { return }
        answeredSurvey = try reader.text()
        answeredAt = try reader.zigzag()
        answerPosition = try reader.varint()
    }
}

/// Counts invitations, and those of them that were answered, whenever that was; and apart from them those that were
/// answered and that nobody has sent.
struct InvitationFold: EntityFold {
    let types = [SurveyInvited.eventType, SurveyAnswered.eventType]
    let entityKind = "invitation"
    let order = FoldOrder.any

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout InvitationState) throws {
        if type == 0 {
            try state.invited(SurveyInvitedView(event.view.data), event)
        } else {
            try state.answered(SurveyAnsweredView(event.view.data), event)
        }
    }

    func contribute(_ state: InvitationState, of entity: Tag, to contributions: inout Contributions) throws {
        if state.invitedAt == .max {
            if state.answeredAt == .max { return }
            let unknown = contributions.series(SatisfactionModel.unknownInvitations, state.answeredSurvey, columns: 1)
            try contributions.add(1, to: 0, of: unknown, at: Timestamp(microseconds: state.answeredAt))
            return
        }
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
