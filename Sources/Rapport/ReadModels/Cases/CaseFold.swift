internal import EventLog
internal import LMDB
internal import Projection

/// Folds the events of a case into its history, in order of occurrence.
struct CaseFold: EntityFold {
    let types = [
        CaseOpened.eventType, CaseClassified.eventType, CaseAssigned.eventType, CaseResponded.eventType,
        CaseWaiting.eventType, CaseResolved.eventType, CaseReopened.eventType, CaseClosed.eventType,
    ]
    let entityKind = "case"
    let order = FoldOrder.occurrence

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout CaseState) throws {
        let time = event.occurredAt.microseconds
        state.note(at: time)
        if state.customer.isEmpty, let customer = event.firstID(of: "customer") { state.customer = customer }
        switch type {
        case 0:
            let opened = try CaseOpenedView(event.view.data)
            state.open(at: time)
            if state.customer.isEmpty { Self.set(&state.customer, to: opened.customerID) }
            Self.set(&state.channel, to: opened.channel)
            Self.set(&state.category, to: opened.category)
            Self.set(&state.severity, to: opened.severity)
            try opened.forEachAttributes {
                state.attributes.set($0.name, to: $0.value, besides: CaseModel.ownDimensions)
            }
        case 1:
            let classified = try CaseClassifiedView(event.view.data)
            Self.set(&state.category, to: classified.category)
            Self.set(&state.severity, to: classified.severity)
        case 2:
            let assigned = try CaseAssignedView(event.view.data)
            state.assign(to: assigned.to, queue: assigned.queue, at: time)
        case 3: state.respond(at: time)
        case 4: state.wait(on: try CaseWaitingView(event.view.data).on, at: time)
        case 5: state.resolve(at: time)
        case 6:
            state.reopen(at: time)
            state.work(at: time)
        default:
            let closed = try CaseClosedView(event.view.data)
            state.close(closed.outcome, at: time)
        }
    }

    /// What is empty leaves a value as it was.
    private static func set(_ text: inout String, to value: RawSpan) {
        if !value.isEmpty { text = value.text() }
    }

    // MARK: Contributions

    func contribute(_ state: CaseState, of entity: Tag, to contributions: inout Contributions) throws {
        guard state.firstAt != nil else { return }
        let moves = Self.moves(of: state)
        let times = Self.times(of: state)
        try Self.count(moves, times, under: "", "", in: &contributions)
        for (name, value) in zip(CaseModel.ownDimensions, state.ownValues) where !value.isEmpty {
            // A customer has few cases: what happened to them over time the list shows.
            try Self.count(name == "customer" ? [] : moves, times, under: name, value, in: &contributions)
        }
        for attribute in state.attributes.pairs {
            try Self.count(moves, times, under: attribute.name, attribute.value, in: &contributions)
        }
        contributions.put(CaseRow.make(state), at: CaseRow.key(state, id: String(entity.id)))
    }

    /// What is added to a column of `flow`, and when.
    private struct Move {
        let column: Int
        let amount: Int64
        let at: Int64
    }

    private static func count(
        _ moves: [Move], _ times: [Int64], under dimension: String, _ value: String,
        in contributions: inout Contributions
    ) throws {
        if !moves.isEmpty {
            let flow = contributions.series(CaseModel.flow, dimension, value, columns: CaseModel.Flow.count)
            for move in moves {
                try contributions.add(move.amount, to: move.column, of: flow, at: Timestamp(microseconds: move.at))
            }
        }
        let total = contributions.total(CaseModel.times, dimension, value, columns: CaseModel.Times.count)
        for (column, amount) in times.enumerated() where amount != 0 {
            contributions.add(amount, to: column, of: total)
        }
    }

    /// What the case moves over time. It is not open before it is opened: what ended earlier ends at once.
    private static func moves(of state: CaseState) -> [Move] {
        typealias Flow = CaseModel.Flow
        let openedAt = state.openedAt
        var moves = [
            Move(column: Flow.opened, amount: 1, at: openedAt), Move(column: Flow.open, amount: 1, at: openedAt),
            Move(column: Flow.unclosed, amount: 1, at: openedAt),
        ]
        if let at = state.firstRespondedAt { moves.append(Move(column: Flow.responded, amount: 1, at: at)) }
        if let at = state.firstResolvedAt { moves.append(Move(column: Flow.firstResolved, amount: 1, at: at)) }
        var (isOpen, isClosed) = (true, false)
        for change in state.changes {
            let at = max(change.at, openedAt)
            switch change.kind {
            case .resolved:
                moves.append(Move(column: Flow.open, amount: -1, at: at))
                isOpen = false
            case .closed:
                moves.append(Move(column: Flow.closed, amount: 1, at: change.at))
                if isOpen { moves.append(Move(column: Flow.open, amount: -1, at: at)) }
                moves.append(Move(column: Flow.unclosed, amount: -1, at: at))
                (isOpen, isClosed) = (false, true)
            case .reopened:
                moves.append(Move(column: Flow.reopened, amount: 1, at: change.at))
                moves.append(Move(column: Flow.open, amount: 1, at: at))
                if isClosed { moves.append(Move(column: Flow.unclosed, amount: 1, at: at)) }
                (isOpen, isClosed) = (true, false)
            case .waits, .works: break
            }
        }
        return moves
    }

    /// The columns of `times` that the case adds.
    private static func times(of state: CaseState) -> [Int64] {
        typealias Times = CaseModel.Times
        var columns = [Int64](repeating: 0, count: Times.count)
        columns[Times.cases] = 1
        columns[Times.reopenings] = Int64(state.reopenings)
        columns[Times.reopened] = columns[Times.reopenings] > 0 ? 1 : 0
        func add(_ end: Int64?, since start: Int64, _ number: Int?, _ sum: Int) {
            guard let end else { return }
            if let number { columns[number] = 1 }
            columns[sum] = (end - start).dividedFlooring(by: 1000).quotient
        }
        add(state.firstRespondedAt, since: state.openedAt, Times.responded, Times.responseMs)
        add(state.firstResolvedAt, since: state.openedAt, Times.resolved, Times.resolutionMs)
        add(state.firstClosedAt, since: state.openedAt, Times.closed, Times.closeMs)
        add(state.lastAt, since: state.firstAt ?? state.lastAt, nil, Times.lifeMs)
        return columns
    }
}
