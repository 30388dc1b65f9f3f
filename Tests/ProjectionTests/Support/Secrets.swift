@testable import EventLog
import LMDB
@testable import Projection

/// A read model whose rows hold what persons have told, until they are erased.
enum Secrets {
    static let told = EventType(unchecked: "Told")
    static let erased = EventType(unchecked: "Erased")

    /// Rows: person -> what was told last.
    static let rows: UInt8 = 1

    static let model = ReadModel(name: "secrets", version: 1, folds: [SecretFold()], forgets: [erased])
    /// The same rows, by a program that does not care for what is left of them.
    static let careless = ReadModel(name: "secrets", version: 1, folds: [SecretFold()])

    /// A text that stands nowhere else.
    static func text(_ person: Int) -> String { "secret of person number \(person + 10_000)" }

    static func told(_ text: String, by person: Int, at microseconds: Int64 = 0) -> NewEvent {
        NewEvent(
            type: told, tags: [tag(person)], occurredAt: Timestamp(microseconds: microseconds), data: Array(text.utf8))
    }

    static func erased(_ person: Int) -> NewEvent {
        NewEvent(type: erased, tags: [tag(person)], occurredAt: Timestamp(microseconds: 1))
    }

    static func tag(_ person: Int) -> Tag { Tag(unchecked: "person:\(person)") }

    /// So many persons tell their secrets, some of them again and again.
    static func story(of persons: Int) -> [NewEvent] {
        (0..<persons * 3).map { number in
            let person = number % persons
            return told(text(person) + " \(number)", by: person, at: Int64(number))
        }
    }

    /// What the rows hold, by person.
    static func all(in host: ProjectionHost) throws -> [String: String] {
        try host.read(model.name) { reader in
            var found: [String: String] = [:]
            try reader.forEachRow(prefix: [rows]) { key, value in
                found[key.text(1..<key.byteCount)] = value.text()
                return true
            }
            return found
        }
    }
}

struct SecretState: EntityState, Equatable {
    var text = ""
    var isErased = false

    init() {}

    func encode(into bytes: inout [UInt8]) {
        bytes.append(isErased ? 1 : 0)
        bytes.append(prefixed: text)
    }

    init(decoding reader: inout ByteReader) throws {
        isErased = try reader.u8() == 1
        text = try reader.text()
    }
}

struct SecretFold: EntityFold {
    let types = [Secrets.told, Secrets.erased]
    let entityKind = "person"
    let order = FoldOrder.any

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout SecretState) throws {
        if type == 1 {
            state.isErased = true
            state.text = ""
        } else if !state.isErased {
            state.text = event.view.data.text()
        }
    }

    func contribute(_ state: SecretState, of entity: Tag, to contributions: inout Contributions) throws {
        if state.text.isEmpty { return }
        var key = [Secrets.rows]
        key.append(utf8: entity.text)
        contributions.put(Array(state.text.utf8), at: key)
    }
}
