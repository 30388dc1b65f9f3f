internal import LMDB

/// A word of a name, in the forms that it is compared in.
struct NameToken: Hashable, Sendable {
    /// In lower-case letters without marks: `muller` for Müller, `mueller` for Mueller. UTF-8; of most names ASCII.
    let plain: [UInt8]
    /// The same where spellings that stand for one letter are one: `muller` for both.
    let short: [UInt8]
    /// Stands for ``short`` where words are counted.
    let key: UInt64
    /// Stands for the given name that it is a form of (``NameWords/group(of:)``); nil where none is known.
    let group: Int32?

    init(_ plain: [UInt8]) {
        self.plain = plain
        let short = Spelling.short(plain)
        self.short = short
        key = FastHash.hash64(short.rawSpan)
        group = NameWords.group(of: short)
    }

    static func == (left: NameToken, right: NameToken) -> Bool { left.plain == right.plain }

    func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

/// The name of a person or an organisation in the form that names are compared in.
///
/// Unicode NFKD without marks, case folded (``SearchText``), in words; apostrophes and dots within abbreviations are
/// left out, and so are honorifics and particles of persons and legal forms of organisations, unless nothing else is
/// left. German umlauts are the same with and without `e`: Müller, Mueller and Muller.
///
/// Chinese characters stay, and are read in Pinyin (``Pinyin``): of a person the family name is one word, compound ones
/// known, and the given name another, so that 张伟, Zhang Wei, Wei Zhang and zhangwei meet; of an organisation two
/// characters each are one word. Names of Japan and Korea in Chinese characters are read as Chinese ones; other
/// readings of Chinese, as Cantonese in Latin letters, are not known.
struct NameText: Hashable, Sendable {
    /// Whose name it is.
    enum Kind: Sendable {
        case person
        case organisation
    }

    /// The words in the order of the name; of Chinese ones the family name is first.
    let tokens: [NameToken]
    /// The Chinese characters without honorifics and legal forms; empty where there are none.
    let han: [UInt32]
    /// Whether all of it is Chinese characters.
    let isHan: Bool

    /// More words are not looked at.
    private static let mostTokens = 8

    /// Nil when there is no letter and no digit.
    init?(_ text: String, _ kind: Kind) {
        var words = Self.words(of: text)
        if words.isEmpty { return nil }
        switch kind {
        case .person: words = Self.leavingOut(NameWords.honorifics, NameWords.particles, of: words)
        case .organisation: words = Self.leavingOutLegalForms(of: words)
        }
        let runs = words.count { $0.isHan }
        var tokens: [NameToken] = []
        var han: [UInt32] = []
        for word in words.prefix(Self.mostTokens) {
            guard word.isHan else {
                tokens.append(NameToken(Array(word.text.utf8)))
                continue
            }
            let suffixes = kind == .person ? NameWords.chineseHonorifics : NameWords.chineseLegalForms
            let scalars = Self.withoutSuffix(Array(word.text.unicodeScalars), suffixes)
            han += scalars.map(\.value)
            switch kind {
            case .person: tokens += Self.tokens(ofPerson: scalars, isWholeName: runs == 1)
            case .organisation: tokens += Self.tokens(ofOrganisation: scalars)
            }
        }
        self.tokens = tokens
        self.han = han
        isHan = runs == words.count
    }

    /// The words written together, beginning with the one at `start`, spellings of one letter being one.
    func joined(from start: Int = 0) -> [UInt8] {
        (tokens[start...] + tokens[..<start]).flatMap(\.short)
    }

    // MARK: Words

    private struct Word {
        var text: String
        let isHan: Bool
    }

    /// The words of a text: stretches of letters and digits, Chinese characters apart from others.
    private static func words(of text: String) -> [Word] {
        var words: [Word] = []
        var current = ""
        var isCurrentHan = false
        func end() {
            if !current.isEmpty { words.append(Word(text: current, isHan: isCurrentHan)) }
            current = ""
        }
        for scalar in SearchText.fold(text).unicodeScalars {
            if Spelling.isApostrophe(scalar) { continue }
            let isHan = Pinyin.isHan(scalar)
            guard isHan || Spelling.isLetterOrNumber(scalar) else {
                end()
                continue
            }
            if isHan != isCurrentHan { end() }
            isCurrentHan = isHan
            if let letters = Spelling.letters(for: scalar) {
                current += letters
            } else {
                current.unicodeScalars.append(scalar)
            }
        }
        end()
        return words
    }

    private static func leavingOut(_ sets: Set<String>..., of words: [Word]) -> [Word] {
        var words = words
        for set in sets {
            let others = words.filter { $0.isHan || !set.contains($0.text) }
            // A particle before a name of one word may be the name.
            if others.count >= min(2, words.count) || (others.count == 1 && set == NameWords.honorifics) {
                words = others
            }
        }
        return words
    }

