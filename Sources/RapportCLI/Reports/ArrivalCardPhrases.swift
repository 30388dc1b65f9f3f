import EventLog
import Rapport

extension ArrivalCard.Fact {
    private static let contactWords = [
        "inbound": "from the customer", "outbound": "from us", "ask": "to ask", "give": "to give",
        "thank": "to thank", "inform": "to inform",
    ]

    /// What its codes say, for people; without amounts and the time.
    var phrases: [String] {
        guard let first = values.first else { return [] }
        let rest = Array(values.dropFirst())
        switch label {
        case .who, .openOrder, .value: return values
        case .reach: return values.map { Self.reach($0) }
        case .lastContact: return values.map { Self.contactWords[$0] ?? $0 }
        case .openProblem:
            // A case has a time; a complaint has codes alone.
            if time == nil { return ["complaint: " + values.joined(separator: ", ")] }
            return [rest.isEmpty ? first : first + ": " + rest.joined(separator: ", ")]
        case .promise, .nextAction: return Self.action(values)
        case .openDeal: return [first] + rest.map { Self.deal($0) }
        case .mood:
            guard rest.count == 2 else { return values }
            return ["\(first) \(rest[0]) on a scale of \(rest[1].replacing("..", with: " to "))"]
        }
    }

    /// `marketing/email`, `-advertising`, or a channel that the customer prefers.
    private static func reach(_ value: String) -> String {
        if value == "-erased" { return "not at all: erased" }
        if value == "-all" { return "not at all: restricted" }
        if value.hasPrefix("-") { return "not for \(value.dropFirst())" }
        let parts = value.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return "prefers \(value)" }
        let purpose = parts[0] == "any" ? "anything" : String(parts[0])
        return purpose + " by " + (parts[1] == "any" ? "any channel" : String(parts[1]))
    }

    /// A stage, or the day on which a deal is to be decided.
    private static func deal(_ value: String) -> String {
        CivilDate(value) == nil ? "in stage \(value)" : "closes \(value)"
    }

    /// What to do, what it is about unless that is the customer, and why.
    private static func action(_ values: [String]) -> [String] {
        guard values.count >= 2, let kind = NextAction.Kind(rawValue: values[0]) else { return values }
        var what = kind.title
        if let about = try? Tag(values[1]), about.kind != "customer" { what += " (\(about.id))" }
        let because = values.dropFirst(2).map { reason(kind, $0) }
        return [because.isEmpty ? what : what + ": " + because.joined(separator: ", ")]
    }

    private static func reason(_ kind: NextAction.Kind, _ code: String) -> String {
        switch kind {
        case .obtainConsent: "by \(code)"
        case .reviewDuplicates: "\(code) suspected"
        case .moveDeal: deal(code)
        default: code
        }
    }
}
