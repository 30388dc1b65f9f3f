public import EventLog
internal import LMDB
internal import Projection
internal import SwiftProtobuf

extension CRMState {
    /// Everything that somebody needs who is about to deal with a customer; nil when no event is about that id. Any id
    /// of a person with several gives the person.
    ///
    /// Ages, dues and consents are those of `now`; where that is nil, of the time until which was asked about, or when
    /// the last event was recorded: no clock is looked at. That personal values of the profile are shown is noted, as
    /// by ``profile(of:atLeast:)``. O(events of the person and of the person's open deals and cases).
    ///
    /// - Parameters:
    ///   - rules: from when on something is due.
    ///   - happenings: how many events of the timeline are in it.
    ///   - position: waits until the rows have reached it.
    /// - Throws: `ProjectionUnavailable`, ``UnreadableEvent``, `DamagedLog`, what ``PersonalReader`` throws.
    public func customer(
        _ id: String, at now: Timestamp? = nil, rules: NextActionRules = NextActionRules(), happenings: Int = 20,
        atLeast position: Position? = nil
    ) async throws -> Customer360? {
        let models = [
            ProfileModel.name, PipelineModel.name, CaseModel.name, OrderModel.name, LeadModel.name, PrivacyModel.name,
        ]
        if let position { try await rows.wait(for: position, of: models, seconds: 30) }
        if moment != nil { return try customerNow(id, at: now, rules: rules, happenings: happenings) }
        // All of it at one position: people merge and part in between.
        let standing = try rows.standing(models)
        let state = PastState(
            log: log, history: history, funnels: funnels, services: services, rows: standing,
            moment: PastMoment(position: standing.position), reader: reader)
        return try state.customerNow(id, at: now, rules: rules, happenings: happenings)
    }

    private func customerNow(
        _ id: String, at now: Timestamp?, rules: NextActionRules, happenings: Int
    ) throws -> Customer360? {
        guard let profile = try profileNow(of: id) else { return nil }
        let tag = try Tag.customer(profile.customerID)
        let identity = try history.identity(in: log, asOf: profile.position)
        let time = try now ?? moment?.occurredUntil ?? recordedAt(profile.position)
        let person = try PersonEvents(of: self, about: tag, identity)
        var lowest = profile.position
        let (deals, cases) = try openWork(of: person, around: tag, at: time, &lowest)
        let sales = try ordersAndLeads(of: person, around: tag, identity, &lowest)
        let privacy = try rows.read(PrivacyModel.name, and: PrivacyModel.name, around: tag) { reader, _ in
            lowest = min(lowest, reader.position)
            return try SubjectPrivacy(of: tag, at: time, reader)
        }
        let timeline = try timeline(
            TimelineQuestion(of: tag, includesAnnulled: false, limit: happenings), upTo: profile.position)
        let leads = try sales.leads.map { ($0, try lastEvent(about: .lead($0.leadID), upTo: profile.position)) }
        let facts = NextActionFacts(
            customer: tag, time: time, person: person, deals: deals, cases: cases,
            leads: leads.map { (entry: $0.0, position: $0.1) }, privacy: privacy, rules: rules)
        return Customer360(
            at: time, profile: profile, timeline: timeline.entries.map { Customer360.Happening($0) },
            events: timeline.total, lastContact: person.contacts.last, deals: deals, cases: cases,
            openOrders: try sales.open.map { try placed($0, upTo: profile.position) },
            lastOrder: try sales.last.map { try placed($0, upTo: profile.position) }, orders: sales.summary,
            leads: sales.leads,
            satisfaction: person.scores.values.sorted { $0.metric < $1.metric },
            consents: (privacy?.consents ?? []).filter { $0.status == .granted },
            restrictions: privacy?.restrictions ?? [], holds: privacy?.holds ?? [],
            isErased: !(privacy?.erasures ?? []).isEmpty, suspectedDuplicates: person.suspected.count,
            nextActions: facts.actions, position: lowest)
    }