    /// Abbreviations whose letters stand apart, as `S.A.`, are put together before.
    private static func leavingOutLegalForms(of words: [Word]) -> [Word] {
        var joined: [Word] = []
        var isAbbreviation = false
        for word in words {
            let isLetter = !word.isHan && word.text.utf8.count == 1
            if isLetter, isAbbreviation, let last = joined.indices.last {
                joined[last].text += word.text
            } else {
                joined.append(word)
            }
            isAbbreviation = isLetter
        }
        let others = joined.filter { $0.isHan || !NameWords.legalForms.contains($0.text) }
        return others.isEmpty ? joined : others
    }

    // MARK: Chinese

    private static func withoutSuffix(_ scalars: [Unicode.Scalar], _ suffixes: [[Unicode.Scalar]]) -> [Unicode.Scalar] {
        var rest = scalars[...]
        while let suffix = suffixes.first(where: { rest.count > $0.count && rest.suffix($0.count).elementsEqual($0) }) {
            rest = rest.dropLast(suffix.count)
        }
        return Array(rest)
    }

    private static func tokens(ofPerson scalars: [Unicode.Scalar], isWholeName: Bool) -> [NameToken] {
        guard isWholeName else { return [NameToken(Pinyin.reading(scalars))] }
        let length = Pinyin.familyNameLength(scalars)
        let family = NameToken(Pinyin.familyName(Array(scalars[..<length])))
        let given = scalars[length...]
        return given.isEmpty ? [family] : [family, NameToken(Pinyin.reading(given))]
    }

    private static func tokens(ofOrganisation scalars: [Unicode.Scalar]) -> [NameToken] {
        stride(from: 0, to: scalars.count, by: 2).map { start in
            NameToken(Pinyin.reading(scalars[start..<min(start + 2, scalars.count)]))
        }
    }
}

/// How letters are written that have several spellings.
enum Spelling {
    /// Whether it is left out, so that O’Brien is one word.
    static func isApostrophe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x27, 0x60, 0xB4, 0x2018, 0x2019, 0x2BC, 0x2B9, 0xFF07: true
        default: false
        }
    }

    /// Whether it is a letter or a number of any kind. Those of ASCII are looked up in no table.
    static func isLetterOrNumber(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0..<0x80: false
        default: scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        }
    }

    /// What a letter is written as that does not fall apart into one with a mark; nil for others.
    static func letters(for scalar: Unicode.Scalar) -> String? { scalar.value < 0x80 ? nil : spelledOut[scalar] }

    private static let spelledOut: [Unicode.Scalar: String] = [
        "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŋ": "n", "ĸ": "k",
    ]

    /// `ae`, `oe`, `ue` and `aa` as the one letter that they may stand for, and `lv`, `nv`, `lyu`, `nyu` as `lu` and
    /// `nu`: that is how ü is typed in Pinyin.
    static func short(_ word: [UInt8]) -> [UInt8] {
        if word.count <= longestPinyin, let known = pinyin[word] { return known }
        var short: [UInt8] = []
        short.reserveCapacity(word.count)
        for byte in word {
            if let last = short.last, byte == e, last == a || last == o || last == u { continue }
            if let last = short.last, byte == a, last == a { continue }
            short.append(byte)
        }
        return short
    }

    /// What is heard of a word first: its first letter, then its consonants, those that sound alike being one.
    static func sound(_ word: [UInt8]) -> [UInt8] {
        var sound: [UInt8] = []
        for byte in word {
            let letter = heard(byte)
            if sound.isEmpty {
                sound.append(letter)
            } else if !isSilent(byte), sound.last != letter {
                sound.append(letter)
            }
        }
        return sound
    }

    private static let a = UInt8(ascii: "a")
    private static let e = UInt8(ascii: "e")
    private static let o = UInt8(ascii: "o")
    private static let u = UInt8(ascii: "u")

    private static func isSilent(_ letter: UInt8) -> Bool {
        switch letter {
        case a, e, o, u, UInt8(ascii: "i"), UInt8(ascii: "y"), UInt8(ascii: "h"), UInt8(ascii: "w"): true
        default: false
        }
    }

    /// The letter that stands for those that sound alike.
    private static func heard(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "c"), UInt8(ascii: "q"): UInt8(ascii: "k")
        case UInt8(ascii: "z"): UInt8(ascii: "s")
        case UInt8(ascii: "v"): UInt8(ascii: "f")
        case UInt8(ascii: "d"): UInt8(ascii: "t")
        case UInt8(ascii: "b"): UInt8(ascii: "p")
        default: letter
        }
    }

    /// The most letters of the words of ``pinyin``.
    private static let longestPinyin = 3
    private static let pinyin: [[UInt8]: [UInt8]] = {
        let words = [("lv", "lu"), ("nv", "nu"), ("lyu", "lu"), ("nyu", "nu"), ("lue", "lue"), ("nue", "nue")]
        return Dictionary(words.map { (Array($0.0.utf8), Array($0.1.utf8)) }) { first, _ in first }
    }()
}
