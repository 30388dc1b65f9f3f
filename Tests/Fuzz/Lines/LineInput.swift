@testable import EventLog
import FuzzSupport
@testable import RapportCLI

@_cdecl("LLVMFuzzerTestOneInput")
public func takeInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    unsafe Fuzzing.run(LineInput.self, [UInt8](UnsafeBufferPointer(start: start, count: count)))
}

/// Event lines: what `append` takes is the same event once `replay` has written it.
enum LineInput: FuzzedInput {
    static func take(_ bytes: [UInt8]) {
        guard let value = try? JSONValue(bytes[...]) else {
            require((try? EventLine.event(from: bytes[...])) == nil, "no event where there is no JSON")
            return
        }
        check(value)
        guard let event = try? EventLine.event(from: bytes[...]) else { return }
        check(event)
    }

    // MARK: JSON

    private static func check(_ value: JSONValue) {
        let again = try? JSONValue(value.bytes)
        require(again.map { Array($0.bytes) } == Array(value.bytes), "a value by itself: \(value.text.prefix(200))")
        switch value.bytes.first {
        case UInt8(ascii: "{"):
            for member in (try? value.members) ?? [] {
                check(member.value)
                check(member.name)
            }
        case UInt8(ascii: "["):
            guard let elements = try? value.elements else {
                return require(false, "the elements of \(value.text.prefix(200))")
            }
            for element in elements { check(element) }
        case UInt8(ascii: "\""):
            // Half a character is no text.
            if let text = try? value.string { check(text) }
        default: break
        }
    }

    private static func check(_ text: String) {
        let quoted = text.quotedAsJSON
        require(!quoted.utf8.contains(where: { $0 < 0x20 }), "one line, not \(quoted)")
        guard let value = try? JSONValue(Array(quoted.utf8)[...]), let again = try? value.string else {
            return require(false, "a text in \(quoted)")
        }
        require(again.utf8.elementsEqual(text.utf8), "\(quoted) again, not \(again.quotedAsJSON)")
    }

    // MARK: Events

    private static func check(_ event: NewEvent) {
        // What breaks a limit is refused by the log.
        guard let record = encoded(event) else { return }
        let recorded = RecordedEvent(position: Position(7), recordedAt: Timestamp(microseconds: 1), event: event)
        for personal in [true, false] {
            let line = EventLine.text(of: recorded, personal: personal)
            require(!line.utf8.contains(UInt8(ascii: "\n")), "one line, not \(line)")
            do {
                let again = try EventLine.event(from: Array(line.utf8)[...])
                require(!personal || encoded(again) == record, "the same event as in \(line)")
            } catch {
                require(false, "an event in \(line): \(error)")
            }
        }
    }

    private static func encoded(_ event: NewEvent) -> [UInt8]? {
        var encoder = RecordEncoder(reservingFor: [event])
        do {
            try encoder.encode(event)
            return encoder.bytes
        } catch {
            return nil
        }
    }

    // MARK: Seeds

    static var seeds: [[UInt8]] {
        let id = "0190b5d8-7c1e-7a51-9f2e-3b1f5c2d9e77"
        return [
            #"{"type":"own.a"}"#,
            #"{"type":"shop.Sold","id":"\#(id)","occurredAt":"2017-06-30T10:15:00.5+02:00","schemaRevision":3,"#
                + #""tags":["customer:C-1","包裹:1"],"subjects":[{"id":"customer:C-1","personal":{"name": "王"}}],"#
                + #""data":{"grams": 1.50},"actor":"U-1","source":"till","correlationId":"K","causationId":"\#(id)","#
                + #""timeZone":"Europe/Berlin","purpose":"sale","position":9,"recordedAt":"2018-01-01T00:00:00Z"}"#,
            #"{"type":"own.b","dataBase64":"AAEC/w==","subjects":[{"id":"x","personalBase64":"/w=="}]}"#,
            #"{"type":"OpportunityWon","tags":["opportunity:O-1"],"data":{"opportunityId":"O-1","#
                + #""amount":{"minorUnits":"100000","currency":"EUR"}}}"#,
            #"{"type":"CustomerRegistered","tags":["customer:C-1"],"data":{"customerId":"C-1","kind":"#
                + #""CUSTOMER_KIND_PERSON"},"subjects":[{"id":"customer:C-1","personal":{"displayName":"王小明"}}]}"#,
            #"{"type":"SurveyAnswered","tags":["survey:s"],"data":{"surveyId":"s","answers":[{"question":"q","#
                + #""metric":"SURVEY_METRIC_NPS","score":9,"scaleMin":0,"scaleMax":10}]}}"#,
            #"{"position":7,"type":"OpportunityWon","dataBase64":"+AEF"}"#,
            #" [1, -2.5e+10, 0, 0.1E3, true, false, null, "\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"] "#,
            #"{"a":{"b":[{}]},"名":"王"}"#,
        ].map { Array($0.utf8) }
    }
}
