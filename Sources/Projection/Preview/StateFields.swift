/// What a state holds, field by field: a path to each field, and what stands there, as JSON.
///
/// By reflection, so a fold has nothing to say about its state. Fields have the names they were declared with; elements
/// of arrays are numbered, those of dictionaries and sets go by their key, in its byte order:
/// `steps[2].amount`, `tallies[phone]`.
struct StateFields {
    typealias Field = (path: String, json: String)

    private(set) var all: [Field] = []

    /// States are values, which end somewhere; what is deeper than that is told as a whole.
    private static let deepest = 32

    /// Adds what `value` holds, below `path`.
    mutating func add(_ value: Any, at path: String = "") { add(value, at: path, depth: 0) }

    private mutating func add(_ value: Any, at path: String, depth: Int) {
        if let json = JSONForm.single(value) { return append(json, at: path) }
        let mirror = Mirror(reflecting: value)
        guard let style = mirror.displayStyle, depth < Self.deepest else {
            return append(JSONForm.quoted(String(describing: value)), at: path)
        }
        switch style {
        case .optional:
            guard let some = mirror.children.first else { return append("null", at: path) }
            add(some.value, at: path, depth: depth + 1)
        case .enum:
            guard let payload = mirror.children.first else {
                return append(JSONForm.quoted(String(describing: value)), at: path)
            }
            add(payload.value, at: Self.join(path, payload.label), depth: depth + 1)
        case .collection: addElements(of: mirror, at: path, depth)
        case .set: addMembers(of: mirror, at: path)
        case .dictionary: addEntries(of: mirror, at: path, depth)
        default: addFields(of: mirror, at: path, depth)
        }
    }

    private mutating func append(_ json: String, at path: String) {
        all.append((path: path.isEmpty ? "state" : path, json: json))
    }

    /// `.0` names the first element of a tuple.
    private static func join(_ path: String, _ label: String?) -> String {
        let name = (label ?? "").drop { $0 == "." }
        return path.isEmpty ? String(name) : path + "." + name
    }

    private mutating func addFields(of mirror: Mirror, at path: String, _ depth: Int) {
        if mirror.children.isEmpty { append("{}", at: path) }
        for child in mirror.children { add(child.value, at: Self.join(path, child.label), depth: depth + 1) }
    }

    private mutating func addElements(of mirror: Mirror, at path: String, _ depth: Int) {
        if mirror.children.isEmpty { append("[]", at: path) }
        for (number, child) in mirror.children.enumerated() {
            add(child.value, at: "\(path)[\(number)]", depth: depth + 1)
        }
    }

    private mutating func addMembers(of mirror: Mirror, at path: String) {
        if mirror.children.isEmpty { append("[]", at: path) }
        let names = mirror.children.map { String(describing: $0.value) }
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            append("true", at: "\(path)[\(name)]")
        }
    }

    private mutating func addEntries(of mirror: Mirror, at path: String, _ depth: Int) {
        if mirror.children.isEmpty { append("{}", at: path) }
        var entries: [(key: String, value: Any)] = []
        for child in mirror.children {
            // Each is a pair of key and value.
            let pair = Array(Mirror(reflecting: child.value).children)
            guard pair.count == 2 else { continue }
            entries.append((String(describing: pair[0].value), pair[1].value))
        }
        entries.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for entry in entries { add(entry.value, at: "\(path)[\(entry.key)]", depth: depth + 1) }
    }
}
