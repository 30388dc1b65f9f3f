/// Words of names that do not tell people or companies apart, and names that stand for others. In the form that
/// ``NameText`` gives words.
enum NameWords {
    /// Titles and forms of address.
    static let honorifics: Set<String> = list(
        """
        mr mrs ms miss mx dr prof professor doctor sir madam mme mlle herr frau senor senora sr sra dipl ing phd md \
        jr junior senior ii iii esq
        """)

    /// Words between given name and family name.
    static let particles: Set<String> = list(
        "von van vom zu zum zur der den de del della di da dos das du la le el al ten ter af av")

    /// Legal forms, and words that link the names of partners.
    static let legalForms: Set<String> = list(
        """
        gmbh mbh gesmbh ag kg kgaa ohg gbr ug ev eg se sce ltd limited inc incorporated llc llp lp plc corp \
        corporation co company sa sl slu srl sarl sas sasu spa sc scrl bv nv vof cv ab as asa aps oy oyj ltda lda \
        pty pte kk doo sro kft zrt bt and und et y e the group holding
        """)

    /// Longer ones before those that they end in.
    static let chineseHonorifics = suffixes("先生 女士 小姐 太太 老师 老師 博士 教授 经理 經理 总监 總監 主任")

    /// Longer ones before those that they end in.
    static let chineseLegalForms = suffixes(
        "集团股份有限公司 集團股份有限公司 股份有限公司 集团有限公司 集團有限公司 有限责任公司 有限責任公司 有限公司 总公司 總公司 分公司 公司 集团 集團 厂 廠")

    /// A number for the full given name that a familiar one stands for, itself among them; of one in use for several
    /// names one of them. Nil for other words.
    ///
    /// - Parameter word: in the form of ``NameToken/short``.
    static func group(of word: [UInt8]) -> Int32? { groupNumbers[word] }

    private static func list(_ text: String) -> Set<String> { Set(text.split(separator: " ").map { String($0) }) }

    private static func suffixes(_ text: String) -> [[Unicode.Scalar]] {
        text.split(separator: " ").map { Array($0.unicodeScalars) }
    }

    /// The full name, then the familiar ones; of English, German, Dutch, French, Spanish and Nordic use.
    private static let groups = [
        "anna annie anni anne nan", "elizabeth liz lizzy beth betty eliza elisabeth liesl elise lisa",
        "robert bob bobby rob robbie", "william bill billy will liam willi", "richard rick dick richie",
        "margarete greta gretel maggie peggy margaret marga grete", "theresa tess tessa terry teresa resi",
        "helena lena elena helene leni", "victor vic vico viktor", "benjamin ben benny", "oscar ozzie oskar",
        "rosa rosie rosi", "clara claire klara", "jurgen jorg jurg juergen", "maria marie mia mary mariechen mitzi",
        "pablo paul paulo paolo", "quentin quin", "xavier xavi javier javi", "eva eve", "edward eduard ed eddie ted",
        "esther essie hester", "fergus fergie", "hannah hanna hanne johanna",
        "kerstin kirsten kristin christine christina chris", "lucia lucy luzie lucie",
        "marek mark marc marcus markus", "ulla ulrike ursula uli", "karin karen katharina kate kathy katrin cathy",
        "grace gracie", "alexander alex sascha sandy xander", "alexandra sandra", "michael mike mick micha michel",
        "thomas tom tommy", "james jim jimmy", "john jack johnny johannes hans hannes jan",
        "joseph joe josef sepp jose pepe", "francisco paco francis franz frank", "anthony tony anton toni",
        "charles charlie karl carl", "daniel dan danny", "david dave", "matthew matt matthias",
        "nicholas nick nico nikolaus klaus", "samuel sam sammy", "steven steve stephen stefan",
        "susan sue susie susanne", "patricia pat patty trish", "patrick paddy", "peter pete",
        "andrew andy andreas drew", "christopher topher christoph", "deborah deb debbie", "jennifer jen jenny",
        "jessica jess", "kimberly kim", "lawrence larry lars lorenz", "leonard leo len",
        "louis lou louie ludwig lutz", "rebecca becky", "ronald ron ronnie", "timothy tim", "walter walt",
        "gerhard gerd", "friedrich fritz fred frederick", "heinrich heinz heiner henry harry", "wolfgang wolf",
        "sebastian basti", "maximilian max", "cornelia conny nele", "gabriele gabi",
    ]

    private static let groupNumbers: [[UInt8]: Int32] = {
        var numbers: [[UInt8]: Int32] = [:]
        var fullNames: [[UInt8]: Int32] = [:]
        for group in groups {
            let words = group.split(separator: " ").map { Spelling.short(Array($0.utf8)) }
            guard let full = words.first else { continue }
            let number = fullNames[full] ?? Int32(fullNames.count)
            fullNames[full] = number
            for word in words where numbers[word] == nil { numbers[word] = number }
        }
        return numbers
    }()
}
