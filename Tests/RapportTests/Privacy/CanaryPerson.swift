import EventLog
import Foundation
import Rapport
import TestSupport

/// Two persons of whom every personal field of every type is filled with a text of its own, so that each can be looked
/// for.
struct CanaryPerson: Sendable {
    let letter: Character

    /// Every text of the person begins so: a word that search leaves as it is, and that stands nowhere else. The letter
    /// is among the first three, so that base64 of one person is not found for the other.
    var mark: String { "zq\(letter)kxjwvqzpbmtgd" }

    var customer: String { "C-1-\(letter)" }
    var lead: String { "L-1-\(letter)" }

    /// The `number`th text: 32 bytes.
    func text(_ number: Int) -> String {
        let digits = String(number)
        return mark + String(repeating: "0", count: 32 - mark.utf8.count - digits.utf8.count) + digits
    }

    /// An event of each type of the catalogue about the person, and one of a type of our own. Nothing is said of who is
    /// who: both persons would become one.
    func events() throws -> [NewEvent] {
        var texts = 0
        let left = Set((StoredSample.privacy + StoredSample.identity).map(\.type))
        var events = try StoredSample.all.filter { !left.contains($0.type) }.map { try event($0, &texts) }
        texts += 1
        events.append(
            NewEvent(
                type: try EventType("shop.Note"), tags: [try .customer(customer)],
                subjects: [Subject(id: "customer:\(customer)", part: .unsealed(Array(text(texts).utf8)))],
                data: Array("{}".utf8)))
        return events
    }

    private func event(_ sample: StoredSample, _ texts: inout Int) throws -> NewEvent {
        let known = try required(EventCatalogue.type(named: sample.type))
        let data = sample.data.replacing("\"C-1\"", with: "\"\(customer)\"").replacing("\"L-1\"", with: "\"\(lead)\"")
        var subjects: [Subject] = []
        if let personal = sample.personal {
            var object = try JSONSerialization.jsonObject(with: Data(personal.utf8))
            fill(&object, &texts)
            addLookUps(of: sample, to: &object, &texts)
            let json = try JSONSerialization.data(withJSONObject: object)
            let isOfLead = sample.about.contains("lead:L-1")
            subjects = [
                Subject(
                    id: isOfLead ? "lead:\(lead)" : "customer:\(customer)",
                    part: .unsealed(try EventCatalogue.personalData(of: known, json: json)))
            ]
        }
        return NewEvent(
            type: known.eventType, schemaRevision: EventCatalogue.revision(of: known.eventType),
            tags: try sample.about.map { try EntityTag("\($0)-\(letter)") }, subjects: subjects,
            data: try EventCatalogue.data(of: known, json: Data(data.utf8)))
    }

    private struct Missing: Error {}

    private func required<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw Missing() }
        return value
    }

    /// Every text becomes one of the person's, but for enumerations and the names of fields; bytes become those of one.
    private func fill(_ value: inout Any, _ texts: inout Int) {
        if var object = value as? [String: Any] {
            for name in object.keys.sorted() where name != "type" && name != "field" {
                guard var member = object[name] else { continue }
                fill(&member, &texts)
                if name == "data", let text = member as? String { member = Data(text.utf8).base64EncodedString() }
                object[name] = member
            }
            value = object
        } else if var array = value as? [Any] {
            for index in array.indices { fill(&array[index], &texts) }
            value = array
        } else if value is String {
            texts += 1
            value = text(texts)
        }
    }

    /// A changed e-mail address, and a field that nobody knows.
    private func addLookUps(of sample: StoredSample, to value: inout Any, _ texts: inout Int) {
        guard sample.type == "CustomerProfileChanged", var object = value as? [String: Any],
            var changes = object["changes"] as? [[String: Any]]
        else { return }
        texts += 2
        changes.append(["field": "email", "value": text(texts - 1)])
        changes.append(["field": text(texts), "value": "of a field whose name is personal"])
        object["changes"] = changes
        value = object
    }
}
