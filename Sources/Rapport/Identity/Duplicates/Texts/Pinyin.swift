internal import Foundation
internal import Synchronization

/// How Chinese characters are read, in Hanyu Pinyin without tones: 张 is `zhang`.
///
/// The readings are those of the Unicode transliteration "Han-Latin" (CLDR), one for each character; of characters that
/// are read otherwise in a family name, that reading there (``familyName(_:)``).
enum Pinyin {
    /// Whether it is a Chinese character.
    static func isHan(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0xF900...0xFAFF, 0x3007, 0x20000...0x323AF: true
        default: false
        }
    }

    /// The reading of characters, one after the other. Each character is looked up in the tables of Foundation once.
    static func reading(_ characters: some Sequence<Unicode.Scalar>) -> [UInt8] {
        var reading: [UInt8] = []
        for character in characters { reading += syllable(character) }
        return reading
    }

    /// The reading of a family name of one or two characters.
    static func familyName(_ characters: [Unicode.Scalar]) -> [UInt8] {
        if characters.count == 1, let reading = familyReadings[characters[0].value] { return Array(reading.utf8) }
        if characters.count == 2, let reading = compoundReadings[String(String.UnicodeScalarView(characters))] {
            return Array(reading.utf8)
        }
        return reading(characters)
    }

    /// How many of the characters are the family name: two of a compound one with a given name behind it, else one.
    static func familyNameLength(_ characters: [Unicode.Scalar]) -> Int {
        guard characters.count >= 3 else { return min(1, characters.count) }
        let firstTwo = String(String.UnicodeScalarView(characters[..<2]))
        return compounds.contains(firstTwo) ? 2 : 1
    }

    private static let known = Mutex<[UInt32: [UInt8]]>([:])

    private static func syllable(_ character: Unicode.Scalar) -> [UInt8] {
        if let syllable = known.withLock({ $0[character.value] }) { return syllable }
        let text = String(Character(character))
        let latin = text.applyingTransform(.mandarinToLatin, reverse: false) ?? text
        let plain = SearchText.fold(latin.applyingTransform(.stripDiacritics, reverse: false) ?? latin)
        let syllable = Array(plain.utf8.filter { $0 != UInt8(ascii: " ") })
        known.withLock { $0[character.value] = syllable }
        return syllable
    }

    /// Family names of two characters.
    private static let compounds: Set<String> = [
        "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "东方", "東方", "皇甫", "尉迟", "尉遲", "公孙", "公孫", "慕容", "令狐", "司徒", "司空",
        "夏侯", "长孙", "長孫", "宇文", "轩辕", "軒轅", "端木", "独孤", "獨孤", "南宫", "南宮", "西门", "西門", "百里", "呼延", "澹台", "澹臺", "公羊",
        "申屠", "太史", "闻人", "聞人", "钟离", "鍾離", "鲜于", "鮮于", "拓跋", "赫连", "赫連",
    ]

    /// Compound names of which a character is read otherwise.
    private static let compoundReadings = [
        "尉迟": "yuchi", "尉遲": "yuchi", "长孙": "zhangsun", "長孫": "zhangsun", "澹台": "tantai", "澹臺": "tantai",
    ]

    /// Characters that are read otherwise as a family name.
    private static let familyReadings: [UInt32: String] = {
        let readings: [(Unicode.Scalar, String)] = [
            ("曾", "zeng"), ("单", "shan"), ("單", "shan"), ("解", "xie"), ("仇", "qiu"), ("朴", "piao"), ("区", "ou"),
            ("區", "ou"), ("查", "zha"), ("盖", "ge"), ("蓋", "ge"), ("任", "ren"), ("华", "hua"), ("華", "hua"),
            ("乐", "yue"), ("樂", "yue"), ("翟", "zhai"), ("缪", "miao"), ("繆", "miao"), ("覃", "qin"), ("宁", "ning"),
            ("寧", "ning"), ("尹", "yin"), ("冼", "xian"), ("种", "chong"), ("召", "shao"), ("折", "she"), ("洗", "xian"),
            ("员", "yun"), ("員", "yun"), ("晟", "cheng"), ("郇", "xun"), ("逄", "pang"), ("佴", "nai"), ("冯", "feng"),
            ("馮", "feng"), ("秘", "bi"), ("薄", "bo"), ("哈", "ha"), ("阚", "kan"), ("闞", "kan"), ("炅", "gui"),
            ("教", "jiao"), ("贾", "jia"), ("賈", "jia"), ("葛", "ge"), ("柏", "bai"), ("卜", "bu"), ("沈", "shen"),
            ("石", "shi"), ("尉", "wei"), ("燕", "yan"), ("应", "ying"), ("應", "ying"), ("于", "yu"), ("俞", "yu"),
            ("车", "che"), ("車", "che"), ("重", "chong"),
        ]
        return Dictionary(readings.map { ($0.0.value, $0.1) }) { first, _ in first }
    }()
}