    /// When the event at a position was recorded; the beginning of time where there is none.
    private func recordedAt(_ position: Position) throws -> Timestamp {
        try log.withEvent(at: position) { $0.recordedAt } ?? Timestamp(microseconds: 0)
    }

    // MARK: Deals and cases

    private func openWork(
        of person: PersonEvents, around tag: Tag, at time: Timestamp, _ lowest: inout Position
    ) throws -> (deals: [Customer360.OpenDeal], cases: [Customer360.OpenCase]) {
        let known = person.neighbours.sorted()
        typealias Found = (
            deals: [(Tag, DealState, DealSituation)], cases: [(Tag, CaseState)], position: Position
        )
        let found: Found = try rows.read(PipelineModel.name, and: CaseModel.name, around: tag) { deals, cases in
            var open: [(Tag, DealState, DealSituation)] = []
            for id in known where id.names(oneOf: ["opportunity"]) {
                guard let deal = try deals.state(DealState.self, of: id), deal.customer.sameBytes(as: String(tag.id)),
                    let situation = deal.situation, situation.outcome == .open
                else { continue }
                open.append((id, deal, situation))
            }
            var waiting: [(Tag, CaseState)] = []
            for id in known where id.names(oneOf: ["case"]) {
                guard let state = try cases.state(CaseState.self, of: id), state.status.isOpen,
                    state.customer.sameBytes(as: String(tag.id))
                else { continue }
                waiting.append((id, state))
            }
            return (deals: open, cases: waiting, position: deals.position)
        }
        lowest = min(lowest, found.position)
        let deals = try found.deals.map { try openDeal($0, $1, $2, upTo: found.position) }
        let cases = try found.cases.map { try openCase($0, $1, at: time, upTo: found.position) }
        return (
            deals.sorted { ($0.closeDate ?? "~", $0.openedAt, $0.id) < ($1.closeDate ?? "~", $1.openedAt, $1.id) },
            cases.sorted { ($0.openedAt, $0.id) < ($1.openedAt, $1.id) }
        )
    }

    private func openDeal(
        _ tag: Tag, _ deal: DealState, _ situation: DealSituation, upTo position: Position
    ) throws -> Customer360.OpenDeal {
        var closeDate = ""
        var said = Position.zero
        let types = [OpportunityOpened.eventType, OpportunityCloseDateMoved.eventType]
        for recorded in try seen(types, about: tag, upTo: position) {
            var date = ""
            if recorded.event.type == OpportunityOpened.eventType {
                date = try recorded.message(OpportunityOpened.self).closeDate.date
            } else {
                date = try recorded.message(OpportunityCloseDateMoved.self).to.date
            }
            if !date.isEmpty { (closeDate, said) = (date, recorded.position) }
        }
        func known(_ text: String) -> String? { text.isEmpty ? nil : text }
        let last = deal.steps.map(\.position).max().map { Position($0) } ?? position
        return Customer360.OpenDeal(
            id: String(tag.id), pipeline: known(deal.pipeline), stage: known(situation.stage),
            owner: known(situation.owner), amount: situation.currency.isEmpty ? nil : situation.amount,
            currency: known(situation.currency), openedAt: Timestamp(microseconds: situation.openedAt),
            closeDate: known(closeDate), position: closeDate.isEmpty ? last : said)
    }

    private func openCase(
        _ tag: Tag, _ state: CaseState, at time: Timestamp, upTo position: Position
    ) throws -> Customer360.OpenCase {
        var waitsFor = ""
        if state.status == .waiting, let waiting = try seen([CaseWaiting.eventType], about: tag, upTo: position).last {
            waitsFor = try waiting.message(CaseWaiting.self).on
        }
        let age = time.microseconds.subtractingReportingOverflow(state.openedAt)
        func known(_ text: String) -> String? { text.isEmpty ? nil : text }
        return Customer360.OpenCase(
            id: String(tag.id), status: state.status, category: known(state.category), severity: known(state.severity),
            owner: known(state.owner), waitsFor: known(waitsFor), openedAt: Timestamp(microseconds: state.openedAt),
            ageMs: age.overflow ? 0 : max(0, age.partialValue / 1000),
            firstRespondedAt: state.firstRespondedAt.map { Timestamp(microseconds: $0) },
            lastEventAt: Timestamp(microseconds: state.lastAt), position: try lastEvent(about: tag, upTo: position))
    }

