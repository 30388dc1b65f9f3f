/// A value that two answers to the same question differ in.
struct ValueChange: Sendable {
    let path: ValuePath
    /// Nil where the first answer has none.
    let from: JSONTree?
    /// Nil where the second answer has none.
    let to: JSONTree?
}

/// Compares answers value by value.
///
/// Elements of lists are compared with those of the same names; where elements of either list have no names, or share
/// them, with those of the same number.
struct ValueChanges {
    private(set) var found: [ValueChange] = []

    /// What differs between two answers, in the order of the members' names; nil is no answer at all.
    static func between(_ from: JSONTree?, _ to: JSONTree?) -> [ValueChange] {
        var changes = ValueChanges()
        changes.compare(from, to, at: .whole)
        return changes.found
    }

    private mutating func compare(_ from: JSONTree?, _ to: JSONTree?, at path: ValuePath) {
        switch (from, to) {
        case (nil, nil): return
        case (.object(let old)?, .object(let new)?): compare(members: old, new, at: path)
        case (.array(let old)?, .array(let new)?): compare(elements: old, new, at: path)
        case (let old?, let new?):
            if !old.isSame(as: new) { found.append(ValueChange(path: path, from: old, to: new)) }
        case (let tree?, nil):
            tree.forEachValue(at: path) { found.append(ValueChange(path: $0, from: $1, to: nil)) }
        case (nil, let tree?):
            tree.forEachValue(at: path) { found.append(ValueChange(path: $0, from: nil, to: $1)) }
        }
    }

    private mutating func compare(members old: [JSONTree.Member], _ new: [JSONTree.Member], at path: ValuePath) {
        let (oldValues, newValues) = (Self.values(of: old), Self.values(of: new))
        let names = Set(oldValues.keys).union(newValues.keys).sorted { $0.lexicographicallyPrecedes($1) }
        for name in names {
            let inner = path.appending(.member(String(decoding: name, as: UTF8.self)))
            compare(oldValues[name], newValues[name], at: inner)
        }
    }

    /// By their names as bytes; of a name that stands twice the first counts.
    private static func values(of members: [JSONTree.Member]) -> [[UInt8]: JSONTree] {
        Dictionary(members.map { (Array($0.name.utf8), $0.value) }) { first, _ in first }
    }

    private mutating func compare(elements old: [JSONTree], _ new: [JSONTree], at path: ValuePath) {
        guard let oldNames = JSONTree.names(of: old), let newNames = JSONTree.names(of: new) else {
            for index in 0..<max(old.count, new.count) {
                compare(
                    index < old.count ? old[index] : nil, index < new.count ? new[index] : nil,
                    at: path.appending(.index(index)))
            }
            return
        }
        // Unique, so that none is lost.
        var rest = Dictionary(uniqueKeysWithValues: zip(newNames.map(Self.key), new))
        for (names, element) in zip(oldNames, old) {
            compare(element, rest.removeValue(forKey: Self.key(names)), at: path.appending(.element(names)))
        }
        for names in newNames {
            if let element = rest[Self.key(names)] { compare(nil, element, at: path.appending(.element(names))) }
        }
    }

    /// Texts are the same when their bytes are.
    private static func key(_ names: [String]) -> [[UInt8]] { names.map { Array($0.utf8) } }
}

extension JSONTree {
    /// Calls `body` with each value that has no parts, an empty object or list among them, and its path.
    func forEachValue(at path: ValuePath = .whole, _ body: (ValuePath, JSONTree) -> Void) {
        switch self {
        case .object(let members) where !members.isEmpty:
            for member in members { member.value.forEachValue(at: path.appending(.member(member.name)), body) }
        case .array(let elements) where !elements.isEmpty:
            let names = Self.names(of: elements)
            for (index, element) in elements.enumerated() {
                let step = names.map { ValuePath.Step.element($0[index]) } ?? .index(index)
                element.forEachValue(at: path.appending(step), body)
            }
        default: body(path, self)
        }
    }
}
