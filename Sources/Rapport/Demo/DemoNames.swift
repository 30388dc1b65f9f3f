/// Names, addresses and numbers of people and companies that do not exist.
enum DemoNames {
    /// A person: as shown, and in the letters of an e-mail address.
    struct Person {
        let name: String
        let address: String
    }

    /// The person behind a customer; of an organisation, the one to talk to.
    static func person(of customer: DemoCustomer, seed: UInt64) -> Person {
        var random = DemoRandom(seed: seed, .person, customer.index)
        return customer.region.isChinese ? chinesePerson(&random) : europeanPerson(&random)
    }

    private static func chinesePerson(_ random: inout DemoRandom) -> Person {
        let family = random.pick(chineseFamilies)
        let first = random.pick(chineseSyllables)
        guard random.happens(75) else {
            return Person(name: family.text + first.text, address: "\(first.ascii).\(family.ascii)")
        }
        let second = random.pick(chineseSyllables)
        return Person(
            name: family.text + first.text + second.text, address: "\(first.ascii)\(second.ascii).\(family.ascii)")
    }

    private static func europeanPerson(_ random: inout DemoRandom) -> Person {
        let given = random.pick(europeanGivenNames)
        let family = random.pick(europeanFamilies)
        return Person(name: "\(given.text) \(family.text)", address: "\(given.ascii).\(family.ascii)")
    }

    /// A word, and the same in ASCII letters.
    struct Word {
        let text: String
        let ascii: String
    }

    /// Reads `王 wang 李 li`.
    private static func words(_ text: String) -> [Word] {
        let parts = text.split(separator: " ").map { String($0) }
        return stride(from: 0, to: parts.count - 1, by: 2).map { Word(text: parts[$0], ascii: parts[$0 + 1]) }
    }

    private static let chineseFamilies = words(
        """
        王 wang 李 li 张 zhang 刘 liu 陈 chen 杨 yang 黄 huang 赵 zhao 周 zhou 吴 wu 徐 xu 孙 sun 马 ma 朱 zhu 胡 hu 郭 guo \
        何 he 高 gao 林 lin 罗 luo 郑 zheng 梁 liang 谢 xie 宋 song 唐 tang 许 xu 韩 han 冯 feng 邓 deng 曹 cao 彭 peng 曾 zeng
        """)

    private static let chineseSyllables = words(
        """
        小 xiao 明 ming 伟 wei 芳 fang 娜 na 敏 min 静 jing 丽 li 强 qiang 磊 lei 军 jun 洋 yang 勇 yong 艳 yan 杰 jie 娟 juan \
        涛 tao 超 chao 霞 xia 平 ping 刚 gang 桂 gui 英 ying 秀 xiu 文 wen 志 zhi 雪 xue 佳 jia 宇 yu 浩 hao 欣 xin 怡 yi \
        子 zi 涵 han 梓 zi 轩 xuan 思 si 雨 yu 博 bo 晓 xiao 慧 hui 玲 ling 斌 bin 鹏 peng 婷 ting 俊 jun 倩 qian 宁 ning
        """)

    private static let europeanGivenNames = words(
        """
        Anna anna Ben ben Clara clara Dylan dylan Elena elena Finn finn Grace grace Hugo hugo Inês ines Jürgen juergen \
        Karin karin Liam liam María maria Noah noah Olga olga Pablo pablo Quentin quentin Rosa rosa Søren soeren \
        Tess tess Ulla ulla Victor victor Wendy wendy Xavier xavier Yara yara Zoë zoe Aoife aoife Björn bjoern \
        Chloé chloe Duarte duarte Esther esther Fergus fergus Greta greta Hannah hannah Ivo ivo Joost joost \
        Kerstin kerstin Lucía lucia Marek marek Niamh niamh Oscar oscar Petra petra
        """)

    private static let europeanFamilies = words(
        """
        Smith smith Müller mueller García garcia Jansen jansen Nilsson nilsson O’Brien obrien Peeters peeters \
        Silva silva Weber weber Evans evans Hansen hansen Romero romero Novák novak Fischer fischer Walsh walsh \
        Korhonen korhonen Moreau moreau Schäfer schaefer Taylor taylor Visser visser Costa costa Lindqvist lindqvist \
        Murphy murphy Vogel vogel Dubois dubois Ferreira ferreira Hughes hughes Keller keller Larsen larsen Maes maes \
        Navarro navarro Olsen olsen Patel patel Quinn quinn Richter richter Sanders sanders Torres torres \
        Ueno ueno Wright wright Zimmer zimmer
        """)
}
