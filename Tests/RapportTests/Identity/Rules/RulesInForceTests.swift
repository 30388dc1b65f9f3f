import EventLog
@testable import Rapport
import SwiftProtobuf
import Testing

/// Rules in the log that make no sense, and those that must not stand there.
@Suite struct RulesInForceTests {
    private func rules(_ version: UInt32, limit: UInt32) -> IdentityRules {
        IdentityRules(version: version, rules: [.init(.email, priority: 1, limit: limit)])
    }

    /// Rules that have a source where there is none.
    private func senseless(_ version: UInt32) -> IdentityRulesSet {
        IdentityRules(version: version, rules: [.init(.email, source: "shop", priority: 1)]).message
    }

    /// An event as another program has appended it, without a look at what it says.
    private func unchecked(_ data: [UInt8]) throws -> NewEvent {
        NewEvent(type: IdentityRulesSet.eventType, tags: [try EntityTag("identity", "rules")], data: data)
    }

    @Test("what rules cannot say is refused as an event, too")
    func refusedAtAppend() throws {
        let tag = try EntityTag("identity", "rules")
        let source = #expect(throws: UnfitEvent.self) { try NewEvent(senseless(1), about: [tag]) }
        #expect(source?.reason.contains("rules[0].source") == true)
        let days = IdentityRules(version: 1, rules: [.init(.email, priority: 1, windowDays: 99_999)])
        #expect(throws: UnfitEvent.self) { try NewEvent(days.message, about: [tag]) }
        let personal = IdentityRules(version: 1, rules: [], blocked: [.init("anna@example.com")])
        #expect(throws: UnfitEvent.self) { try NewEvent(personal.message, about: [tag]) }
        #expect(throws: Never.self) { try NewEvent(IdentityRules.builtIn.numberedFirst.message, about: [tag]) }
    }

    @Test("rules that make no sense are passed over, and lock nothing")
    func passedOver() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try await crm.setIdentityRules(rules(1, limit: 3))
        let bytes: [UInt8] = try senseless(2).serializedBytes()
        try crm.log.appendBlocking([try unchecked(bytes), try unchecked([0xFF])])
        #expect(try crm.identityRules().saysTheSame(as: rules(1, limit: 3)))
        #expect(try crm.identityRules().version == 1)
        #expect(try crm.unreadableIdentityRules().map(\.position) == [Position(3), Position(2)])
        #expect(try crm.unreadableIdentityRules(asOf: Position(1)).isEmpty)
        #expect(try await crm.applyIdentityRules().rulesVersion == 1)
        // The version goes on behind the last one that can be read.
        #expect(try crm.nextIdentityRulesVersion() == 3)
        await #expect(throws: IdentityRulesVersionRefused(expected: 3, found: 2)) {
            try await crm.setIdentityRules(rules(2, limit: 4))
        }
        let known = IdentityRulesReceipt(version: 1, position: Position(1), isNew: false)
        #expect(try await crm.setIdentityRules(rules(1, limit: 3)) == known)
        let anew = IdentityRulesReceipt(version: 3, position: Position(4), isNew: true)
        #expect(try await crm.setIdentityRules(rules(3, limit: 3)) == anew)
        #expect(try crm.unreadableIdentityRules().isEmpty && crm.identityRules().version == 3)
    }

    @Test("where nothing in the log makes sense, the rules are built in")
    func nothingReadable() throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking([try unchecked([0xFF])])
        #expect(try crm.identityRules() == .builtIn)
        #expect(try crm.unreadableIdentityRules().count == 1 && crm.nextIdentityRulesVersion() == 1)
    }

    @Test(
        "a blocked value that looks personal is not set, and not repeated",
        arguments: ["anna@example.com", "+49 170 1234567", "13812345678"])
    func personal(value: String) async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        let blocked = ["unknown", "*@example.com", value].map { IdentityRules.Blocked($0) }
        let error = await #expect(throws: IdentityRulesError.self) {
            try await crm.setIdentityRules(IdentityRules(version: 1, rules: [], blocked: blocked))
        }
        #expect(error?.path == "blocked[2].value" && error?.reason.contains(value) == false)
        let rest = Array(blocked.dropLast())
        #expect(try await crm.setIdentityRules(IdentityRules(version: 1, rules: [], blocked: rest)).isNew)
    }
}

extension IdentityRules {
    /// These rules as the first that are set.
    fileprivate var numberedFirst: IdentityRules {
        var rules = self
        rules.version = 1
        return rules
    }
}
