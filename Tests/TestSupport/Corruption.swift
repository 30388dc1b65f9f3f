/// How the record of a customer who was typed in twice differs from the first one.
package enum Corruption: String, CaseIterable, Sendable {
    /// A letter is another one, is missing, or has changed places with its neighbour; one Chinese character is another.
    case typo
    /// Family name and given name the other way round.
    case transposed
    /// A Chinese name in Latin letters.
    case pinyinForCharacters = "Pinyin for characters"
    /// A Chinese name in characters, which was in Latin letters the first time.
    case charactersForPinyin = "characters for Pinyin"
    case missingPhone = "missing phone"
    case otherEmail = "other e-mail"
    /// A company without its legal form, or with another spelling of it.
    case legalForm = "legal form"
    /// ue for ü and the like.
    case umlaut
    case moved
    case nickname

    /// Spoils a record and its double, each in its own way; false where that cannot be.
    func spoil(_ original: inout CustomerSketch, _ double: inout CustomerSketch, _ random: inout SeededGenerator)
        -> Bool
    {
        switch self {
        case .typo: return Self.mistype(&double, &random)
        case .transposed:
            guard !double.isOrganisation, !double.isChinese, double.words.count == 2 else { return false }
            double.name = double.words.reversed().joined(separator: random.happens(50) ? " " : ", ")
        case .pinyinForCharacters:
            guard let pinyin = Self.pinyin(of: double, &random) else { return false }
            double.name = pinyin
        case .charactersForPinyin:
            guard let pinyin = Self.pinyin(of: original, &random) else { return false }
            original.name = pinyin
        case .missingPhone:
            guard double.phone != nil else { return false }
            (double.phone, double.wechat) = (nil, nil)
        case .otherEmail:
            guard double.email != nil else { return false }
            double.email = CustomerSketch.mailbox(&random)
        case .legalForm: return Self.changeLegalForm(&double, &random)
        case .umlaut:
            var name = double.name
            for (letter, letters) in Self.umlauts { name = name.replacing(letter, with: letters) }
            if name == double.name { return false }
            double.name = name
        case .moved:
            guard double.address != nil else { return false }
            double.move(&random)
        case .nickname:
            guard !double.isOrganisation, double.words.count == 2, let short = Self.nicknames[double.words[0]] else {
                return false
            }
            double.name = short + " " + double.words[1]
        }
        return true
    }

    // MARK: Typing

    private static func mistype(_ double: inout CustomerSketch, _ random: inout SeededGenerator) -> Bool {
        var letters = Array(double.name)
        if double.isChinese {
            guard letters.count >= 3 else { return false }
            // Not the family name, nor the legal form.
            let place = 1 + Int.random(in: 0..<2, using: &random)
            let other = random.pick(givenReadings.keys.sorted())
            if letters[place] == other { return false }
            letters[place] = other
            double.name = String(letters)
            return true
        }
        // Within a word: the first letter is mistyped least.
        let places = letters.indices.dropFirst().filter { place in
            letters[place].isLetter && letters[place - 1].isLetter
        }
        guard places.count >= 4 else { return false }
        let place = random.pick(places)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: letters.remove(at: place)
        case 1:
            let other = random.pick(Array("abcdefghiklmnoprstuvwxyz"))
            if letters[place] == other { return false }
            letters[place] = other
        default:
            if place == 1 || letters[place] == letters[place - 1] { return false }
            letters.swapAt(place, place - 1)
        }
        double.name = String(letters)
        return true
    }

    // MARK: Companies

    private static func changeLegalForm(_ double: inout CustomerSketch, _ random: inout SeededGenerator) -> Bool {
        guard double.isOrganisation else { return false }
        let others = [
            "集团有限公司": ["有限公司", ""], "股份有限公司": ["有限公司", ""], "有限公司": ["有限责任公司", "公司", ""],
            " Ltd": [" Limited", " Ltd.", ""],
            " plc": [" PLC", ""], " GmbH": [" G.m.b.H.", " GmbH & Co. KG", ""], " AG": [" A.G.", ""],
            " KG": [" GmbH", ""],
            " B.V.": [" BV", ""], " N.V.": [" NV", ""], " SRL": [" S.R.L.", ""], " S.L.": [" SL", ""],
            " S.A.": [" SA", ""], " Lda.": [" Lda", ""], " AB": [""], " ApS": [""], " Oy": [" Oyj", ""],
            " AS": [" A/S", ""],
        ]
        let forms = others.keys.sorted { ($1.count, $0) < ($0.count, $1) }
        guard let form = forms.first(where: { double.name.hasSuffix($0) }), let choices = others[form] else {
            return false
        }
        double.name = String(double.name.dropLast(form.count)) + random.pick(choices)
        return true
    }

    // MARK: Names

    /// `Xiaoming Wang` or `Wang Xiaoming`, by tables of its own; nil where one of the characters is not in them.
    private static func pinyin(of sketch: CustomerSketch, _ random: inout SeededGenerator) -> String? {
        guard sketch.isChinese, !sketch.isOrganisation, let first = sketch.name.first,
            let family = familyReadings[first]
        else { return nil }
        let syllables = sketch.name.dropFirst().compactMap { givenReadings[$0] }
        guard syllables.count == sketch.name.count - 1, !syllables.isEmpty else { return nil }
        let parts = [capital(family), capital(syllables.joined())]
        return (random.happens(50) ? parts : parts.reversed()).joined(separator: " ")
    }

    private static func capital(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }

    private static func readings(_ text: String) -> [Character: String] {
        let parts = text.split(separator: " ").map { String($0) }
        var readings: [Character: String] = [:]
        for place in stride(from: 0, to: parts.count - 1, by: 2) {
            if let character = parts[place].first { readings[character] = parts[place + 1] }
        }
        return readings
    }

    private static let familyReadings = readings(
        """
        王 wang 李 li 张 zhang 刘 liu 陈 chen 杨 yang 黄 huang 赵 zhao 周 zhou 吴 wu 徐 xu 孙 sun 马 ma 朱 zhu 胡 hu 郭 guo \
        何 he 高 gao 林 lin 罗 luo 郑 zheng 梁 liang 谢 xie 宋 song 唐 tang 许 xu 韩 han 冯 feng 邓 deng 曹 cao 彭 peng 曾 zeng
        """)

    private static let givenReadings = readings(
        """
        小 xiao 明 ming 伟 wei 芳 fang 娜 na 敏 min 静 jing 丽 li 强 qiang 磊 lei 军 jun 洋 yang 勇 yong 艳 yan 杰 jie 娟 juan \
        涛 tao 超 chao 霞 xia 平 ping 刚 gang 桂 gui 英 ying 秀 xiu 文 wen 志 zhi 雪 xue 佳 jia 宇 yu 浩 hao 欣 xin 怡 yi \
        子 zi 涵 han 梓 zi 轩 xuan 思 si 雨 yu 博 bo 晓 xiao 慧 hui 玲 ling 斌 bin 鹏 peng 婷 ting 俊 jun 倩 qian 宁 ning
        """)

    private static let umlauts = [
        ("ü", "ue"), ("ö", "oe"), ("ä", "ae"), ("ø", "oe"), ("ß", "ss"), ("Ü", "Ue"), ("Ö", "Oe"), ("Ä", "Ae"),
    ]

    private static let nicknames = [
        "Anna": "Annie", "Ben": "Benjamin", "Clara": "Claire", "Elena": "Lena", "Grace": "Gracie", "Greta": "Margarete",
        "Hannah": "Hanna", "Lucía": "Lucy", "María": "Mia", "Oscar": "Ozzie", "Rosa": "Rosie", "Tess": "Theresa",
        "Victor": "Vic", "Xavier": "Xavi", "Esther": "Essie", "Kerstin": "Kirsten", "Marek": "Mark", "Pablo": "Paul",
    ]
}
