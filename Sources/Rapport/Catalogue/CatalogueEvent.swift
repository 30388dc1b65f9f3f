public import EventLog
public import SwiftProtobuf

/// An event type of the catalogue: a protobuf message of `schemas/`, with the message of its personal fields.
///
/// Conformances are generated; an integrator's own messages may conform too.
public protocol CatalogueEvent: SwiftProtobuf.Message, Sendable {
    /// The fields that identify or describe a person; ``NoPersonalPart`` where there are none.
    associatedtype Personal: PersonalPart
    /// The name under which the log stores it.
    static var eventType: EventType { get }
    /// Refuses content that no read model could make sense of.
    ///
    /// - Throws: ``UnfitEvent`` saying what was expected.
    func check() throws
}

extension CatalogueEvent {
    /// Any content will do.
    public func check() throws {}
}

/// A catalogue event whose content breaks a rule of its type.
public struct UnfitEvent: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was expected, and what was found.
    public let reason: String

    public var description: String { reason }
}

extension SurveyAnswered {
    /// Each answer is to a question, which stands once, and says what it measures; it has a scale, and its score lies
    /// on it. No dimension stands twice: the answer would count in it twice.
    public func check() throws {
        for (number, answer) in answers.enumerated() {
            if answer.question.isEmpty {
                throw UnfitEvent(reason: "answer \(number + 1) is to no question; expected the question's id")
            }
            if answer.metric == .unspecified {
                throw UnfitEvent(
                    reason: "question \(answer.question.debugDescription) does not say what it measures; expected a "
                        + "metric")
            }
            let (low, high) = (Int(answer.scaleMin), Int(answer.scaleMax))
            guard high > low, high - low < SatisfactionModel.maximumScale else {
                throw UnfitEvent(
                    reason: "the scale of question \(answer.question.debugDescription) has 2 to "
                        + "\(SatisfactionModel.maximumScale) scores, not \(low) to \(high)")
            }
            let limits = ScoreCounts.scoreLimits
            guard limits.contains(low), limits.contains(high) else {
                throw UnfitEvent(
                    reason: "the scale of question \(answer.question.debugDescription) lies within "
                        + "\(limits.lowerBound) to \(limits.upperBound), not \(low) to \(high)")
            }
            if case .score(let score) = answer.result, !(low...high).contains(Int(score)) {
                throw UnfitEvent(
                    reason: "the score of question \(answer.question.debugDescription) lies within "
                        + "\(low) to \(high), not \(score)")
            }
        }
        if answers.count > 1 { try requireOnce("question", answers.map(\.question)) }
        // Those without a name say nothing.
        if dimensions.count > 1 { try requireDistinct("dimension", dimensions.map(\.name).filter { !$0.isEmpty }) }
    }
}

extension OpportunityOpened {
    /// No attribute stands twice, or has the name of a dimension that every deal has: it would count in it twice.
    public func check() throws {
        try requireOnce("attribute", attributes.map(\.name))
        try requireOwn(attributes, besides: PipelineModel.ownDimensions, "deal")
    }
}

extension LeadCaptured {
    /// No attribute stands twice, or has the name of a dimension that every lead has.
    public func check() throws {
        try requireOnce("attribute", attributes.map(\.name))
        try requireOwn(attributes, besides: LeadModel.ownDimensions, "lead")
    }
}

extension CaseOpened {
    /// No attribute stands twice, or has the name of a dimension that every case has.
    public func check() throws {
        try requireOnce("attribute", attributes.map(\.name))
        try requireOwn(attributes, besides: CaseModel.ownDimensions, "case")
    }
}

extension OrderPlaced {
    /// No attribute stands twice, or has the name of a dimension that every order has.
    public func check() throws {
        try requireOnce("attribute", attributes.map(\.name))
        try requireOwn(attributes, besides: OrderModel.ownDimensions, "order")
        try requireSensible(lines)
    }
}

extension OrderChanged {
    /// Quantities and amounts are such that millions of them can be added up.
    public func check() throws { try requireSensible(lines) }
}

extension OrderReturned {
    /// Quantities and amounts are such that millions of them can be added up.
    public func check() throws { try requireSensible(lines) }
}

