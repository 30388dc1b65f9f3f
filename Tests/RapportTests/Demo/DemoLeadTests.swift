import EventLog
import Rapport
import SwiftProtobuf
import Testing

/// The lives of leads, what customers are asked and what they tell: whatever is named exists.
@Suite struct DemoLeadTests {
    // MARK: Leads

    @Test(arguments: [false, true])
    func everyLeadHasAPossibleLife(byOccurrence: Bool) throws {
        let lives = try DemoHistory.long().lives(of: "lead", "", byOccurrence: byOccurrence)
        for (lead, events) in lives {
            try #require(events.first?.type == LeadCaptured.eventType, "\(lead)")
            #expect(events.count { $0.type == LeadCaptured.eventType } == 1)
            let conversions = events.count { $0.type == LeadConverted.eventType }
            #expect(conversions == 0 || (conversions == 1 && events.last?.type == LeadConverted.eventType))
            let types = events.map(\.type)
            if let responded = types.firstIndex(of: InteractionLogged.eventType) {
                #expect(types.prefix(responded).contains(LeadAssigned.eventType))
            }
        }
        let recycled = lives.count { _, events in events.count { $0.type == LeadAssigned.eventType } > 1 }
        #expect((3...25).contains(recycled * 100 / lives.count))
    }

    @Test func leadsHaveANameAndAnEmail() throws {
        for (event, message) in try DemoHistory.long().all(LeadCaptured.self) {
            let subject = try #require(event.subjects.first)
            #expect(try subject.id == Tag.lead(message.leadID).text)
            let personal = try LeadCapturedPersonal(serializedBytes: #require(subject.part).bytes)
            #expect(!personal.displayName.isEmpty)
            #expect(personal.identifiers.first?.type == .email)
            #expect(message.attributes.map(\.name) == ["region", "product"])
        }
    }

    @Test(arguments: [false, true])
    func convertedLeadsNameCustomersAndDealsThatExist(byOccurrence: Bool) throws {
        let events = try DemoHistory.long().events
        let ordered = byOccurrence ? events.sorted { ($0.occurredAt, $0.id) < ($1.occurredAt, $1.id) } : events
        var customers: Set<String> = []
        var deals: [String: OpportunityOpened] = [:]
        var kinds: [Bool: Int] = [:]
        for event in ordered {
            switch event.type {
            case CustomerRegistered.eventType:
                customers.insert(try CustomerRegistered(serializedBytes: event.data).customerID)
            case OpportunityOpened.eventType:
                let deal = try OpportunityOpened(serializedBytes: event.data)
                deals[deal.opportunityID] = deal
            case LeadConverted.eventType:
                let converted = try LeadConverted(serializedBytes: event.data)
                #expect(customers.contains(converted.customerID))
                let deal = try #require(deals[converted.opportunityID])
                #expect(deal.customerID == converted.customerID)
                #expect((deal.origin == "lead:" + converted.leadID) != converted.isExistingOpportunity)
                kinds[converted.isExistingOpportunity, default: 0] += 1
            default: break
            }
        }
        #expect(kinds[true, default: 0] > 0)
        #expect(kinds[false, default: 0] > kinds[true, default: 0])
    }

    /// A lead that becomes a customer keeps its name.
    @Test func leadsAndTheirCustomersAreTheSame() throws {
        let history = try DemoHistory.long()
        var names: [String: String] = [:]
        for (event, message) in try history.all(CustomerRegistered.self) {
            let part = try event.subjects.first?.part.map { try CustomerRegisteredPersonal(serializedBytes: $0.bytes) }
            names[message.customerID] = part?.displayName ?? message.organisationName
        }
        var leads: [String: String] = [:]
        for (event, message) in try history.all(LeadCaptured.self) {
            let part = try #require(event.subjects.first?.part)
            let person = try LeadCapturedPersonal(serializedBytes: part.bytes).displayName
            leads[message.leadID] = message.organisationName.isEmpty ? person : message.organisationName
        }
        let converted = try history.all(LeadConverted.self).map(\.message)
        #expect(!converted.isEmpty)
        for conversion in converted { #expect(leads[conversion.leadID] == names[conversion.customerID]) }
    }

    @Test func someSourcesAreBetterThanOthers() throws {
        let history = try DemoHistory.long()
        let converted = Set(try history.all(LeadConverted.self).map(\.message.leadID))
        var counts: [String: (all: Int, converted: Int)] = [:]
        for (_, lead) in try history.all(LeadCaptured.self) {
            counts[lead.source, default: (0, 0)].all += 1
            if converted.contains(lead.leadID) { counts[lead.source, default: (0, 0)].converted += 1 }
        }
        #expect(counts.count == 7)
        func percent(_ source: String) throws -> Int {
            let count = try #require(counts[source])
            return count.converted * 100 / count.all
        }
        #expect(try percent("referral") > percent("organic_search"))
        #expect(try percent("organic_search") > percent("social"))
    }

    // MARK: Surveys

    @Test func aboutHalfOfTheInvitationsAreAnswered() throws {
        let history = try DemoHistory.long()
        var invitations: [String: (survey: String, at: Timestamp)] = [:]
        for (event, message) in try history.all(SurveyInvited.self) {
            #expect(event.tags.contains(try Tag.invitation(message.invitationID)))
            #expect(invitations[message.invitationID]?.survey == nil)
            invitations[message.invitationID] = (message.surveyID, event.occurredAt)
        }
        var answered: Set<String> = []
        var uninvited = 0
        for (event, message) in try history.all(SurveyAnswered.self) {
            guard !message.invitationID.isEmpty else {
                uninvited += 1
                #expect(!event.tags.contains { $0.kind == "invitation" })
                continue
            }
            #expect(answered.insert(message.invitationID).inserted)
            let invitation = try #require(invitations[message.invitationID])
            #expect(invitation.survey == message.surveyID)
            #expect(message.latencyMs == (event.occurredAt.microseconds - invitation.at.microseconds) / 1000)
            #expect(message.latencyMs > 0)
        }
        #expect((40...60).contains(answered.count * 100 / invitations.count))
        #expect((10...50).contains(uninvited * 100 / answered.count))
    }

    // MARK: Voice and identifiers

    @Test func whatIsNamedExists() throws {
        let history = try DemoHistory.long()
        var known: Set<String> = []
        for event in history.events {
            known.insert(event.id.description)
            switch event.type {
            case SuggestionSubmitted.eventType:
                known.insert(try SuggestionSubmitted(serializedBytes: event.data).suggestionID)
            case SuggestionDecided.eventType:
                let decided = try SuggestionDecided(serializedBytes: event.data)
                #expect(known.contains(decided.suggestionID))
                #expect(decided.decision == .adopted || decided.decision == .declined)
            case FeedbackLoopClosed.eventType:
                #expect(known.contains(try FeedbackLoopClosed(serializedBytes: event.data).ofEventID))
            case IdentifierUnlinked.eventType:
                #expect(known.contains(try IdentifierUnlinked(serializedBytes: event.data).linkEventID))
            case LeadCaptured.eventType: known.insert(try LeadCaptured(serializedBytes: event.data).leadID)
            case ReferralMade.eventType:
                let referral = try ReferralMade(serializedBytes: event.data)
                #expect(known.contains(referral.refereeID))
                #expect(referral.outcomeRef == "lead:" + referral.refereeID)
            default: break
            }
        }
    }

    @Test func someComplaintsLeadToCases() throws {
        let history = try DemoHistory.long()
        // The case of a complaint is opened by the events that follow at once, unless the history ends there.
        let complaints = try history.all(ComplaintRaised.self).filter { $0.event.id < history.events[19_990].id }
        let named = complaints.map(\.message.caseID).filter { !$0.isEmpty }
        #expect((10...30).contains(named.count * 100 / complaints.count))
        let cases = Set(try history.all(CaseOpened.self).map(\.message.caseID))
        #expect(cases.isSuperset(of: named))
    }
}
