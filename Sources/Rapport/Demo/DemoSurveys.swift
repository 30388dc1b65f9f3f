internal import EventLog

/// Invitations and answers to the two surveys: "relationship" (net promoter score) and "service" (satisfaction and
/// effort). About half of those who are invited answer, and some answer without having been invited.
struct DemoSurveys {
    static let relationship = "relationship"
    static let service = "service"

    /// An invitation that will be answered: all that the answer needs to know.
    private struct Invitation: DemoItem {
        /// From 1 on; 0 for none.
        let number: Int32
        let customer: Int32
        let isRelationship: Bool
        /// Places among the products, and the channels of the region.
        let product: UInt8
        let channel: UInt8
        var changedAt: Timestamp
        var due: Timestamp

        var survey: String { isRelationship ? DemoSurveys.relationship : DemoSurveys.service }
        var surveyTag: Tag { isRelationship ? DemoSurveys.relationshipTag : DemoSurveys.serviceTag }
        var id: String { DemoID.invitation(Int(number)) }
    }

    private var invited = 0
    private var answered = 0
    private var agenda = DemoAgenda<Invitation>()

    /// How many invitations are kept in memory: those that will be answered.
    var inMemory: Int { agenda.count }

    // MARK: Invitations

    /// The customer is invited, or answers without an invitation.
    mutating func next(
        of customer: DemoCustomer, _ moment: inout DemoMoment, _ followUps: inout DemoFollowUps
    ) throws -> NewEvent {
        let isInvited = moment.random.happens(84)
        if isInvited { invited += 1 }
        var invitation = Invitation(
            number: isInvited ? Int32(invited) : 0, customer: Int32(customer.index),
            isRelationship: moment.random.happens(60), product: UInt8(moment.random.below(DemoProduct.all.count)),
            channel: UInt8(moment.random.below(Self.channels(customer.region).count)), changedAt: moment.occurredAt,
            due: moment.now)
        guard isInvited else { return try answer(invitation, customer, &moment, &followUps) }
        if moment.random.happens(38 + customer.mood / 4) {
            invitation.plan(after: moment.now, minutes: 10...20_000, &moment.random)
            agenda.add(invitation)
        }
        var message = SurveyInvited()
        message.surveyID = invitation.survey
        message.invitationID = invitation.id
        message.customerID = customer.id
        message.channel = Self.channels(customer.region)[Int(invitation.channel)]
        message.samplingRule = invitation.isRelationship ? "twice-a-year" : "one-in-three"
        message.dimensions = Self.dimensions(of: invitation, in: customer.region)
        return try moment.event(
            message, about: customer, and: invitation.surveyTag, .demoInvitation(invitation.id), by: customer.owner)
    }

    /// The answer that is due first; nil when none is.
    mutating func takeStep(
        _ moment: inout DemoMoment, _ customers: DemoCustomers, _ followUps: inout DemoFollowUps
    ) throws -> NewEvent? {
        guard var invitation = agenda.takeDue(by: moment.now) else { return nil }
        let invitedAt = invitation.changedAt
        invitation.happens(at: &moment)
        let customer = customers[Int(invitation.customer)]
        return try answer(invitation, customer, since: invitedAt, &moment, &followUps)
    }

    // MARK: Answers

    /// The answer: of the customer, or once in a while of somebody who does not say who it is. Whoever is not content
    /// may be called.
    private mutating func answer(
        _ invitation: Invitation, _ customer: DemoCustomer, since invitedAt: Timestamp? = nil,
        _ moment: inout DemoMoment, _ followUps: inout DemoFollowUps
    ) throws -> NewEvent {
        answered += 1
        let contentment = Self.contentment(of: customer, &moment)
        var message = SurveyAnswered()
        message.surveyID = invitation.survey
        message.responseID = DemoID.response(answered)
        message.answers = Self.answers(invitation.survey, contentment, &moment.random)
        message.dimensions = Self.dimensions(of: invitation, in: customer.region)
        message.language = customer.region.language
        if let invitedAt {
            message.invitationID = invitation.id
            message.latencyMs = (moment.occurredAt.microseconds - invitedAt.microseconds) / 1000
        }
        let invitationTag = invitedAt.map { _ in Tag.demoInvitation(invitation.id) }
        if moment.random.happens(3) {
            let tags = [invitation.surveyTag] + (invitationTag.map { [$0] } ?? [])
            return try moment.event(message, about: tags, by: customer.owner)
        }
        message.customerID = customer.id
        if contentment < 60, moment.random.happens(25) { followUps.plan(.tell, of: customer, days: 1...15, &moment) }
        let personal = moment.random.happens(15) ? Self.personal(customer.region, contentment, &moment.random) : nil
        return try moment.event(
            message, about: customer, and: invitation.surveyTag, invitationTag, personal: personal, by: customer.owner)
    }

    private static func personal(
        _ region: DemoRegion, _ contentment: Int, _ random: inout DemoRandom
    ) -> SurveyAnsweredPersonal {
        var personal = SurveyAnsweredPersonal()
        personal.text = DemoTexts.comment(region, isContent: contentment > 75, &random)
        return personal
    }

    // MARK: Dimensions

    private static func dimensions(of invitation: Invitation, in region: DemoRegion) -> [SurveyDimension] {
        [
            SurveyDimension("region", region.name),
            SurveyDimension("product", DemoProduct.all[Int(invitation.product)].name),
            SurveyDimension("channel", channels(region)[Int(invitation.channel)]),
        ]
    }

    private static func channels(_ region: DemoRegion) -> [String] {
        region.isChinese ? chineseChannels : europeanChannels
    }

    private static let chineseChannels = ["wechat", "wechat", "wechat", "phone", "web"]
    private static let europeanChannels = ["email", "email", "web", "phone"]
    private static let relationshipTag = Tag(unchecked: "survey:" + relationship)
    private static let serviceTag = Tag(unchecked: "survey:" + service)
}

extension SurveyDimension {
    init(_ name: String, _ value: String) {
        self.init()
        self.name = name
        self.value = value
    }
}