    // MARK: Orders and leads

    private func ordersAndLeads(
        of person: PersonEvents, around tag: Tag, _ identity: IdentityView, _ lowest: inout Position
    ) throws -> OrdersAndLeads {
        let known = person.neighbours.sorted()
        let found: OrdersAndLeads = try rows.read(OrderModel.name, and: LeadModel.name, around: tag) { orders, leads in
            var found = OrdersAndLeads()
            found.position = orders.position
            found.summary = try OrderSummary(of: tag, orders)
            var entries: [OrderEntry] = []
            for id in known where id.names(oneOf: ["order"]) {
                guard let entry = try OrderEntry(of: id, orders), let customer = entry.customer,
                    customer.sameBytes(as: String(tag.id))
                else { continue }
                entries.append(entry)
            }
            entries.sort { ($0.placedAt, $0.orderID) < ($1.placedAt, $1.orderID) }
            found.open = entries.filter { $0.status == .placed }
            found.last = entries.last
            for id in known where id.names(oneOf: ["lead"]) {
                guard let entry = try LeadEntry(of: String(id.id), identity, leads), entry.status.isOpen else {
                    continue
                }
                found.leads.append(entry)
            }
            return found
        }
        lowest = min(lowest, found.position)
        return found
    }

    // MARK: Single events

    /// An order with the event that placed it: the first one, which counts.
    private func placed(_ order: OrderEntry, upTo position: Position) throws -> OrderEntry {
        var placed = order
        let events = try seen([OrderPlaced.eventType], about: .order(order.orderID), upTo: position)
        placed.position = events.first?.position
        return placed
    }

    /// The events of some types about a tag, as they are seen; in the order in which they happened.
    private func seen(_ types: [EventType], about tag: Tag, upTo position: Position) throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        try history.forEachSeen(about: tag, types: types, to: position, in: log) { event in
            if hasHappened(at: event.occurredAt) { events.append(log.recorded(event)) }
            return true
        }
        return events.sorted { ($0.event.occurredAt, $0.position) < ($1.event.occurredAt, $1.position) }
    }

    /// Where the last event about a tag stands; zero where there is none.
    private func lastEvent(about tag: Tag, upTo position: Position) throws -> Position {
        var (lastAt, last) = (Timestamp(microseconds: .min), Position.zero)
        try history.forEachSeen(about: tag, types: [], to: position, in: log) { event in
            if hasHappened(at: event.occurredAt), (event.occurredAt, event.position) > (lastAt, last) {
                (lastAt, last) = (event.occurredAt, event.position)
            }
            return true
        }
        return last
    }
}

/// What a customer has ordered, and the leads that are still open.
private struct OrdersAndLeads {
    var open: [OrderEntry] = []
    var last: OrderEntry?
    var summary: OrderSummary?
    var leads: [LeadEntry] = []
    var position = Position.zero
}

extension DealState {
    /// How the deal stands; nil before its first event.
    fileprivate var situation: DealSituation? {
        var situation: DealSituation?
        for step in steps { situation = DealSituation(after: step, from: situation) }
        return situation
    }
}

extension Customer360.Happening {
    fileprivate init(_ entry: Timeline.Entry) {
        let event = entry.recorded.event
        self.init(
            position: entry.recorded.position, eventID: event.id, type: event.type.name, occurredAt: event.occurredAt,
            tags: event.tags.map(\.text), correctedAt: entry.correctedAt)
    }
}
