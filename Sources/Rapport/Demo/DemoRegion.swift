/// A market of the demo company: who sells there, in which languages and currencies.
struct DemoRegion {
    /// Its code, as it stands in attributes and dimensions.
    let name: String
    /// The number of its manager among the staff.
    let manager: Int
    /// IANA zone.
    let timeZone: String
    /// BCP 47 tag.
    let language: String
    let currencies: [String]
    /// How content its customers are compared with the others, in tenths of a point of the net promoter scale.
    let contentment: Int

    /// An amount in one of its currencies that is worth as much as `euros`.
    static func amount(worth euros: Int64, in currency: String) -> Int64 {
        currency == "CNY" ? euros * 8 : currency == "USD" ? euros * 11 / 10 : euros
    }

    var isChinese: Bool { timeZone == "Asia/Shanghai" }

    /// Three Chinese regions, then five European ones. Four sellers each follow the managers in the list of the staff.
    static let all = [
        chinese("cn-east", 1, 3), chinese("cn-south", 2, 0), chinese("cn-north", 3, -4),
        DemoRegion(
            name: "dach", manager: 4, timeZone: "Europe/Berlin", language: "de", currencies: ["EUR"], contentment: 1),
        DemoRegion(
            name: "nordics", manager: 5, timeZone: "Europe/Stockholm", language: "en", currencies: ["EUR", "USD"],
            contentment: 4),
        DemoRegion(
            name: "iberia", manager: 6, timeZone: "Europe/Madrid", language: "es", currencies: ["EUR"], contentment: 0),
        DemoRegion(
            name: "uk-ie", manager: 7, timeZone: "Europe/London", language: "en", currencies: ["USD", "EUR"],
            contentment: -2),
        DemoRegion(
            name: "benelux", manager: 8, timeZone: "Europe/Brussels", language: "nl", currencies: ["EUR"],
            contentment: -5),
    ]

    /// How many of `all` are Chinese.
    static let chineseCount = 3
    static let sellersPerRegion = 4
    /// They follow the sellers in the list of the staff.
    static let agentsPerRegion = 3

    private static func chinese(_ name: String, _ manager: Int, _ contentment: Int) -> DemoRegion {
        DemoRegion(
            name: name, manager: manager, timeZone: "Asia/Shanghai", language: "zh-CN", currencies: ["CNY"],
            contentment: contentment)
    }
}

/// What the demo company sells.
struct DemoProduct {
    /// Its code.
    let name: String
    /// The least a deal is worth, in whole euros.
    let smallestDeal: Int

    static let all = [
        DemoProduct(name: "film", smallestDeal: 1_500), DemoProduct(name: "cartons", smallestDeal: 2_500),
        DemoProduct(name: "labels", smallestDeal: 800), DemoProduct(name: "bottles", smallestDeal: 4_000),
        DemoProduct(name: "machines", smallestDeal: 18_000),
    ]
}
