internal import EventLog

/// What was said of one id of a customer or lead, as far as duplicates are found by it.
struct DuplicateFacts: Sendable {
    /// A field of a profile, or an attribute; the newest value counts.
    enum Field: CaseIterable, Sendable {
        case name
        case contact
        case company
        case email
        case phone
        case wechat
        case birthday
        case address
        case city
        case country

        /// The field of this name, however its words are parted; nil for other fields.
        init?(named name: String) {
            if let field = Self.names[name] {
                self = field
                return
            }
            let words = name.lowercased().split { $0 == " " || $0 == "_" || $0 == "-" || $0 == "." }
            guard let field = Self.names[words.joined(separator: " ")] else { return nil }
            self = field
        }

        private static let names: [String: Field] = [
            "name": .name, "display name": .name, "full name": .name, "contact": .contact, "contact name": .contact,
            "company": .company, "company name": .company, "employer": .company, "organisation": .company,
            "organization": .company, "organisation name": .company, "organization name": .company, "email": .email,
            "e mail": .email, "mail": .email, "phone": .phone, "mobile": .phone, "telephone": .phone,
            "wechat": .wechat, "birthday": .birthday, "date of birth": .birthday, "birth date": .birthday,
            "address": .address, "street": .address, "postal address": .address, "city": .city, "town": .city,
            "country": .country,
        ]

        /// The kind of identifier that it holds; nil where it holds none.
        var kind: IdentifierType? {
            switch self {
            case .email: .email
            case .phone: .phone
            case .wechat: .wechat
            default: nil
            }
        }
    }

    /// A link of an identifier, and the event that says so.
    struct Link: Sendable {
        let id: EventID
        let identifier: Identifier
    }

    private struct Value: Sendable {
        let field: Field
        let text: String
        let said: SaidAt
    }

    /// One value at most of each field.
    private var values: [Value] = []
    /// Of a registration or the capture of a lead.
    private var given: [Identifier] = []
    private var links: [Link] = []
    private var takenBack: Set<EventID> = []
    /// Whether it was registered as a company or the like.
    var isOrganisation = false

    // MARK: Saying

    /// Newest wins; of one event what is said last.
    mutating func set(_ field: Field, _ text: String, _ said: SaidAt) {
        let value = Value(field: field, text: text, said: said)
        guard let place = values.firstIndex(where: { $0.field == field }) else { return values.append(value) }
        if values[place].said > said { return }
        values[place] = value
    }

    /// Takes in what one event says.
    mutating func take(_ statement: DuplicateStatement) {
        if let isOrganisation = statement.isOrganisation { self.isOrganisation = isOrganisation }
        for value in statement.values { set(value.field, value.text, statement.said) }
        given += statement.given
        if let link = statement.link { links.append(link) }
        if let link = statement.takenBack { takenBack.insert(link) }
    }

    // MARK: What is left of it

    /// The value now; nil where it is not known, or was cleared.
    func text(of field: Field) -> String? {
        guard let text = values.first(where: { $0.field == field })?.text, !text.isEmpty else { return nil }
        return text
    }

    /// The name that is shown: its own, or else that of the company.
    var name: String? {
        text(of: .name) ?? text(of: .company)
    }

    /// Names of persons: the own one, or that of whom to talk to.
    var personNames: [String] {
        [isOrganisation ? nil : text(of: .name), text(of: .contact)].compactMap { $0 }
    }

    /// Names of organisations: the own one, or that of the company.
    var organisationNames: [String] {
        [isOrganisation ? text(of: .name) : nil, text(of: .company)].compactMap { $0 }
    }

    var country: String? { text(of: .country) }

    /// All identifiers that hold.
    var identifiers: [(kind: IdentifierType, source: String, value: String)] {
        let linked = links.filter { !takenBack.contains($0.id) }.map(\.identifier)
        var all = (given + linked).map { (kind: $0.type, source: $0.source, value: $0.value) }
        for field in Field.allCases {
            if let kind = field.kind, let value = text(of: field) { all.append((kind, "", value)) }
        }
        return all
    }
}

/// What one event says of one id of a customer or lead, as far as duplicates are found by it.
struct DuplicateStatement: Sendable {
    struct Value: Sendable {
        let field: DuplicateFacts.Field
        let text: String
    }

    let said: SaidAt
    /// Nil where nothing is said of it.
    var isOrganisation: Bool?
    /// In the order in which they are said.
    private(set) var values: [Value] = []
    var given: [Identifier] = []
    var link: DuplicateFacts.Link?
    /// The event of a link that is taken back.
    var takenBack: EventID?

    init(said: SaidAt) { self.said = said }

    mutating func set(_ field: DuplicateFacts.Field, _ text: String) { values.append(Value(field: field, text: text)) }

    /// As ``set(_:_:)`` by the name of the field; others say nothing here.
    mutating func set(named name: String, _ text: String) {
        if let field = DuplicateFacts.Field(named: name) { set(field, text) }
    }
}
