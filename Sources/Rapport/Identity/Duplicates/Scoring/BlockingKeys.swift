internal import LMDB

/// What two records must share to be compared: values that stand for one person, and weaker signs.
///
/// Comparing all pairs would cost the square of their number. Records are compared only where they share a key,
/// "blocking" in the words of record linkage (I. P. Fellegi and A. B. Sunter, "A Theory for Record Linkage", JASA 64,
/// 1969, section 3). There are several kinds of keys, so that one that a typo has spoiled is made up for by another:
///
/// - strong: an equal e-mail address, phone number (in any of its forms), or other identifier;
/// - the whole name, each word being the first once, in Pinyin where it is Chinese, spellings of one letter being one;
/// - the sound of the words of a name, in alphabetical order, and the first letter of all of them;
/// - one word of a person's name with the first letter of another; two words of an organisation's name; either half
///   of a name in Chinese characters;
/// - the local part of an e-mail address; the address; a birthday with a first letter; a city with the sound of a word;
///   a company with a first letter.
struct BlockingKey: Hashable, Sendable {
    let hash: UInt64
    /// Whether it is a value by which somebody is recognised.
    let isStrong: Bool

    private init(_ kind: String, _ first: [UInt8], _ second: [UInt8]? = nil, isStrong: Bool = false) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(kind.utf8.count + first.count + (second?.count ?? 0) + 2)
        bytes.append(contentsOf: kind.utf8)
        bytes.append(0)
        bytes.append(contentsOf: first)
        if let second {
            bytes.append(0)
            bytes.append(contentsOf: second)
        }
        let input = bytes
        hash = FastHash.hash64(input.rawSpan)
        self.isStrong = isStrong
    }

    static func == (left: BlockingKey, right: BlockingKey) -> Bool { left.hash == right.hash }

    func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}

// MARK: - Strong ones

extension BlockingKey {
    static func email(_ email: EmailText) -> BlockingKey { BlockingKey("email", email.address, isStrong: true) }

    static func phone(_ form: String) -> BlockingKey { BlockingKey("phone", Array(form.utf8), isStrong: true) }

    static func other(_ identifier: DuplicateRecord.OtherIdentifier) -> BlockingKey {
        BlockingKey("id", Array(identifier.kind.word.utf8), identifier.value, isStrong: true)
    }
}

// MARK: - Those of a record

extension BlockingKey {
    /// An address.
    static func address(_ address: AddressText) -> BlockingKey { BlockingKey("address", address.key) }

    /// The company or organisation of this name.
    static func company(_ name: NameText) -> BlockingKey { BlockingKey("company", name.firstRotation) }

    /// All keys of a record; some may be there twice.
    static func keys(of record: DuplicateRecord) -> [BlockingKey] {
        var keys: [BlockingKey] = []
        for email in record.emails {
            keys.append(.email(email))
            if email.local.count >= leastLocal, !email.isShared { keys.append(BlockingKey("local", email.local)) }
        }
        for phone in record.phones { for form in phone.text.forms { keys.append(.phone(form)) } }
        for identifier in record.others { keys.append(.other(identifier)) }
        for address in record.addresses { keys.append(.address(address)) }
        for name in record.persons { addKeys(ofPerson: name, record, to: &keys) }
        for name in record.organisations { addKeys(ofOrganisation: name, record, to: &keys) }
        return keys
    }

    /// A shorter local part says nothing of who it is.
    private static let leastLocal = 5
    /// Of longer names not all pairs of words are taken.
    private static let mostTokens = 5

    private static func addKeys(ofPerson name: NameText, _ record: DuplicateRecord, to keys: inout [BlockingKey]) {
        addWhole("name", name, to: &keys)
        let tokens = name.tokens.prefix(mostTokens)
        let sounds = tokens.map { Spelling.sound($0.short) }
        let initials = tokens.compactMap(\.short.first).sorted()
        keys.append(BlockingKey("sound", initials, together(sounds)))
        for (index, token) in tokens.enumerated() where token.short.count > 1 {
            for (other, second) in tokens.enumerated() where other != index {
                keys.append(BlockingKey("word", token.short, Array(second.short.prefix(1))))
            }
            for city in record.cities { keys.append(BlockingKey("city", city, sounds[index])) }
        }
        let companies = record.isOrganisation ? [] : record.organisations.map(\.firstRotation)
        for (index, initial) in initials.enumerated() where index == 0 || initials[index - 1] != initial {
            for birthday in record.birthdays where birthday.day != nil {
                keys.append(BlockingKey("birthday", birthday.key, [initial]))
            }
            for company in companies { keys.append(BlockingKey("colleague", company, [initial])) }
        }
        if name.isHan, name.han.count >= 3 { keys += halves(of: name) }
    }

    private static func addKeys(
        ofOrganisation name: NameText, _ record: DuplicateRecord, to keys: inout [BlockingKey]
    ) {
        addWhole("organisation", name, to: &keys)
        keys.append(.company(name))
        let tokens = name.tokens.prefix(mostTokens)
        let sounds = tokens.map { Spelling.sound($0.short) }.sorted { $0.lexicographicallyPrecedes($1) }
        for (index, sound) in sounds.enumerated() {
            for second in sounds[(index + 1)...] { keys.append(BlockingKey("words", sound, second)) }
            for city in record.cities { keys.append(BlockingKey("city", city, sound)) }
        }
        if name.han.count >= 4 { keys += halves(of: name) }
    }

    /// The whole name, beginning with each of its words once.
    private static func addWhole(_ kind: String, _ name: NameText, to keys: inout [BlockingKey]) {
        for start in name.tokens.indices.prefix(mostTokens) {
            keys.append(BlockingKey(kind, name.joined(from: start)))
        }
    }

    /// Where one character is another one, one of the halves is the same.
    private static func halves(of name: NameText) -> [BlockingKey] {
        let middle = name.han.count / 2
        let last = name.han.count - middle
        return [
            BlockingKey("first half", bytes(name.han.prefix(middle))),
            BlockingKey("second half", bytes(name.han.suffix(last))),
            BlockingKey("first half", bytes(name.han.prefix(last))),
            BlockingKey("second half", bytes(name.han.suffix(middle))),
        ]
    }

    private static func bytes(_ characters: ArraySlice<UInt32>) -> [UInt8] {
        var bytes: [UInt8] = []
        for character in characters { bytes.append(littleEndian: character) }
        return bytes
    }

    /// Sounds of words in alphabetical order.
    private static func together(_ sounds: [[UInt8]]) -> [UInt8] {
        let sorted = sounds.sorted { $0.lexicographicallyPrecedes($1) }
        return Array(sorted.joined(separator: [UInt8(ascii: " ")]))
    }
}

extension NameText {
    /// The same for a name whichever word it begins with: of all ways to begin the first one in byte order.
    fileprivate var firstRotation: [UInt8] {
        tokens.indices.map { joined(from: $0) }.min { $0.lexicographicallyPrecedes($1) } ?? []
    }
}
