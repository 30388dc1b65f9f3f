internal import EventLog
internal import LMDB

// What the checks of several event types ask for. Each function throws `UnfitEvent`, which says what was expected.

/// Refuses what is not the id of a person as it stands in tags.
func requirePerson(_ id: String) throws {
    guard let tag = try? Tag(id), !tag.kind.isEmpty, !tag.id.isEmpty else {
        throw UnfitEvent(
            reason: "a person is named as in tags, customer:ID or lead:ID, not \(id.debugDescription)")
    }
}

/// Refuses a text that is empty.
func requireStated(_ field: String, _ text: String) throws {
    if text.isEmpty { throw UnfitEvent(reason: "\(field) is stated, not empty") }
}

/// Refuses texts of which one stands twice, byte for byte.
func requireDistinct(_ kind: String, _ texts: [String]) throws {
    var known: Set<[UInt8]> = []
    for text in texts where !known.insert(Array(text.utf8)).inserted {
        throw UnfitEvent(reason: "\(kind) \(text.debugDescription) stands twice; expected it once")
    }
}

/// Refuses a hash that is neither left out nor a SHA-256.
func requireHash(_ field: String, _ text: String) throws {
    let isHexadecimal = text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
    guard text.isEmpty || (text.utf8.count == 64 && isHexadecimal) else {
        throw UnfitEvent(reason: "\(field) has 64 hexadecimal digits or is empty, not \(text.debugDescription)")
    }
}

/// Refuses what is neither 0 nor a time from 1970 on that a date can name.
func requireTime(_ field: String, _ microseconds: Int64) throws {
    let last = Timestamp.expressible.upperBound.microseconds
    guard (0...last).contains(microseconds) else {
        throw UnfitEvent(reason: "\(field) lies within 0 to \(last), not \(microseconds)")
    }
}

/// Refuses what is not the id of an event.
func requireEventID(_ field: String, _ text: String) throws {
    guard EventID(text) != nil else {
        throw UnfitEvent(reason: "\(field) is the id of an event, a UUID, not \(text.debugDescription)")
    }
}

/// Refuses what is not the id of an event in its one form, so that equal ids are equal texts.
func requireLowerCaseEventID(_ field: String, _ text: String) throws {
    guard let id = EventID(text), id.description.sameBytes(as: text) else {
        throw UnfitEvent(
            reason: "\(field) is the id of an event, a UUID in lower case, not \(text.debugDescription)")
    }
}

/// Refuses more basis points than there are.
func requireBasisPoints(_ field: String, _ value: UInt32) throws {
    guard value <= 10_000 else { throw UnfitEvent(reason: "\(field) lies within 0 to 10000, not \(value)") }
}
