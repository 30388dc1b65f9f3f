import LMDB

/// Where a value stands in an answer: `fields[phone].value`, `steps[offer].deals`, `points[2017-03].nps.score`.
///
/// Members follow each other with points; brackets hold the names of an element of a list, parted by slashes
/// (`stages[sales/offer/EUR].open`), or its number from 0 where it has none. What holds a sign of these, or nothing,
/// stands in quotation marks, as JSON has them: `totals[""].open`.
struct ValuePath: Sendable {
    enum Step: Sendable {
        /// Of an object.
        case member(String)
        /// Of a list, by its names.
        case element([String])
        /// Of a list, by its number from 0.
        case index(Int)
    }

    /// From the whole answer inwards.
    private(set) var steps: [Step]

    /// The whole answer, which has no text form.
    static let whole = ValuePath(steps: [])

    init(steps: [Step]) {
        self.steps = steps
    }

    /// The path one step further in.
    func appending(_ step: Step) -> ValuePath { ValuePath(steps: steps + [step]) }

    /// Whether it leads into a list.
    var entersList: Bool {
        steps.contains { step in
            if case .member = step { false } else { true }
        }
    }
}

// MARK: - Looking up

extension ValuePath {
    /// The value here; nil where the path leads nowhere. Elements must have these very names.
    func value(in tree: JSONTree) -> JSONTree? {
        steps.reduce(tree as JSONTree?) { place, step in
            guard let place else { return nil }
            switch (step, place) {
            case (.member(let name), _): return place.member(name)
            case (.element(let names), .array(let elements)): return Self.only(elements.filter { $0.isNamed(names) })
            case (.index(let index), .array(let elements)): return index < elements.count ? elements[index] : nil
            default: return nil
            }
        }
    }

    /// The same place with each element of a list by its names, if it has any; nil where the path leads nowhere.
    ///
    /// A person need not name everything: some of the names do, in their order, where they leave one element, and a
    /// number is taken for a name where an element has it.
    func resolved(in tree: JSONTree) -> ValuePath? {
        var path = ValuePath.whole
        var place = tree
        for step in steps {
            guard let exact = Self.exact(step, in: place) else { return nil }
            let next = ValuePath(steps: [exact])
            guard let value = next.value(in: place) else { return nil }
            path = path.appending(exact)
            place = value
        }
        return path
    }

    private static func exact(_ step: Step, in place: JSONTree) -> Step? {
        guard case .array(let elements) = place else { return step }
        switch step {
        case .member: return nil
        case .element(let names):
            if let exact = only(elements.filter { $0.isNamed(names) }) { return exact.names.map { .element($0) } }
            return only(elements.filter { $0.isNamed(partly: names) })?.names.map { .element($0) }
        case .index(let index):
            if only(elements.filter { $0.isNamed([String(index)]) }) != nil { return .element([String(index)]) }
            guard index < elements.count, let names = JSONTree.names(of: elements) else { return step }
            return .element(names[index])
        }
    }

    private static func only(_ elements: [JSONTree]) -> JSONTree? { elements.count == 1 ? elements[0] : nil }
}

extension JSONTree {
    fileprivate func isNamed(_ asked: [String]) -> Bool {
        guard let names, names.count == asked.count else { return false }
        return zip(names, asked).allSatisfy { $0.sameBytes(as: $1) }
    }

    /// Whether all that is asked for is among its names, in their order.
    fileprivate func isNamed(partly asked: [String]) -> Bool {
        var rest = asked[...]
        for name in names ?? [] {
            if let next = rest.first, next.sameBytes(as: name) { rest = rest.dropFirst() }
        }
        return rest.isEmpty
    }
}
