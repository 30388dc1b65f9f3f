internal import EventLog
internal import LMDB
internal import Projection

/// Finds the values of a property in events of one type, in place: no message is decoded, and nothing is copied.
///
/// | property | values |
/// |---|---|
/// | a text | one; none where it is left out or empty |
/// | a whole number | one; 0 where it is left out |
/// | a flag | `true` or `false`; `false` where it is left out |
/// | an enumeration | the name that JSON has for it; none where nothing is stated; digits where nobody knows it |
/// | a name in a list, a list of texts | each, the empty ones too |
/// | a tag | the id in the first tag of the kind that has one |
/// | actor, source | one; none where the event says nothing |
/// | type | the name without the catalogue's package |
///
/// A field of a message that is left out has no value.
struct PropertyFinder: Sendable {
    private enum Place: Sendable {
        case field(FieldFinder)
        /// The kind, UTF-8.
        case tag([UInt8])
        case actor
        case source
        /// The same name in every event of the type, UTF-8.
        case type([UInt8])
    }

    private let place: Place

    /// Compiles a property for the events of a type. For a field of the data that takes some hundred encodings of
    /// messages.
    ///
    /// - Throws: ``UnknownProperty``. Tags and what the envelope says are known of every type.
    init(_ property: EventProperty, in type: EventType) throws(UnknownProperty) {
        switch property {
        case .field(let path): place = .field(try FieldFinder(path, in: type))
        case .tag(let kind):
            guard EventProperty.isKind(kind) else {
                throw UnknownProperty(
                    property: property, type: type,
                    reason: "no tag has the kind '\(kind)'; expected what stands before the colon, as campaign")
            }
            place = .tag(Array(kind.utf8))
        case .actor: place = .actor
        case .source: place = .source
        case .type: place = .type(Array(Self.shortName(of: type).utf8))
        }
    }

    /// The name without the catalogue's package; an integrator's own whole.
    private static func shortName(of type: EventType) -> String {
        guard EventCatalogue.type(named: type.name)?.eventType == type else { return type.name }
        return String(type.name.dropFirst(EventCatalogue.package.count))
    }

    /// Whether its values are texts that somebody has written: not numbers, flags, or names of the catalogue.
    var hasTexts: Bool {
        switch place {
        case .field(let field): field.hasTexts
        case .tag, .actor, .source: true
        case .type: false
        }
    }

    /// Calls `body` with each value, mostly none or one, until it answers false.
    ///
    /// - Parameter event: of the type that the property was compiled for.
    /// - Throws: `MalformedBytes`, and what `body` throws.
    func forEachValue(
        in event: borrowing EventView, _ body: (borrowing PropertyValue) throws -> Bool
    ) throws {
        switch place {
        case .field(let field): try field.forEachValue(in: event.data, body)
        case .tag(let kind): try readTag(kind, of: event, body)
        case .actor:
            let actor = event.actorText
            if !actor.isEmpty { _ = try body(PropertyValue(text: actor)) }
        case .source:
            let source = event.sourceText
            if !source.isEmpty { _ = try body(PropertyValue(text: source)) }
        case .type(let name): _ = try body(PropertyValue(text: name.rawSpan))
        }
    }

    private func readTag(
        _ kind: [UInt8], of event: borrowing EventView, _ body: (borrowing PropertyValue) throws -> Bool
    ) throws {
        for index in 0..<event.tagCount {
            let tag = event.tagText(index)
            guard tag.hasKind(kind.rawSpan) else { continue }
            _ = try body(PropertyValue(text: tag.extracting((kind.count + 1)..<tag.byteCount)))
            return
        }
    }
}

// MARK: - Checks

extension PropertyFinder {
    /// Checks that the events of each of these types have a property.
    ///
    /// - Throws: ``UnknownProperty`` of the first type that has it not.
    static func check(_ property: EventProperty, in types: [EventType]) throws(UnknownProperty) {
        for type in types { _ = try PropertyFinder(property, in: type) }
    }

    /// Checks that the events of at least one of these types have a property, or that there are no types.
    ///
    /// - Throws: ``UnknownProperty`` of the first type.
    static func checkSome(_ property: EventProperty, in types: [EventType]) throws(UnknownProperty) {
        var first: UnknownProperty?
        for type in types {
            do throws(UnknownProperty) {
                _ = try PropertyFinder(property, in: type)
                return
            } catch {
                first = first ?? error
            }
        }
        if let first { throw first }
    }
}
