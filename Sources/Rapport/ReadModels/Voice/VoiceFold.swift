internal import EventLog
internal import LMDB
internal import Projection

/// Folds what a customer told, and what came of it, whom the customer sent, and what service has cost, in order of
/// occurrence.
struct VoiceFold: EntityFold {
    let types = [
        ComplaintRaised.eventType, SuggestionSubmitted.eventType, SuggestionDecided.eventType,
        FeedbackLoopClosed.eventType, SurveyAnswered.eventType, ReferralMade.eventType,
        ServiceCostAttributed.eventType,
    ]
    let entityKind = "customer"
    let order = FoldOrder.occurrence

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout VoiceState) throws {
        guard Self.isOfFirstCustomer(event) else { return }
        let (id, at) = (event.view.id, event.occurredAt.microseconds)
        switch type {
        case 0:
            let complaint = try ComplaintRaisedView(event.view.data)
            state.add(
                VoiceState.Item(
                    kind: .complaint, id: complaint.complaintID.text(), at: at, events: [id],
                    texts: [
                        VoiceKind.complaint.rawValue, complaint.theme.text(), complaint.severity.text(),
                        complaint.riskClass.text(),
                    ],
                    caseID: complaint.caseID.text(), value: nil))
        case 1:
            let suggestion = try SuggestionSubmittedView(event.view.data)
            let value =
                suggestion.hasEstimatedValue
                ? Self.amount(suggestion.estimatedValue.minorUnits, suggestion.estimatedValue.currency.text()) : nil
            state.add(
                VoiceState.Item(
                    kind: .suggestion, id: suggestion.suggestionID.text(), at: at, events: [id],
                    texts: [suggestion.kind.text(), suggestion.theme.text(), "", ""], caseID: "", value: value))
        case 2:
            let decided = try SuggestionDecidedView(event.view.data)
            let benefit =
                decided.hasEstimatedBenefit
                ? Self.amount(decided.estimatedBenefit.minorUnits, decided.estimatedBenefit.currency.text()) : nil
            state.add(
                VoiceState.Decision(
                    event: id, suggestion: decided.suggestionID.text(), at: at,
                    isAdopted: decided.decision == .adopted, changeRef: decided.changeRef.text(), benefit: benefit))
        case 3:
            let told = try FeedbackLoopClosedView(event.view.data)
            state.add(VoiceState.Telling(event: id, at: at, about: EventID(told.ofEventID.text())))
        case 4: state.add(VoiceState.Answer(event: id, at: at))
        case 5:
            let referral = try ReferralMadeView(event.view.data)
            state.add(VoiceState.Referral(event: id, at: at, referee: referral.refereeID.text()))
        default:
            let cost = try ServiceCostAttributedView(event.view.data)
            let amount =
                cost.hasAmount ? Self.amount(cost.amount.minorUnits, cost.amount.currency.text()) : nil
            state.add(VoiceState.Cost(event: id, at: at, amount: amount, driver: cost.driver.text()))
        }
    }

    /// Whether the entity is the first customer that the event has a tag of: of several it is that one's.
    private static func isOfFirstCustomer(_ event: borrowing ProjectedEvent) -> Bool {
        let kind = "customer"
        for index in 0..<event.view.tagCount {
            let text = event.view.tagText(index)
            if kind.withRawSpan({ text.hasKind($0) }) { return text.sameBytes(as: event.entity) }
        }
        return false
    }

    /// Nothing without a currency: nobody can say what it comes to.
    private static func amount(_ minorUnits: Int64, _ currency: String) -> VoiceState.Amount? {
        currency.isEmpty ? nil : VoiceState.Amount(currency: currency, minorUnits: minorUnits)
    }

    // MARK: Contributions

    func contribute(_ state: VoiceState, of entity: Tag, to contributions: inout Contributions) throws {
        let customer = String(entity.id)
        let matching = VoiceMatching(state)
        for course in matching.courses {
            contributions.put(VoiceRow.make(course), at: VoiceRow.key(course, of: customer))
        }
        for told in matching.toldAnswers {
            var row: [UInt8] = []
            row.append(littleEndian: told.toldAt)
            let prefix = [VoiceModel.answers]
            contributions.put(
                row, at: VoiceRow.key(prefix, at: told.answer.at, of: customer, told.answer.event))
        }
        for found in matching.unmatched {
            let prefix = [VoiceModel.unmatched]
            contributions.put(
                [found.reason.rawValue], at: VoiceRow.key(prefix, at: found.at, of: customer, found.event))
        }
        for referral in state.referrals {
            let prefix = [VoiceModel.referrals]
            contributions.put(
                ReferralRow.make(referral), at: VoiceRow.key(prefix, at: referral.at, of: customer, referral.event))
        }
        for cost in state.costs {
            let prefix = [VoiceModel.costs]
            contributions.put(
                ServiceCostRow.make(cost), at: VoiceRow.key(prefix, at: cost.at, of: customer, cost.event))
        }
    }
}
