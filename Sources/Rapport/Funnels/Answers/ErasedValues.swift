internal import EventLog
internal import LMDB

/// Which values of a property are ids of persons who are erased now: they are counted, and never shown.
///
/// A value names somebody as it stands, `customer:C-1`, or by the id alone, `C-1`. Of the id alone the kind is not
/// known, unless the property says so: where somebody of any kind was erased under it, it is taken for that person's.
struct ErasedValues: Sendable {
    private let privacy: PrivacyState
    /// Of which kinds of entity a value may be the id alone; none where nobody is erased.
    private let kinds: [String]

    /// Persons, each kind with ids of its own.
    private static let personKinds = ["customer", "lead"]
    /// What else has ids of its own: that a person has the same id means nothing.
    private static let otherKinds = ["opportunity", "order", "case", "pipeline", "survey", "invitation", "user"]

    /// The subjects of a funnel: tags, or values of a property. O(types of the steps).
    init(subjectsOf definition: FunnelDefinition, _ privacy: PrivacyState) {
        switch definition.subject {
        case .entity: self.init(privacy, kinds: [])
        case .property(let property): self.init(of: property, in: definition, privacy)
        }
    }

    /// The values that a property has in the events of a funnel's steps. O(types of the steps).
    init(of property: EventProperty, in definition: FunnelDefinition, _ privacy: PrivacyState) {
        let isAny = !privacy.isEmpty
        self.init(
            privacy, kinds: isAny ? Self.kinds(of: property, in: definition, among: privacy.erasedKinds) : [])
    }

    private init(_ privacy: PrivacyState, kinds: [String]) {
        self.privacy = privacy
        self.kinds = kinds
    }

    /// Whether a subject or a value names somebody who is erased. One look-up, and one for each kind.
    func contains(_ value: String) -> Bool {
        if privacy.isEmpty { return false }
        return privacy.isErased(value) || kinds.contains { privacy.isErased("\($0):\(value)") }
    }

    /// The kinds of which the property may have ids.
    ///
    /// - Parameter erased: all kinds of which somebody is erased.
    private static func kinds(
        of property: EventProperty, in definition: FunnelDefinition, among erased: [String]
    ) -> [String] {
        switch property {
        case .tag(let kind):
            return (personKinds + otherKinds).contains { $0.sameBytes(as: kind) } ? [kind] : erased
        case .field(let path):
            if let kind = otherKinds.first(where: { path.sameBytes(as: "\($0)Id") }) { return [kind] }
            return isText(property, in: definition) ? erased : []
        case .actor, .source: return erased
        case .type: return []
        }
    }

    /// Whether events of any step have texts for values: numbers are no ids.
    private static func isText(_ property: EventProperty, in definition: FunnelDefinition) -> Bool {
        definition.steps.flatMap(\.events.types).contains { type in
            let finder = try? PropertyFinder(property, in: type)
            return finder?.hasTexts ?? false
        }
    }
}
