/// A postal address in the form that addresses are compared in: its numbers, and its words without what they are
/// shortened to.
///
/// Street, road, avenue and their like are one with their abbreviations, in English, German, French, Spanish and Dutch;
/// 路, 街 and 号 stay as they are. Where the number stands makes no difference: `12 Baker Street`, `Baker St. 12`.
struct AddressText: Hashable, Sendable {
    /// House numbers, postcodes and the like, in byte order.
    let numbers: [[UInt8]]
    /// The words in their order, in one.
    let letters: [UInt8]

    /// Nil when there is no letter.
    init?(_ text: String) {
        var numbers: [[UInt8]] = []
        var letters: [UInt8] = []
        for word in Self.words(of: text) {
            if word.isNumber {
                numbers.append(Array(word.text.utf8))
            } else if !Self.empty.contains(word.text) {
                letters += Spelling.short(Array(Self.shortened(word.text).utf8))
            }
        }
        if letters.isEmpty { return nil }
        self.numbers = numbers.sorted { $0.lexicographicallyPrecedes($1) }
        self.letters = letters
    }

    /// How alike two addresses are.
    enum Likeness {
        case same
        /// The same numbers, and words that are alike.
        case similar
        case different
    }

    /// Numbers must be the same, words at least alike.
    func likeness(to other: AddressText) -> Likeness {
        guard numbers == other.numbers else { return .different }
        if letters == other.letters { return .same }
        return JaroWinkler.similarity(letters, other.letters) >= Self.leastSimilar ? .similar : .different
    }

    /// The same for equal addresses.
    var key: [UInt8] {
        var key: [UInt8] = []
        for number in numbers { key += number + [UInt8(ascii: " ")] }
        return key + letters
    }

    private static let leastSimilar = 9_000

    // MARK: Words

    private static func words(of text: String) -> [(text: String, isNumber: Bool)] {
        var words: [(text: String, isNumber: Bool)] = []
        var current = ""
        var isNumber = false
        func end() {
            if !current.isEmpty { words.append((current, isNumber)) }
            current = ""
        }
        for scalar in SearchText.fold(text).unicodeScalars {
            if Spelling.isApostrophe(scalar) { continue }
            let isDigit = Self.isDigit(scalar)
            guard isDigit || Self.isLetter(scalar) else {
                end()
                continue
            }
            if isDigit != isNumber { end() }
            isNumber = isDigit
            if let letters = Spelling.letters(for: scalar) {
                current += letters
            } else {
                current.unicodeScalars.append(scalar)
            }
        }
        end()
        return words
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x80 ? (0x30...0x39).contains(scalar.value) : scalar.properties.numericType == .decimal
    }

    /// In lower case, as folded text is.
    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x80 ? (0x61...0x7A).contains(scalar.value) : scalar.properties.isAlphabetic
    }

    private static func shortened(_ word: String) -> String {
        if let short = abbreviations[word] { return short }
        for (ending, short) in endings where word.utf8.count > ending.utf8.count && word.hasSuffix(ending) {
            return String(word.dropLast(ending.count)) + short
        }
        return word
    }

    /// Words that stand in front of a number, and say nothing.
    private static let empty: Set<String> = ["no", "nr", "nummer", "number", "num"]

    private static let abbreviations = [
        "street": "st", "str": "st", "strasse": "st", "road": "rd", "avenue": "ave", "av": "ave", "avenida": "ave",
        "boulevard": "blvd", "lane": "ln", "drive": "dr", "square": "sq", "court": "ct", "terrace": "ter",
        "place": "pl",
        "platz": "pl", "plaza": "pl", "plein": "pl", "calle": "c", "rue": "r", "rua": "r", "apartment": "apt",
        "building": "bldg", "floor": "fl", "saint": "st", "sankt": "st", "mount": "mt",
    ]

    private static let endings = [("strasse", "st"), ("straat", "st"), ("str", "st"), ("platz", "pl"), ("plein", "pl")]
}

/// A birthday as far as it is known.
struct BirthdayText: Hashable, Sendable {
    let year: Int
    /// Nil where only the year is known.
    let month: Int?
    /// Nil where only the month is known.
    let day: Int?

    /// Reads `1980-03-07`, `1980-03` and `1980`; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count), parts[0].utf8.count == 4,
            parts.allSatisfy({ part in part.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            parts.dropFirst().allSatisfy({ $0.utf8.count == 2 }), let year = Int(parts[0])
        else { return nil }
        let others = parts.dropFirst().compactMap { Int($0) }
        if let month = others.first, !(1...12).contains(month) { return nil }
        if others.count == 2, !(1...31).contains(others[1]) { return nil }
        self.year = year
        month = others.first
        day = others.count == 2 ? others[1] : nil
    }

    /// The same for equal birthdays.
    var key: [UInt8] { Array("\(year)-\(month ?? 0)-\(day ?? 0)".utf8) }

    /// How two birthdays agree.
    enum Likeness {
        case same
        /// As far as both are known; at least one of them is not whole.
        case compatible
        /// One of year, month and day is another one, or month and day are exchanged.
        case typo
        case different
    }

    /// How this birthday agrees with another one.
    func likeness(to other: BirthdayText) -> Likeness {
        guard let ownMonth = month, let ownDay = day, let otherMonth = other.month, let otherDay = other.day else {
            guard year == other.year else { return .different }
            return month == nil || other.month == nil || month == other.month ? .compatible : .different
        }
        var differences = year == other.year ? 0 : 1
        if ownMonth != otherMonth { differences += 1 }
        if ownDay != otherDay { differences += 1 }
        if differences == 0 { return .same }
        if differences == 1 { return .typo }
        return year == other.year && ownMonth == otherDay && ownDay == otherMonth ? .typo : .different
    }
}

/// An e-mail address in the form that addresses are compared in.
struct EmailText: Hashable, Sendable {
    /// In lower case, without what stands behind a `+` in front of the `@`: it reaches the same mailbox.
    let address: [UInt8]
    /// What stands in front of the `@`.
    let local: [UInt8]
    /// Whether the mailbox has the name of an office rather than of somebody.
    let isShared: Bool

    /// Nil when it says nothing.
    init?(_ text: String) {
        guard let normal = IdentifierText(text, .email, country: nil).forms.first else { return nil }
        let bytes = Array(normal.utf8)
        guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else {
            (address, local, isShared) = (bytes, bytes, false)
            return
        }
        let before = Array(bytes[..<at].prefix { $0 != UInt8(ascii: "+") })
        local = before.isEmpty ? Array(bytes[..<at]) : before
        address = local + bytes[at...]
        isShared = Self.offices.contains(String(decoding: local, as: UTF8.self))
    }

    private static let offices: Set<String> = [
        "info", "office", "mail", "email", "contact", "kontakt", "hello", "sales", "support", "service", "admin",
        "team",
        "post", "buero", "enquiries", "accounts", "billing", "einkauf", "hr", "no-reply", "noreply", "shop", "contacto",
    ]
}
