import EventLog
import Foundation
@testable import Rapport
import Testing

/// Events of privacy prove something, and some cannot be taken back: what makes no sense is refused.
@Suite struct PrivacyEventTests {
    /// A type, its data as JSON, and what is said of it.
    struct Unfit: Sendable, CustomStringConvertible {
        let type: String
        let json: String
        let reason: String

        init(_ type: String, _ json: String, _ reason: String) {
            self.type = type
            self.json = json
            self.reason = reason
        }

        var description: String { "\(type) \(json)" }
    }

    private static let person = #""subjectId":"customer:C-1""#
    private static let nobody = "a person is named as in tags, customer:ID or lead:ID, not "
    private static let last = Timestamp.expressible.upperBound.microseconds

    private static let unfit: [Unfit] = [
        Unfit("ConsentGranted", #"{"purpose":"marketing"}"#, nobody + "\"\""),
        Unfit("ConsentGranted", #"{"subjectId":"C-1","purpose":"marketing"}"#, nobody + "\"C-1\""),
        Unfit("ConsentGranted", "{\(person)}", "purpose is stated, not empty"),
        Unfit(
            "ConsentGranted", #"{\#(person),"purpose":"x","textSha256":"abc"}"#,
            "text_sha256 has 64 hexadecimal digits or is empty, not \"abc\""),
        Unfit(
            "ConsentGranted", #"{\#(person),"purpose":"x","expiresAtUs":"-1"}"#,
            "expires_at_us lies within 0 to \(last), not -1"),
        Unfit("ConsentWithdrawn", #"{"subjectId":"A-1"}"#, nobody + "\"A-1\""),
        Unfit(
            "ConsentWithdrawn", #"{\#(person),"grantEventId":"1"}"#,
            "grant_event_id is the id of an event, a UUID, not \"1\""),
        Unfit("ProcessingRestricted", #"{"subjectId":"lead:"}"#, nobody + "\"lead:\""),
        Unfit(
            "ProcessingRestricted", #"{\#(person),"untilUs":"9223372036854775807"}"#,
            "until_us lies within 0 to \(last), not 9223372036854775807"),
        Unfit(
            "SubjectRequestReceived", #"{\#(person),"dueAtUs":"-5"}"#, "due_at_us lies within 0 to \(last), not -5"),
        Unfit(
            "SubjectRequestFulfilled", "{\(person)}", "request_event_id is the id of an event, a UUID, not \"\""),
        Unfit("SubjectErased", "{}", "subject_ids has 1 to 1000 ids, not 0"),
        Unfit("SubjectErased", #"{"subjectIds":["customer:C-1",""]}"#, nobody + "\"\""),
        Unfit(
            "SubjectErased", #"{"subjectIds":["customer:C-1"],"retained":[{"lawRef":"AO 147"}]}"#,
            "a retained category is one of identity, interactions, leads, sales, orders, cases, surveys, voice, "
                + "corrections, other, not \"\""),
        Unfit(
            "KeyDestroyed", #"{"erasureEventIds":["x"]}"#, "erasure_event_ids is the id of an event, a UUID, not \"x\""
        ),
        Unfit("LegalHoldPlaced", #"{"matter":"M-1"}"#, nobody + "\"\""),
        Unfit("LegalHoldReleased", #"{"matter":"M-1"}"#, nobody + "\"\""),
        Unfit("RetentionPolicySet", #"{"rule":"RETENTION_RULE_KEEP_FOR"}"#, "category is stated, not empty"),
        Unfit(
            "RetentionPolicySet", #"{"category":"cases","days":3}"#, "rule is ERASE_AFTER or KEEP_FOR, not 0"),
        Unfit("PersonalDataAccessed", "{}", nobody + "\"\""),
    ]

    @Test("what says nothing of anybody is refused, with what was expected", arguments: unfit)
    func content(unfit: Unfit) throws {
        let type = try #require(EventCatalogue.type(named: unfit.type))
        let error = #expect(throws: UnfitEvent.self) {
            _ = try EventCatalogue.data(of: type, json: Data(unfit.json.utf8))
        }
        #expect(error?.reason == unfit.reason)
    }

    @Test("an erasure names a thousand ids at most")
    func manyIDs() throws {
        let type = try #require(EventCatalogue.type(named: "SubjectErased"))
        func json(_ count: Int) -> Data {
            Data(#"{"subjectIds":[\#((1...count).map { "\"customer:C-\($0)\"" }.joined(separator: ","))]}"#.utf8)
        }
        #expect(throws: Never.self) { try EventCatalogue.data(of: type, json: json(1000)) }
        let error = #expect(throws: UnfitEvent.self) { _ = try EventCatalogue.data(of: type, json: json(1001)) }
        #expect(error?.reason == "subject_ids has 1 to 1000 ids, not 1001")
    }

    @Test("an event about a person has that person's tag, byte for byte")
    func tags() throws {
        let granted = ConsentGranted.with { message in
            message.subjectID = "customer:Zo\u{E9}"
            message.purpose = "marketing"
        }
        let composed = try EntityTag("customer:Zo\u{E9}")
        let decomposed = try EntityTag("customer:Zoe\u{301}")
        #expect(try NewEvent(granted, about: [composed]).tags == [composed])
        #expect(try NewEvent(granted, about: [decomposed, composed]).tags.count == 2)
        let error = #expect(throws: UnfitEvent.self) { try NewEvent(granted, about: [decomposed]) }
        #expect(error?.reason.hasPrefix("ConsentGranted is about \"customer:Zo") == true)
        #expect(error?.reason.hasSuffix("and needs that tag, by which it is found; found customer:Zoe\u{301}") == true)
    }

    @Test("an erasure has the tags of all whom it names")
    func tagsOfAll() throws {
        let erased = SubjectErased.with { $0.subjectIds = ["customer:C-1", "lead:L-1"] }
        let (customer, lead) = (try EntityTag.customer("C-1"), try EntityTag.lead("L-1"))
        #expect(try NewEvent(erased, about: [lead, customer]).tags == [lead, customer])
        for tags in [[], [customer], [lead]] {
            let error = #expect(throws: UnfitEvent.self) { try NewEvent(erased, about: tags) }
            #expect(error?.reason.hasPrefix("SubjectErased is about ") == true)
        }
    }
}
