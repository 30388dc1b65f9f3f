internal import EventLog

/// What became of one complaint or suggestion. Times are microseconds UTC.
struct VoiceCourse {
    let item: VoiceState.Item
    /// In order of occurrence.
    fileprivate(set) var decisions: [VoiceState.Decision] = []
    /// When the customer was told, in order of occurrence.
    fileprivate(set) var tellings: [Int64] = []

    fileprivate init(_ item: VoiceState.Item) { self.item = item }

    /// How far it has come.
    var status: VoiceStatus {
        if !tellings.isEmpty { return .told }
        return decisions.isEmpty ? .open : .decided
    }

    /// The first decision.
    var decidedAt: Int64? { decisions.first?.at }

    /// The first decision that names the change which comes of it.
    var changedAt: Int64? { decisions.first { !$0.changeRef.isEmpty }?.at }

    /// When the customer was told first.
    var toldAt: Int64? { tellings.first }

    /// When the customer was told first after the first decision, or with it.
    var toldDecisionAt: Int64? {
        guard let decidedAt else { return nil }
        return tellings.first { $0 >= decidedAt }
    }
}

/// Which decisions and tellings of one customer belong to what. O(events of the customer).
struct VoiceMatching {
    /// In order of occurrence.
    private(set) var courses: [VoiceCourse]
    /// Answers to surveys that the customer was told about, and when first.
    private(set) var toldAnswers: [(answer: VoiceState.Answer, toldAt: Int64)] = []
    /// What belongs to nothing, or to what was there already.
    private(set) var unmatched: [(reason: VoiceModel.Unmatched, event: EventID, at: Int64)] = []

    /// What a customer can be told about: a place among the courses, or among the answers.
    private enum Target {
        case course(Int)
        case answer(Int)
    }

    init(_ state: VoiceState) {
        courses = state.items.map { VoiceCourse($0) }
        var targets: [EventID: Target] = [:]
        var suggestions: [[UInt8]: Int] = [:]
        for (number, item) in state.items.enumerated() {
            for event in item.events { targets[event] = .course(number) }
            if item.kind == .suggestion, !item.id.isEmpty { suggestions[Array(item.id.utf8)] = number }
        }
        for repetition in state.repetitions { unmatched.append((.repeated, repetition.event, repetition.at)) }
        for decision in state.decisions {
            guard let number = suggestions[Array(decision.suggestion.utf8)] else {
                unmatched.append((.decidedUnknown, decision.event, decision.at))
                continue
            }
            courses[number].decisions.append(decision)
            // Who is told of the decision is told what came of the suggestion.
            targets[decision.event] = .course(number)
        }
        if state.tellings.isEmpty { return }
        for (number, answer) in state.answers.enumerated() { targets[answer.event] = .answer(number) }
        var told: Set<Int> = []
        for telling in state.tellings {
            switch telling.about.flatMap({ targets[$0] }) {
            case .course(let number)?: courses[number].tellings.append(telling.at)
            case .answer(let number)?:
                guard told.insert(number).inserted else { continue }
                toldAnswers.append((state.answers[number], telling.at))
            case nil: unmatched.append((.toldOfUnknown, telling.event, telling.at))
            }
        }
    }
}
