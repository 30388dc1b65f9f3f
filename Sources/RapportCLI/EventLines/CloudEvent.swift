import EventLog
import Foundation
import Rapport

/// A stored event as a CloudEvent (CloudEvents 1.0.2, JSON event format, structured mode), one object on a line.
///
///     {"specversion":"1.0","id":UUID,"source":"urn:rapport:log:LOG/SOURCE","type":"rapport.crm.v1.OpportunityWon",
///      "subject":"opportunity:O-1","time":occurredAt,"position":"7","recordedtime":recordedAt,
///      "tags":"[\"opportunity:O-1\"]","actor":text,"correlationid":text,"causationid":UUID,"timezone":zone,
///      "purpose":text,"datacontenttype":"application/json","dataschema":"urn:rapport:schema:TYPE:REVISION",
///      "data":{...}}
///
/// `recordedtime`, `correlationid` and `causationid` are documented extensions of CloudEvents. `position` is a text, as
/// integers have 32 bits there; `tags` is a JSON array as a text, as values are no lists there and tags may hold
/// commas. What is not known is left out. The data is protobuf's JSON form, or an own type's JSON object. Bytes without
/// such a form stand in `data_base64`: `application/protobuf` where the type is of the catalogue, else
/// `application/octet-stream`.
enum CloudEvent {
    /// The line for a stored event of the log `log`.
    ///
    /// - Parameters:
    ///   - personal: adds `personal`, the subjects with their parts in clear as a JSON array as a text. Without it
    ///     nothing personal is in the line.
    ///   - withheld: why parts are not there, by subject.
    static func text(
        of recorded: RecordedEvent, in log: EventID, personal: Bool, withheld: [String: Withheld] = [:]
    ) -> String {
        let event = recorded.event
        let provenance = event.provenance
        var line = JSONObjectText()
        line.add("specversion", "1.0")
        line.add("id", event.id.description)
        line.add("source", source(of: event, in: log))
        line.add("type", event.type.name.asAttribute)
        line.add("subject", event.tags.first?.text.asAttribute)
        line.add("time", event.occurredAt.description)
        line.add("position", recorded.position.description)
        line.add("recordedtime", recorded.recordedAt.description)
        line.add("tags", EventLine.text(of: event.tags).asJSONAttribute)
        line.add("actor", provenance.actor?.asAttribute)
        line.add("correlationid", provenance.correlationID?.asAttribute)
        line.add("causationid", provenance.causationID?.description)
        line.add("timezone", provenance.timeZone?.asAttribute)
        line.add("purpose", provenance.purpose?.asAttribute)
        if personal, !event.subjects.isEmpty {
            let subjects = EventLine.subjectsText(of: event, personal: true, withheld: withheld)
            line.add("personal", subjects.asJSONAttribute)
        }
        addData(of: event, to: &line)
        return line.text
    }

    /// The log, and behind a slash what the event says of where it came from.
    private static func source(of event: NewEvent, in log: EventID) -> String {
        let origin = event.provenance.source.map { "/" + $0.percentEncoded } ?? ""
        return "urn:rapport:log:\(log)" + origin
    }

    private static func addData(of event: NewEvent, to line: inout JSONObjectText) {
        let payload = EventPayload(stored: event.type)
        let json = payload.json(ofData: event.data)
        if json == nil, event.data.isEmpty { return }
        let bytesType = payload.type == nil ? "application/octet-stream" : "application/protobuf"
        line.add("datacontenttype", json == nil ? bytesType : "application/json")
        line.add("dataschema", "urn:rapport:schema:\(event.type.name.percentEncoded):\(event.schemaRevision)")
        if let json {
            line.add("data", raw: json)
        } else {
            line.add("data_base64", Data(event.data).base64EncodedString())
        }
    }
}

// MARK: - What values may hold

extension String {
    /// This text as the value of an attribute: what CloudEvents does not allow in one (controls and noncharacters)
    /// percent-encoded, all else as it is. Nil for no text, as values are not empty.
    fileprivate var asAttribute: String? {
        if isEmpty { return nil }
        if !unicodeScalars.contains(where: \.isForbiddenInAttribute) { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.isForbiddenInAttribute {
                for byte in String(scalar).utf8 { text += byte.percentEncoded }
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// This JSON text as the value of an attribute: what CloudEvents does not allow in one is escaped, which is the
    /// same JSON. Outside of its texts that can only be a tab, which counts for a space there.
    fileprivate var asJSONAttribute: String {
        if !unicodeScalars.contains(where: \.isForbiddenInAttribute) { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar == "\t" {
                text += " "
            } else if scalar.isForbiddenInAttribute {
                for unit in String(scalar).utf16 { text += "\\u" + unit.hexDigits(4) }
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// This text as a part of a URI (RFC 3986, 2.3): everything but unreserved characters is percent-encoded.
    fileprivate var percentEncoded: String {
        var text = ""
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.unicodeScalars.append(UnicodeScalar(byte))
            default: text += byte.percentEncoded
            }
        }
        return text
    }
}

extension UInt8 {
    fileprivate var percentEncoded: String { "%" + hexDigits(2) }
}

extension FixedWidthInteger {
    /// Upper-case digits, `count` of them at least.
    fileprivate func hexDigits(_ count: Int) -> String {
        let digits = String(self, radix: 16, uppercase: true)
        return String(repeating: "0", count: Swift.max(0, count - digits.count)) + digits
    }
}

extension Unicode.Scalar {
    /// A control or a noncharacter (CloudEvents 1.0.2, "Type System").
    fileprivate var isForbiddenInAttribute: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F, 0xFDD0...0xFDEF: true
        default: value & 0xFFFE == 0xFFFE
        }
    }
}
