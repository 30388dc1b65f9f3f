/// What agreements and contradictions weigh, in hundredths of a bit: log2(m/u) of Fellegi and Sunter.
///
/// Where a value is shared, u is how often it is by chance. Of identifiers and addresses that is how many other records
/// have the same value: each doubling of them takes a bit. Of names it is how many would bear the name if their words
/// were chosen independently of each other, each as often as records have it ("frequency-based matching": W. E.
/// Winkler, "Frequency-Based Matching in the Fellegi-Sunter Model of Record Linkage", 1989): two called Anna Smith are
/// less remarkable than two called Niamh Quandt. The other weights are judgements about m and u; the benchmark
/// `duplicates` tells what comes of them.
enum EvidenceWeights {
    // MARK: Identifiers that agree, where two records share them

    static let email = 2_700
    /// A mailbox of an office less.
    static let sharedMailbox = 600
    static let emailLocal = 500
    static let phone = 2_300

    static func identifier(_ kind: IdentifierType) -> Int {
        switch kind {
        case .userID: 3_000
        case .wechat, .externalID: 2_800
        case .card: 2_600
        case .anonymousID: 1_500
        default: 1_000
        }
    }

    // MARK: Identifiers that do not

    static let otherEmail = -50
    static let otherPhone = -100

    /// Two accounts are two people, two memberships may be.
    static func otherIdentifier(_ kind: IdentifierType) -> Int {
        switch kind {
        case .userID: -1_200
        case .externalID: -200
        case .wechat, .card: -150
        default: 0
        }
    }

    // MARK: Names

    /// As many bits as the population has: of a name that one other is expected to bear.
    static let name = 1_400
    /// What rare words add at most.
    static let mostRarity = 800
    /// Records that are thought to be there beside those that are: in a small log every name is rare.
    static let background = 1_000
    static let otherName = -900
    static let partlyOtherName = -500
    /// Organisations share words of their trade and place.
    static let partlyOtherOrganisation = -700
    /// A customer of an organisation and one of its people are not the same kind of thing.
    static let mixedKinds = -100

    /// What a name that agrees weighs less because of how it does; nil where it does not agree.
    static func lack(_ match: NameLikeness.Match) -> (word: String, points: Int)? {
        switch match {
        case .same: ("", 0)
        case .order: ("-order", 50)
        case .spelling: ("-spelling", 50)
        case .joined: ("-joined", 100)
        case .script: ("-script", 100)
        case .sound: ("-sound", 350)
        case .longer(let words): ("-longer", 150 * words)
        case .shortForm: ("-short-form", 250)
        case .initial: ("-initial", 450)
        case .similar(let similarity): ("-similar", 150 + (JaroWinkler.whole - similarity) / 4)
        case .incomplete, .partly, .different: nil
        }
    }

    static let contactName = 500
    static let otherContactName = -100
    /// The company that somebody is of: between these.
    static let company = 200...1_000
    static let otherCompany = -100

    // MARK: Everything else

    static let birthday = 900
    /// Only the year is known of one of them.
    static let birthYear = 350
    static let birthdayTypo = 100
    static let otherBirthday = -900

    static func weight(of birthdays: BirthdayText.Likeness) -> Int {
        switch birthdays {
        case .same: birthday
        case .compatible: birthYear
        case .typo: birthdayTypo
        case .different: otherBirthday
        }
    }

    static let address = 1_200
    static let similarAddress = 800
    static let otherAddress = -150
    static let city = 200
    static let otherCity = -100
}
