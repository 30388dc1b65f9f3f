import EventLog
import Projection
@testable import Rapport
import Testing
import TestSupport

/// The privacy ledger against a plain look through what was said, in any order of arrival.
@Suite struct PrivacyPropertyTests {
    private static let persons = ["customer:C-1", "customer:客户", "lead:L-1"]
    private static let purposes = ["marketing", "profiling"]
    private static let channels = ["email", "phone"]
    private static let start = Timestamp.at("2024-01-01T00:00:00Z")

    /// What was said of a few persons, no two of one person at the same moment.
    private static func statements(_ random: inout SeededGenerator) -> [Said] {
        var statements: [Said] = []
        for person in persons {
            for number in 0..<Int.random(in: 0...25, using: &random) {
                let at = start.plus(days: Int64(number), seconds: Int64.random(in: 0..<86_400, using: &random))
                let purpose = (purposes + [""])[Int.random(in: 0...2, using: &random)]
                let channel = (channels + [""])[Int.random(in: 0...2, using: &random)]
                let until: Timestamp? =
                    Bool.random(using: &random)
                    ? nil : at.plus(days: Int64.random(in: 1...20, using: &random))
                let content: Said.Content =
                    switch Int.random(in: 1...10, using: &random) {
                    case 1...4:
                        .granted(
                            purpose.isEmpty ? "marketing" : purpose, channel, separate: Bool.random(using: &random),
                            until: until)
                    case 5...7: .withdrawn(purpose, channel)
                    case 8: .restricted(purpose, until: until)
                    case 9: .lifted(purpose)
                    default: .asked(.access, law: "GDPR", due: until)
                    }
                statements.append(Said(person, at: at, content))
            }
        }
        return statements
    }

    /// The newest statement that covers a use, looked for one by one; restrictions before.
    private static func expected(
        _ said: [Said], _ person: String, _ purpose: String, _ channel: String, separate: Bool, at time: Timestamp
    ) -> (reason: PermittedUse.Reason, decides: EventID?) {
        let past = said.filter { $0.subject == person && $0.at <= time }.sorted { $0.at < $1.at }
        var restrictions: [String: (id: EventID, until: Timestamp?)] = [:]
        var decision: (reason: PermittedUse.Reason, decides: EventID?) = (.neverGranted, nil)
        for statement in past {
            switch statement.content {
            case .restricted(let scope, let until): restrictions[scope] = (statement.id, until)
            case .lifted(""): restrictions.removeAll()
            case .lifted(let scope): restrictions[scope] = nil
            case .granted(purpose, channel, let isSeparate, let until),
                .granted(purpose, "", let isSeparate, let until):
                if separate && !isSeparate { continue }
                decision = (until.map { $0 <= time } == true ? .expired : .granted, statement.id)
            case .withdrawn(purpose, channel), .withdrawn("", channel), .withdrawn(purpose, ""), .withdrawn("", ""):
                decision = (.withdrawn, statement.id)
            default: continue
            }
        }
        for scope in ["", purpose] {
            guard let restriction = restrictions[scope] else { continue }
            if restriction.until.map({ $0 <= time }) != true { return (.restricted, restriction.id) }
        }
        return decision
    }

    @Test("however events arrive, each use stands as a plain look says", arguments: 1...6 as ClosedRange<UInt64>)
    func plainLook(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let said = Self.statements(&random)
        for _ in 0..<2 {
            let folder = try CRMFolder()
            let batch = Int.random(in: 1...20, using: &random)
            try await folder.appendSlowly(try said.shuffled(using: &random).events(), batch: batch)
            for person in Self.persons {
                for _ in 0..<40 {
                    let time = Self.start.plus(seconds: Int64.random(in: -86_400...40 * 86_400, using: &random))
                    let purpose = Self.purposes[Int.random(in: 0...1, using: &random)]
                    let channel = Self.channels[Int.random(in: 0...1, using: &random)]
                    let separate = Bool.random(using: &random)
                    let use = try await folder.crm.mayUse(
                        subject: EntityTag(person), for: purpose, on: channel, needsSeparate: separate, at: time)
                    let expected = Self.expected(said, person, purpose, channel, separate: separate, at: time)
                    #expect(use.reason == expected.reason, "\(person) \(purpose) \(channel) at \(time)")
                    #expect(use.proof?.eventID == expected.decides)
                    let list = try await folder.crm.permitted(
                        purpose: purpose, channel: channel, needsSeparate: separate, at: time)
                    #expect(list.rows.contains { $0.subject.text == person } == use.allowed)
                }
            }
            let requests = try await folder.crm.requests(at: Self.start.plus(days: 100), limit: 1000)
            let asked = said.filter { if case .asked = $0.content { true } else { false } }
            #expect(Set(requests.rows.map(\.proof.eventID)) == Set(asked.map(\.id)))
            #expect(requests.rows.map(\.due) == requests.rows.map(\.due).sorted())
        }
    }

    @Test(
        "rows that followed the log are those of a rebuild, and receipts are found wherever they come",
        arguments: 11...13 as ClosedRange<UInt64>)
    func digests(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let said = Self.statements(&random)
        let erasures = Self.persons.map { Said($0, "2024-03-01T00:00:00Z", .erased()) }
        let receipts = try erasures.map { try receipt(for: $0.id, at: "2024-03-01T00:00:01Z") }
        let folder = try CRMFolder()
        // Receipts among all the others; after an erasure nothing more is said of a person.
        let events = (try said.events() + receipts).shuffled(using: &random)
        let batch = Int.random(in: 1...15, using: &random)
        try await folder.appendSlowly(events + (try erasures.shuffled(using: &random).events()), batch: batch)
        let live = try folder.crm.projections.digest(of: PrivacyModel.name)
        try folder.crm.projections.rebuild([PrivacyModel.name])
        let rebuilt = try folder.crm.projections.digest(of: PrivacyModel.name)
        #expect(live.digest == rebuilt.digest)
        #expect(live.position == folder.head)
        for (erasure, receipt) in zip(erasures, receipts) {
            let ledger = try await folder.crm.privacy(of: EntityTag(erasure.subject), at: .at("2024-06-01T00:00:00Z"))
            #expect(ledger?.erasures.map(\.keysDestroyed?.proof.eventID) == [receipt.id])
        }
    }
}
