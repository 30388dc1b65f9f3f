internal import EventLog

/// What is known of one person or organisation, in the forms that are compared.
struct DuplicateRecord: Sendable {
    /// An identifier that is no e-mail address and no phone number.
    struct OtherIdentifier: Hashable, Sendable {
        let kind: IdentifierType
        /// The value, and for ids of outside systems the system before it. Bytes are compared.
        let value: [UInt8]
    }

    /// A phone number in the forms that it is found in.
    struct Phone: Sendable {
        let text: IdentifierText

        init?(_ value: String, country: String?) {
            text = IdentifierText(value, .phone, country: country)
            if text.forms.isEmpty { return nil }
        }
    }

    /// The id that stands for the person or lead.
    let id: Tag
    /// All its ids that something was said of, this one among them where that is so.
    var members: [Tag] = []
    /// Its name as it is shown, and of which id it is.
    var shownName: (text: String, of: Tag)?
    /// Whether it is a company or the like.
    var isOrganisation = false
    /// Names of persons; of organisations those of whom to talk to.
    var persons: [NameText] = []
    /// Its own name of an organisation; of persons, the company they are of.
    var organisations: [NameText] = []
    var emails: [EmailText] = []
    var phones: [Phone] = []
    var others: [OtherIdentifier] = []
    var addresses: [AddressText] = []
    /// In the form of names.
    var cities: [[UInt8]] = []
    var birthdays: [BirthdayText] = []

    init(id: Tag) { self.id = id }

    /// More values of one kind are not compared.
    private static let mostValues = 16

    /// Adds what is said of one of its ids.
    mutating func add(_ facts: DuplicateFacts, of member: Tag) {
        members.append(member)
        if facts.isOrganisation { isOrganisation = true }
        if let name = facts.name { show(name, of: member) }
        for name in facts.personNames { Self.add(NameText(name, .person), to: &persons) }
        for name in facts.organisationNames { Self.add(NameText(name, .organisation), to: &organisations) }
        for (kind, source, value) in facts.identifiers { add(kind, source, value, country: facts.country) }
        if let address = facts.text(of: .address) { Self.add(AddressText(address), to: &addresses) }
        if let city = facts.text(of: .city), let name = NameText(city, .organisation) {
            Self.add(name.joined(), to: &cities)
        }
        if let birthday = facts.text(of: .birthday) { Self.add(BirthdayText(birthday), to: &birthdays) }
    }

    /// The name of the id that stands for all is shown, or else that of the first that has one.
    private mutating func show(_ name: String, of member: Tag) {
        if shownName == nil || member == id { shownName = (name, member) }
    }

    private mutating func add(_ kind: IdentifierType, _ source: String, _ value: String, country: String?) {
        switch kind {
        case .email: Self.add(EmailText(value), to: &emails)
        case .phone:
            guard let phone = Phone(value, country: country), phones.count < Self.mostValues,
                !phones.contains(where: { $0.text == phone.text })
            else { return }
            phones.append(phone)
        case .unspecified, .UNRECOGNIZED: return
        default:
            guard let form = IdentifierText(value, kind, country: nil).forms.first else { return }
            let system = kind == .externalID ? Array(source.utf8) + [0] : []
            Self.add(OtherIdentifier(kind: kind, value: system + Array(form.utf8)), to: &others)
        }
    }

    private static func add<Value: Equatable>(_ value: Value?, to values: inout [Value]) {
        guard let value, values.count < mostValues, !values.contains(value) else { return }
        values.append(value)
    }

    /// Whether anything but the id is known.
    var saysSomething: Bool {
        !persons.isEmpty || !organisations.isEmpty || !emails.isEmpty || !phones.isEmpty || !others.isEmpty
    }
}
