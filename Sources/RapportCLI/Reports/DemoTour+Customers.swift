import EventLog
import Rapport

/// What becomes of customers, and of what they are promised: of each answer its beginning.
extension DemoTour {
    /// Lines of an answer that are shown.
    private static let mostLines = 8
    /// There are amounts in several currencies, which are never added up.
    private static let currency = "EUR"

    /// Who orders again, how often and for how much, and after which scores.
    func showCustomers(now: Timestamp) async throws {
        let calendar = ZonedCalendar.utc
        try await showBeginning("After which scores do they order again?") {
            try await crm.loyalty(LoyaltyQuestion(now: now)).text(for: terminal, calendar)
        }
        try await showBeginning("Who comes back?") {
            try await crm.retention(RetentionQuestion(by: .year)).text(for: terminal, .bracket)
        }
        try await showBeginning("Whom to look after") {
            try await crm.rfm(RFMQuestion(windowDays: 365, currency: Self.currency)).text(for: terminal)
        }
        try await showBeginning("What they will still buy") {
            let question = LifetimeQuestion(currency: Self.currency)
            return try await crm.lifetimeValues(question).text(for: terminal)
        }
    }

    /// Whether orders arrive and cases are solved as promised, and what became of complaints.
    func showService(now: Timestamp) async throws {
        let calendar = ZonedCalendar.utc
        try await showBeginning("Do orders arrive when promised?") {
            let question = PromiseQuestion(now: now, by: .year)
            return try await crm.promiseKeeping(question).text(for: terminal, calendar)
        }
        // A company of a few events has not come to promise anything about cases.
        if let level = try crm.savedServiceLevels().last {
            try await showBeginning("Are cases solved as promised?") {
                let question = ServiceLevelQuestion(.saved(name: level.name), now: now)
                return try await crm.serviceLevels(question).text(for: terminal)
            }
        }
        try await showBeginning("How well are cases served?") {
            try await crm.serviceQuality(ServiceQuestion(now: now)).text(for: terminal, calendar)
        }
        try await showBeginning("What became of complaints and suggestions?") {
            try await crm.voice(VoiceQuestion(now: now)).text(for: terminal, calendar)
        }
    }

    /// The first lines of an answer; where the company is too small for a question, what it says of that.
    private func showBeginning(_ title: String, _ ask: () async throws -> String) async throws {
        let (text, time) = try await timed {
            do {
                return try await ask()
            } catch let error as LifetimeError {
                return "\(error)"
            } catch let error as UnknownCurrency {
                return "\(error)"
            }
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var shown = Array(lines.prefix(Self.mostLines))
        while shown.last?.isEmpty == true { shown.removeLast() }
        if shown.count < lines.count { shown.append("…") }
        try show(title, time, shown.joined(separator: "\n"))
    }
}
