import EventLog
import LMDB
@testable import Rapport
import TestSupport

/// Something that a customer told, or that became of it, as a test tells it.
struct VoiceStory: Sendable {
    enum Content: Sendable {
        case complaint(id: String, theme: String, severity: String, risk: String, caseID: String)
        /// The value in euro cents.
        case suggestion(id: String, kind: String, theme: String, value: Int64?)
        /// The benefit in euro cents.
        case decided(id: String, isAdopted: Bool, change: String, benefit: Int64?)
        /// What came of the event of this number; 0 names none.
        case told(of: UInt64)
        case answered
    }

    /// The last part of the event's id.
    let number: UInt64
    let customer: String
    let at: Timestamp
    let content: Content

    init(_ number: UInt64, _ customer: String, _ at: Timestamp, _ content: Content) {
        self.number = number
        self.customer = customer
        self.at = at
        self.content = content
    }

    init(_ number: UInt64, _ customer: String, _ at: String, _ content: Content) {
        self.init(number, customer, .at(at), content)
    }

    static func eventID(_ number: UInt64) -> EventID { EventID(high: 0x0123_4567_89AB_7CDE, low: 1 << 63 | number) }

    func event() throws -> NewEvent {
        let (tags, id) = ([try EntityTag.customer(customer)], Self.eventID(number))
        switch content {
        case .complaint(let complaint, let theme, let severity, let risk, let caseID):
            let message = ComplaintRaised.with { message in
                message.complaintID = complaint
                message.theme = theme
                message.severity = severity
                message.riskClass = risk
                message.caseID = caseID
            }
            return try NewEvent(message, about: tags, id: id, occurredAt: at)
        case .suggestion(let suggestion, let kind, let theme, let value):
            let message = SuggestionSubmitted.with { message in
                message.suggestionID = suggestion
                message.kind = kind
                message.theme = theme
                if let value { message.estimatedValue = Money(value, "EUR") }
            }
            return try NewEvent(message, about: tags, id: id, occurredAt: at)
        case .decided(let suggestion, let isAdopted, let change, let benefit):
            let message = SuggestionDecided.with { message in
                message.suggestionID = suggestion
                message.decision = isAdopted ? .adopted : .declined
                message.changeRef = change
                if let benefit { message.estimatedBenefit = Money(benefit, "EUR") }
            }
            return try NewEvent(message, about: tags, id: id, occurredAt: at)
        case .told(let other):
            let message = FeedbackLoopClosed.with { message in
                message.ofEventID = other == 0 ? "a letter" : Self.eventID(other).description
                message.toldVia = "phone"
            }
            return try NewEvent(message, about: tags, id: id, occurredAt: at)
        case .answered:
            let message = SurveyAnswered.with { $0.surveyID = "service" }
            return try NewEvent(message, about: tags + [try .survey("service")], id: id, occurredAt: at)
        }
    }
}

extension [VoiceStory] {
    func events() throws -> [NewEvent] { try map { try $0.event() } }
}

/// Random stories of the year 2024, no two of them at the same time.
struct RandomVoices {
    private var random: SeededGenerator
    static let customers = ["C-1", "C-2", "客户-3", "C-4"]

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func one<Element>(of elements: [Element]) -> Element { elements[number(in: 0...elements.count - 1)] }

    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] { elements.shuffled(using: &random) }

    mutating func stories(_ count: Int) -> [VoiceStory] {
        let start = Timestamp.at("2024-01-01T00:00:00Z")
        return (1...count).map { number in
            // The microsecond tells them apart.
            let at = start.plus(seconds: Int64(self.number(in: 0...360 * 86_400)))
                .advanced(byMicroseconds: Int64(number))
            return VoiceStory(UInt64(number), one(of: Self.customers), at, content(of: count))
        }
    }

    private mutating func content(of count: Int) -> VoiceStory.Content {
        switch number(in: 1...10) {
        case 1...2:
            .complaint(
                id: one(of: ["", "B-\(number(in: 1...40))"]), theme: one(of: ["", "price", "质量"]),
                severity: one(of: ["", "1", "2"]), risk: one(of: ["", "churn"]), caseID: one(of: ["", "K-1"]))
        case 3...4:
            .suggestion(
                id: one(of: ["", "S-\(number(in: 1...15))", "S-\(number(in: 1...15))"]),
                kind: one(of: ["", "idea", "need"]), theme: one(of: ["", "price", "质量"]),
                value: one(of: [nil, Int64(number(in: 1...900))]))
        case 5...6:
            .decided(
                id: "S-\(number(in: 1...15))", isAdopted: one(of: [true, false]), change: one(of: ["", "R-1"]),
                benefit: one(of: [nil, Int64(number(in: 1...900))]))
        case 7...9: .told(of: UInt64(number(in: 0...count)))
        default: .answered
        }
    }
}

