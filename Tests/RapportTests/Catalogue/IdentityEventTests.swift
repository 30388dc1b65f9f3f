import EventLog
import Foundation
@testable import Rapport
import Testing

/// Events that say who is who, and that change how others are seen: what makes no sense is refused.
@Suite struct IdentityEventTests {
    private typealias Unfit = PrivacyEventTests.Unfit

    private static let id = "01900000-0000-7000-8000-00000000000a"
    private static let ids = #""survivorId":"C-1","absorbedId":"C-2""#
    private static let merge = #""mergeEventId":"\#(id)",\#(ids)"#
    private static let pair = #""first":"customer:C-1","second":"lead:L-1""#
    private static let event = #""eventId":"\#(id)""#
    private static let noID = "is the id of an event, a UUID in lower case, not "
    private static let nobody = "is named as in tags, customer:ID or lead:ID, not "
    private static let hash = String(repeating: "0123456789abcdef", count: 4)
    private static let last = Timestamp.expressible.upperBound.microseconds

    private static let unfitIdentity: [Unfit] = [
        Unfit("CustomersMerged", #"{"absorbedId":"C-2"}"#, "survivor_id is stated, not empty"),
        Unfit("CustomersMerged", #"{"survivorId":"C-1"}"#, "absorbed_id is stated, not empty"),
        Unfit(
            "CustomersMerged", #"{"survivorId":"C-1","absorbedId":"C-1"}"#,
            "survivor_id and absorbed_id are two customers, not both \"C-1\""),
        Unfit("CustomersMerged", #"{\#(ids),"evidence":["\#(id)","x"]}"#, "evidence \(noID)\"x\""),
        Unfit(
            "CustomersMerged", #"{\#(ids),"evidence":["\#(id.uppercased())"]}"#,
            "evidence \(noID)\"\(id.uppercased())\""),
        Unfit(
            "CustomersMerged", #"{\#(ids),"fieldChoice":[{"side":"MERGE_SIDE_ABSORBED"}]}"#,
            "field of a field_choice is stated, not empty"),
        Unfit(
            "CustomersMerged", #"{\#(ids),"fieldChoice":[{"field":"city"}]}"#,
            "side of field_choice \"city\" is SURVIVOR or ABSORBED, not 0"),
        Unfit(
            "CustomersMerged", #"{\#(ids),"fieldChoice":[{"field":"city","side":1},{"field":"city","side":2}]}"#,
            "field_choice \"city\" stands twice; expected it once"),
        Unfit("CustomersMerged", #"{\#(ids),"scoreBp":10001}"#, "score_bp lies within 0 to 10000, not 10001"),
        Unfit("CustomersUnmerged", "{\(ids)}", "merge_event_id \(noID)\"\""),
        Unfit(
            "CustomersUnmerged", #"{"mergeEventId":"\#(id)","survivorId":"C-1"}"#, "absorbed_id is stated, not empty"),
        Unfit(
            "CustomersUnmerged", #"{\#(merge),"exceptions":[{"side":1}]}"#, "event_id of an exception \(noID)\"\""),
        Unfit(
            "CustomersUnmerged", #"{\#(merge),"exceptions":[{\#(event),"side":7}]}"#,
            "side of exception \"\(id)\" is SURVIVOR or ABSORBED, not 7"),
        Unfit(
            "CustomersUnmerged", #"{\#(merge),"exceptions":[{\#(event),"side":1},{\#(event),"side":1}]}"#,
            "exception \"\(id)\" stands twice; expected it once"),
        Unfit("DuplicateReviewed", #"{"first":"C-1","second":"lead:L-1","decision":2}"#, "first \(nobody)\"C-1\""),
        Unfit("DuplicateReviewed", #"{"first":"lead:L-1","second":"lead:","decision":2}"#, "second \(nobody)\"lead:\""),
        Unfit(
            "DuplicateReviewed", #"{"first":"order:A-1","second":"lead:L-1"}"#, "first \(nobody)\"order:A-1\""),
        Unfit(
            "DuplicateReviewed", #"{"first":"lead:L-1","second":"lead:L-1","decision":2}"#,
            "first and second are two ids, not both \"lead:L-1\""),
        Unfit(
            "DuplicateReviewed", "{\(pair)}", "decision is SUSPECTED, SAME, DIFFERENT or SNOOZED, not 0"),
        Unfit(
            "DuplicateReviewed", #"{\#(pair),"decision":3,"scoreBp":20000}"#,
            "score_bp lies within 0 to 10000, not 20000"),
        Unfit(
            "DuplicateReviewed", #"{\#(pair),"decision":4,"untilUs":"-1"}"#,
            "until_us lies within 0 to \(last), not -1"),
        Unfit("IdentifierLinked", #"{"confidenceBp":10001}"#, "confidence_bp lies within 0 to 10000, not 10001"),
    ]

    private static let unfitRules: [Unfit] = [
        Unfit("IdentityRulesSet", "{}", "version is 1 or more, not 0"),
        Unfit(
            "IdentityRulesSet", #"{"version":1,"rules":[{"priority":1}]}"#,
            "type of rule 1 is a kind of identifier, not 0"),
        Unfit(
            "IdentityRulesSet", #"{"version":1,"rules":[{"type":99,"priority":1}]}"#,
            "type of rule 1 is a kind of identifier, not 99"),
        Unfit("IdentityRulesSet", #"{"version":1,"rules":[{"type":3}]}"#, "priority of rule 1 is 1 or more, not 0"),
        Unfit(
            "IdentityRulesSet",
            #"{"version":1,"rules":[{"type":8,"source":"a","priority":1},{"type":8,"source":"a","priority":2}]}"#,
            "rule 2 is the second one of its type, 8, for source \"a\"; expected one"),
        Unfit(
            "IdentityRulesSet", #"{"version":1,"blocked":[{"value":"null"},{"type":3}]}"#,
            "blocked value 2 is stated, not empty"),
        Unfit(
            "IdentityRulesSet", #"{"version":1,"blocked":[{"type":99,"value":"null"}]}"#,
            "type of blocked value 1 is a kind of identifier or 0, not 99"),
        Unfit(
            "IdentityRulesSet", #"{"version":1,"fieldChoice":[{"field":"city"}]}"#,
            "side of field_choice \"city\" is SURVIVOR or ABSORBED, not 0"),
    ]

    private static let unfitCorrections: [Unfit] = [
        Unfit("EventCorrected", #"{"kind":"CORRECTION_KIND_ANNUL"}"#, "event_id \(noID)\"\""),
        Unfit("EventCorrected", "{\(event)}", "kind is AMEND, ANNUL or RESTORE, not 0"),
        Unfit(
            "EventCorrected", #"{\#(event),"kind":2,"data":"CgA="}"#,
            "data is given with kind AMEND only; expected none"),
        Unfit(
            "EventCorrected", #"{\#(event),"kind":3,"tags":["customer:C-1"]}"#,
            "tags is given with kind AMEND only; expected none"),
        Unfit(
            "EventCorrected", #"{\#(event),"kind":3,"schemaRevision":1}"#,
            "schema_revision is given with kind AMEND only; expected none"),
        Unfit(
            "EventCorrected", #"{\#(event),"kind":2,"occurredAtUs":"5"}"#,
            "occurred_at_us is given with kind AMEND only; expected none"),
        Unfit("EventCorrected", #"{\#(event),"kind":1}"#, "schema_revision lies within 1 to 65535, not 0"),
        Unfit(
            "EventCorrected", #"{\#(event),"kind":1,"schemaRevision":65536}"#,
            "schema_revision lies within 1 to 65535, not 65536"),
        Unfit(
            "EventCorrected", #"{\#(event),"kind":1,"schemaRevision":1,"tags":[""]}"#,
            "tags: a tag must not be empty"),
        Unfit(
            "EventCorrected", #"{\#(event),"kind":1,"schemaRevision":1,"tags":["a:1","a:1"]}"#,
            "tag \"a:1\" stands twice; expected it once"),
        Unfit(
            "EventCorrected", #"{\#(event),"kind":1,"schemaRevision":1,"occurredAtUs":"9223372036854775807"}"#,
            "occurred_at_us lies within -62167219200000000 to \(last), not 9223372036854775807"),
        Unfit("ImportStarted", "{}", "import_id is stated, not empty"),
        Unfit("ImportStarted", #"{"importId":"imp-1","files":[{}]}"#, "name of file 1 is stated, not empty"),
        Unfit(
            "ImportStarted", #"{"importId":"imp-1","files":[{"name":"a.csv","sha256":"abc"}]}"#,
            "sha256 of file 1 has 64 hexadecimal digits or is empty, not \"abc\""),
        Unfit(
            "ImportStarted", #"{"importId":"imp-1","mappingSha256":"\#(hash)0"}"#,
            "mapping_sha256 has 64 hexadecimal digits or is empty, not \"\(hash)0\""),
        Unfit("ImportCompleted", #"{"rows":"3"}"#, "import_id is stated, not empty"),
        Unfit("ImportReverted", #"{"reason":"wrong file"}"#, "import_id is stated, not empty"),
        Unfit(
            "ImportReverted", #"{"importId":"imp-1","kept":[{"reason":"edited"}]}"#,
            "event_id of a kept event \(noID)\"\""),
        Unfit(
            "ImportReverted", #"{"importId":"imp-1","kept":[{\#(event)},{\#(event)}]}"#,
            "kept event \"\(id)\" stands twice; expected it once"),
    ]

    @Test(
        "what makes no sense is refused, with what was expected",
        arguments: unfitIdentity + unfitRules + unfitCorrections)
    func content(unfit: PrivacyEventTests.Unfit) throws {
        let type = try #require(EventCatalogue.type(named: unfit.type))
        let error = #expect(throws: UnfitEvent.self) {
            _ = try EventCatalogue.data(of: type, json: Data(unfit.json.utf8))
        }
        #expect(error?.reason == unfit.reason)
    }

    private static let fitting: [(String, String)] = [
        ("CustomersMerged", "{\(ids)}"), ("CustomersMerged", #"{\#(ids),"scoreBp":10000}"#),
        ("CustomersUnmerged", "{\(merge)}"),
        ("CustomersUnmerged", #"{\#(merge),"exceptions":[{\#(event),"side":2}]}"#),
        ("DuplicateReviewed", #"{\#(pair),"decision":1}"#), ("IdentityRulesSet", #"{"version":1}"#),
        (
            "IdentityRulesSet",
            #"{"version":2,"rules":[{"type":8,"source":"a","priority":1},{"type":8,"priority":1}],"#
                + #""blocked":[{"value":"null"}]}"#
        ),
        ("EventCorrected", #"{\#(event),"kind":1,"schemaRevision":1}"#),
        ("EventCorrected", #"{\#(event),"kind":2}"#), ("EventCorrected", #"{\#(event),"kind":3}"#),
        ("ImportStarted", #"{"importId":"imp-1"}"#), ("ImportCompleted", #"{"importId":"imp-1"}"#),
        ("ImportReverted", #"{"importId":"imp-1","kept":[{\#(event)}]}"#),
        ("IdentifierLinked", #"{"confidenceBp":10000}"#),
    ]

    @Test("what says no more than it must is taken", arguments: fitting)
    func fit(name: String, json: String) throws {
        let type = try #require(EventCatalogue.type(named: name))
        let data = try EventCatalogue.data(of: type, json: Data(json.utf8))
        #expect(!data.isEmpty)
    }

    @Test("ids that differ in bytes only are two customers")
    func bytes() throws {
        let merged = CustomersMerged.with { message in
            message.survivorID = "Zo\u{E9}"
            message.absorbedID = "Zoe\u{301}"
        }
        let (composed, decomposed) = (try EntityTag.customer("Zo\u{E9}"), try EntityTag.customer("Zoe\u{301}"))
        #expect(try NewEvent(merged, about: [composed, decomposed]).tags.count == 2)
        let error = #expect(throws: UnfitEvent.self) { try NewEvent(merged, about: [composed]) }
        #expect(error?.reason.hasSuffix("and needs that tag, by which it is found; found customer:Zo\u{E9}") == true)
    }

    /// What an event says of its tags when one is missing.
    private static func reason(_ name: String, _ tag: String, found: String) -> String {
        "\(name) is about \"\(tag)\" and needs that tag, by which it is found; found \(found)"
    }

    @Test("a merge, its end and a review have the tags of both whom they name")
    func bothTags() throws {
        let (first, second) = (try EntityTag.customer("C-1"), try EntityTag.customer("C-2"))
        let merged = CustomersMerged.with { message in
            message.survivorID = "C-1"
            message.absorbedID = "C-2"
        }
        let unmerged = CustomersUnmerged.with { message in
            message.mergeEventID = Self.id
            message.survivorID = "C-1"
            message.absorbedID = "C-2"
        }
        let reviewed = DuplicateReviewed.with { message in
            message.first = first.text
            message.second = second.text
            message.decision = .different
        }
        try needsBoth(merged, "CustomersMerged", first, second)
        try needsBoth(unmerged, "CustomersUnmerged", first, second)
        try needsBoth(reviewed, "DuplicateReviewed", first, second)
    }

    private func needsBoth(_ message: some CatalogueEvent, _ name: String, _ first: EntityTag, _ second: EntityTag)
        throws
    {
        #expect(try NewEvent(message, about: [second, first]).tags == [second, first])
        for (present, missing) in [(first, second), (second, first)] {
            let error = #expect(throws: UnfitEvent.self) { try NewEvent(message, about: [present]) }
            #expect(error?.reason == Self.reason(name, missing.text, found: present.text))
        }
    }

    @Test("an amendment has the tags that its event gets, and an event of an import the tag of that import")
    func otherTags() throws {
        let (first, second) = (try EntityTag.customer("C-1"), try EntityTag.customer("C-2"))
        let amended = EventCorrected.with { message in
            message.eventID = Self.id
            message.kind = .amend
            message.schemaRevision = 1
            message.tags = [second.text]
        }
        #expect(try NewEvent(amended, about: [first, second]).tags == [first, second])
        let amendError = #expect(throws: UnfitEvent.self) { try NewEvent(amended, about: [first]) }
        #expect(amendError?.reason == Self.reason("EventCorrected", "customer:C-2", found: "customer:C-1"))

        let (own, other) = (try EntityTag("import:imp-1"), try EntityTag("import:imp-2"))
        let started = ImportStarted.with { $0.importID = "imp-1" }
        #expect(try NewEvent(started, about: [own]).tags == [own])
        let importError = #expect(throws: UnfitEvent.self) { try NewEvent(started, about: [other]) }
        #expect(importError?.reason == Self.reason("ImportStarted", "import:imp-1", found: "import:imp-2"))
    }
}
