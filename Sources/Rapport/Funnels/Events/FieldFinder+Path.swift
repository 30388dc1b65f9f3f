internal import EventLog

// From the path of a field, as JSON spells it, to the keys that it has on the wire. That happens once, when a funnel is
// asked about.

extension FieldFinder {
    /// What stands in the brackets at the end of a path.
    private typealias Element = [UInt8]

    /// Finds the values of `path` in the data of events of a type:
    ///
    /// - `channel`, a text, a whole number, a flag (`true`, `false`) or the name of an enumeration's value;
    /// - `amount.minorUnits`, a field of a message;
    /// - `properties[plan]`, the value under a name in a list of names and values;
    /// - `evidence`, each text of a list.
    ///
    /// - Throws: ``UnknownProperty`` when the type has no such field, or is an integrator's own.
    convenience init(_ path: String, in type: EventType) throws(UnknownProperty) {
        func unknown(_ reason: String) -> UnknownProperty {
            UnknownProperty(property: .field(path), type: type, reason: reason)
        }
        guard let known = EventCatalogue.type(named: type.name), known.eventType == type else {
            throw unknown(
                "\(type.name) is no type of the catalogue, so nobody knows the fields of its data; expected a tag or "
                    + "what its envelope says, as tag:campaign or event:source")
        }
        let (fields, element) = FieldFinder.parts(of: path)
        var shape = MessageShape(dataOf: known)
        var messages: [UInt64] = []
        for field in fields.dropLast() {
            guard let (key, inner) = shape.message(in: field, isList: false) else {
                throw unknown(FieldFinder.refusal(of: field, nil, isLast: false, in: shape))
            }
            messages.append(key)
            shape = inner
        }
        let field = fields[fields.count - 1]
        guard let (form, hasPresence) = FieldFinder.form(of: field, element, in: shape) else {
            throw unknown(FieldFinder.refusal(of: field, element, isLast: true, in: shape))
        }
        self.init(form, within: messages, hasPresence: hasPresence)
    }

    /// The names between the dots, at least one, and what stands in brackets behind the last of them.
    private static func parts(of path: String) -> (fields: [String], element: Element?) {
        let bytes = Array(path.utf8)
        var fields = bytes[...]
        var element: Element?
        if bytes.last == UInt8(ascii: "]"), let bracket = bytes.firstIndex(of: UInt8(ascii: "[")) {
            let name = bytes[(bracket + 1)..<(bytes.count - 1)]
            if !name.isEmpty, !name.contains(UInt8(ascii: "]")) {
                element = Array(name)
                fields = bytes[..<bracket]
            }
        }
        let names = fields.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return (names.map { String(decoding: $0, as: UTF8.self) }, element)
    }

    // MARK: Forms

    private static func form(
        of field: String, _ element: Element?, in shape: MessageShape
    ) -> (form: Form, hasPresence: Bool)? {
        if let element {
            guard let (key, keys) = namedValues(in: field, of: shape) else { return nil }
            return (.named(element, key: key, keys), false)
        }
        if let encoding = shape.scalar(in: field, isList: false) {
            return (form(of: encoding), encoding.writesZero)
        }
        guard let encoding = shape.scalar(in: field, isList: true), case .text = encoding.form else { return nil }
        return (.texts(key: encoding.key), false)
    }

    private static func form(of encoding: FieldEncoding) -> Form {
        let key = encoding.key
        switch encoding.form {
        case .text: return .text(key: key)
        case .integer(let range, let isZigzag): return .number(key: key, WholeNumberForm(range, isZigzag: isZigzag))
        case .flag: return .flag(key: key)
        case .choice(let numbers): return .choice(key: key, names: names(of: numbers))
        }
    }

    /// The keys of a list of names and values; nil where the field holds none.
    private static func namedValues(
        in field: String, of shape: MessageShape
    ) -> (key: UInt64, keys: WireNamedValue.Keys)? {
        guard let (key, inner) = shape.message(in: field, isList: true),
            let name = inner.scalar(in: "name", isList: false), case .text = name.form,
            let value = inner.scalar(in: "value", isList: false), case .text = value.form
        else { return nil }
        return (key, WireNamedValue.Keys(name: name.key, value: value.key))
    }

    private static let unstated = "_UNSPECIFIED"

    /// The names of an enumeration by their numbers. A field without presence does not tell the name of its zero, which
    /// in every schema says that nothing is stated.
    private static func names(of numbers: [String: UInt64]) -> [[UInt8]?] {
        var names = [[UInt8]?](repeating: nil, count: Int(numbers.values.max() ?? 0) + 1)
        names[0] = []
        for (name, number) in numbers { names[Int(number)] = name.hasSuffix(unstated) ? [] : Array(name.utf8) }
        return names
    }

    // MARK: Refusals

    private static func refusal(
        of field: String, _ element: Element?, isLast: Bool, in shape: MessageShape
    ) -> String {
        guard shape.has(field) else { return "\(shape.name) has no field '\(field)'" }
        let place = "field '\(field)' of \(shape.name)"
        if namedValues(in: field, of: shape) != nil {
            return "\(place) is a list of names and values; expected one of the names, as \(field)[NAME]"
        }
        if shape.message(in: field, isList: true) != nil {
            return "\(place) is a list of blocks; expected a single value, or a list of texts or of names and values"
        }
        if shape.message(in: field, isList: false) != nil {
            return "\(place) is a block; expected a field of it, as \(field).FIELD"
        }
        if element != nil { return "\(place) is no list of names and values; expected '\(field)' without brackets" }
        if !isLast { return "\(place) is no block; expected '\(field)' without fields of it" }
        return "\(place) holds bytes; expected a text, a whole number, a flag or the value of an enumeration"
    }
}

extension WholeNumberForm {
    /// - Parameter range: the least and the greatest number that the field takes, the greatest up to that of `Int64`.
    fileprivate init(_ range: ClosedRange<Int64>, isZigzag: Bool) {
        self.init(isWide: range.upperBound == .max, isSigned: range.lowerBound < 0, isZigzag: isZigzag)
    }
}