/// What a plain count over stories gives.
struct PlainVoices {
    /// A complaint or a suggestion, with what became of it.
    struct Item {
        let story: VoiceStory
        let person: String
        let kind: VoiceKind
        /// By dimension.
        let values: [VoiceDimension: String]
        let value: Int64?
        let caseID: String
        let id: String
        var decisions: [(at: Timestamp, isAdopted: Bool, change: String, benefit: Int64?)] = []
        var tellings: [Timestamp] = []
    }

    private(set) var items: [Item] = []
    private(set) var answers: [(at: Timestamp, tellings: [Timestamp])] = []
    private(set) var ofUnknown: [Timestamp] = []
    private(set) var decidedUnknown: [Timestamp] = []
    private(set) var repeated: [Timestamp] = []

    /// - Parameter person: who a customer is; everybody is somebody else where nothing is said.
    init(_ stories: [VoiceStory], person: [String: String] = [:]) {
        let sorted = stories.sorted { $0.at < $1.at }
        func name(_ story: VoiceStory) -> String { person[story.customer] ?? story.customer }
        // What each event is about: an item or an answer of the person.
        var places: [UInt64: (person: String, item: Int?, answer: Int?)] = [:]
        for story in sorted {
            switch story.content {
            case .complaint(let id, let theme, let severity, let risk, let caseID):
                let values: [VoiceDimension: String] = [
                    .kind: "complaint", .theme: theme, .severity: severity, .riskClass: risk,
                ]
                add(
                    Item(
                        story: story, person: name(story), kind: .complaint, values: values, value: nil,
                        caseID: caseID, id: id), &places)
            case .suggestion(let id, let kind, let theme, let value):
                add(
                    Item(
                        story: story, person: name(story), kind: .suggestion, values: [.kind: kind, .theme: theme],
                        value: value, caseID: "", id: id), &places)
            case .answered:
                places[story.number] = (name(story), nil, answers.count)
                answers.append((story.at, []))
            case .decided, .told: break
            }
        }
        for story in sorted {
            guard case .decided(let id, let isAdopted, let change, let benefit) = story.content else { continue }
            let found = items.firstIndex { $0.kind == .suggestion && $0.id == id && $0.person == name(story) }
            if let found {
                items[found].decisions.append((story.at, isAdopted, change, benefit))
                places[story.number] = (name(story), found, nil)
            } else {
                decidedUnknown.append(story.at)
            }
        }
        for story in sorted {
            guard case .told(let number) = story.content else { continue }
            let place = places[number]
            if let place, place.person == name(story), let item = place.item {
                items[item].tellings.append(story.at)
            } else if let place, place.person == name(story), let answer = place.answer {
                answers[answer].tellings.append(story.at)
            } else {
                ofUnknown.append(story.at)
            }
        }
    }

    private mutating func add(_ item: Item, _ places: inout [UInt64: (person: String, item: Int?, answer: Int?)]) {
        let same = items.firstIndex {
            $0.person == item.person && $0.kind == item.kind && !item.id.isEmpty && $0.id == item.id
        }
        if same != nil { repeated.append(item.story.at) }
        places[item.story.number] = (item.person, same ?? items.count, nil)
        if same == nil { items.append(item) }
    }