extension DeliveryPromised {
    /// It says until when, and every time is one that a date can name.
    public func check() throws {
        guard promisedAtUs != 0 else {
            throw UnfitEvent(reason: "promised_at_us is stated, in microseconds since 1970 UTC, not 0")
        }
        try requireTime("promised_at_us", promisedAtUs)
        try requireTime("replaces_us", replacesUs)
        try requireBasisPoints("confidence_bp", confidenceBp)
    }
}

/// Refuses lines of which a few would be more than a number holds: 10^14 is a million million euros, or a hundred
/// thousand million pieces.
private func requireSensible(_ lines: [OrderLine]) throws {
    let most: Int64 = 100_000_000_000_000
    for (number, line) in lines.enumerated() {
        let amounts = [
            ("quantity", line.quantityMilli), ("net amount", line.net.minorUnits), ("cost", line.cost.minorUnits),
        ]
        for (name, amount) in amounts where !(-most...most).contains(amount) {
            throw UnfitEvent(
                reason: "the \(name) of line \(number + 1) lies within \(-most) to \(most), not \(amount)")
        }
    }
}

extension PipelineDefined {
    /// Each stage stands once.
    public func check() throws { try requireOnce("stage", stages.map(\.id)) }
}

/// Refuses names of which one stands twice.
private func requireOnce(_ kind: String, _ names: [String]) throws {
    var known: Set<String> = []
    for name in names where !known.insert(name).inserted {
        throw UnfitEvent(reason: "\(kind) \(name.debugDescription) stands twice; expected it once")
    }
}

/// Refuses an attribute that would count twice in a dimension which everything of its kind has.
private func requireOwn(_ attributes: [Attribute], besides own: [String], _ kind: String) throws {
    for attribute in attributes where own.contains(attribute.name) {
        throw UnfitEvent(
            reason: "attribute \(attribute.name.debugDescription) has the name of a dimension that every \(kind) has; "
                + "expected another name")
    }
}

/// Stands for "this event has no personal fields".
public typealias NoPersonalPart = Google_Protobuf_Empty

/// The entities that an event is about, as tags.
extension Tag {
    /// A customer: person, organisation or visitor.
    public static func customer(_ id: String) throws(InvalidEvent) -> Tag { try Tag("customer", id) }
    /// A sales opportunity.
    public static func opportunity(_ id: String) throws(InvalidEvent) -> Tag { try Tag("opportunity", id) }
    /// A sales pipeline.
    public static func pipeline(_ id: String) throws(InvalidEvent) -> Tag { try Tag("pipeline", id) }
    /// A survey.
    public static func survey(_ id: String) throws(InvalidEvent) -> Tag { try Tag("survey", id) }
    /// An invitation to a survey.
    public static func invitation(_ id: String) throws(InvalidEvent) -> Tag { try Tag("invitation", id) }
    /// A lead.
    public static func lead(_ id: String) throws(InvalidEvent) -> Tag { try Tag("lead", id) }
    /// An order.
    public static func order(_ id: String) throws(InvalidEvent) -> Tag { try Tag("order", id) }
    /// A case of customer service.
    public static func `case`(_ id: String) throws(InvalidEvent) -> Tag { try Tag("case", id) }
    /// A user: who works with customers.
    public static func user(_ id: String) throws(InvalidEvent) -> Tag { try Tag("user", id) }
    /// A saved funnel.
    public static func funnel(_ id: String) throws(InvalidEvent) -> Tag { try Tag("funnel", id) }
    /// A saved working calendar.
    public static func calendar(_ id: String) throws(InvalidEvent) -> Tag { try Tag("calendar", id) }
    /// A saved service level.
    public static func serviceLevel(_ id: String) throws(InvalidEvent) -> Tag { try Tag("service-level", id) }
}

/// The personal fields of an event type.
public protocol PersonalPart: SwiftProtobuf.Message, Sendable {}

extension NoPersonalPart: PersonalPart {}

extension CatalogueEvent {
    /// An event filled in by `fill`: `OpportunityWon.with { $0.opportunityID = "O-1" }`.
    public static func with(_ fill: (inout Self) throws -> Void) rethrows -> Self {
        var event = Self()
        try fill(&event)
        return event
    }
}

extension PersonalPart {
    /// A personal part filled in by `fill`.
    public static func with(_ fill: (inout Self) throws -> Void) rethrows -> Self {
        var part = Self()
        try fill(&part)
        return part
    }
}