    /// The items of one group as they stood.
    func group(_ period: String, _ value: String?, _ items: [Item], now: Timestamp) -> VoiceLoop.Group {
        let complaints = items.filter { $0.kind == .complaint }
        let suggestions = items.filter { $0.kind == .suggestion }
        return VoiceLoop.Group(
            period: period, value: value, complaints: complaints.isEmpty ? nil : self.complaints(complaints, now),
            suggestions: suggestions.isEmpty ? nil : self.suggestions(suggestions, now))
    }

    private func complaints(_ items: [Item], _ now: Timestamp) -> VoiceLoop.Complaints {
        let told = items.compactMap { item in item.tellings.first { $0 <= now }.map { item.story.at.length(to: $0) } }
        return VoiceLoop.Complaints(
            raised: Int64(items.count), withCase: Int64(items.count { !$0.caseID.isEmpty }), told: Int64(told.count),
            toldShare: WilsonInterval(successes: told.count, of: items.count),
            toTold: DurationSummary(microseconds: told))
    }

    private func suggestions(_ items: [Item], _ now: Timestamp) -> VoiceLoop.Suggestions {
        var (toDecision, toChange, decisionToTold, toTold): ([Int64], [Int64], [Int64], [Int64]) = ([], [], [], [])
        var (adopted, toldUndecided, withoutValue, withoutBenefit): (Int, Int64, Int64, Int64) = (0, 0, 0, 0)
        var (estimated, ofAdopted, benefit): (Int64, Int64, Int64) = (0, 0, 0)
        var hasAmount = false
        for item in items {
            let decisions = item.decisions.filter { $0.at <= now }
            let tellings = item.tellings.filter { $0 <= now }
            if let first = decisions.first {
                toDecision.append(item.story.at.length(to: first.at))
                if let told = tellings.first(where: { $0 >= first.at }) {
                    decisionToTold.append(first.at.length(to: told))
                }
            }
            if let change = decisions.first(where: { !$0.change.isEmpty }) {
                toChange.append(item.story.at.length(to: change.at))
            }
            if let told = tellings.first {
                toTold.append(item.story.at.length(to: told))
                if decisions.first.map({ told < $0.at }) ?? true { toldUndecided += 1 }
            }
            let isAdopted = decisions.last?.isAdopted == true
            if isAdopted { adopted += 1 }
            if let value = item.value {
                estimated += value
                if isAdopted { ofAdopted += value }
                hasAmount = true
            } else {
                withoutValue += 1
            }
            if isAdopted {
                if let brings = decisions.last?.benefit {
                    benefit += brings
                    hasAmount = true
                } else {
                    withoutBenefit += 1
                }
            }
        }
        let decided = toDecision.count
        let value = VoiceLoop.Value(
            currency: "EUR", estimated: estimated, estimatedOfAdopted: ofAdopted, benefit: benefit)
        return VoiceLoop.Suggestions(
            submitted: Int64(items.count), decided: Int64(decided), adopted: Int64(adopted),
            changed: Int64(toChange.count), told: Int64(toTold.count), toldUndecided: toldUndecided,
            toldDecision: Int64(decisionToTold.count),
            decidedShare: WilsonInterval(successes: decided, of: items.count),
            adoptedShare: WilsonInterval(successes: adopted, of: decided),
            changedShare: WilsonInterval(successes: toChange.count, of: decided),
            toldShare: WilsonInterval(successes: toTold.count, of: items.count),
            toldDecisionShare: WilsonInterval(successes: decisionToTold.count, of: decided),
            toDecision: DurationSummary(microseconds: toDecision), toChange: DurationSummary(microseconds: toChange),
            decisionToTold: DurationSummary(microseconds: decisionToTold),
            toTold: DurationSummary(microseconds: toTold), values: hasAmount ? [value] : [],
            withoutValue: withoutValue, adoptedWithoutBenefit: withoutBenefit)
    }
}

extension Timestamp {
    /// Microseconds from here to another time.
    fileprivate func length(to other: Timestamp) -> Int64 { other.microseconds - microseconds }
}
