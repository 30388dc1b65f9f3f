/// A customer as somebody has typed it in.
package struct CustomerSketch: Equatable, Sendable {
    /// The id of the customer, as `C-1`.
    package var id: String
    /// The name of the person or the organisation.
    package var name: String
    package var isOrganisation: Bool
    package var email: String?
    package var phone: String?
    package var wechat: String?
    /// Street and number.
    package var address: String?
    package var city: String?
    /// In ISO 8601.
    package var birthday: String?

    package init(
        id: String, name: String, isOrganisation: Bool, email: String? = nil, phone: String? = nil,
        wechat: String? = nil
    ) {
        self.id = id
        self.name = name
        self.isOrganisation = isOrganisation
        self.email = email
        self.phone = phone
        self.wechat = wechat
    }

    /// Whether the name is in Chinese characters.
    var isChinese: Bool { name.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) } }

    /// The words of the name.
    var words: [String] { name.split(separator: " ").map { String($0) } }

    /// Invents what is not known, for most of them.
    mutating func complete(_ random: inout SeededGenerator) {
        if email == nil, random.happens(80) { email = Self.mailbox(&random) }
        if phone == nil, random.happens(80) { phone = Self.number(&random) }
        if random.happens(90) { move(&random) }
        if !isOrganisation, random.happens(40) {
            let (month, day) = (Int.random(in: 1...12, using: &random), Int.random(in: 1...28, using: &random))
            birthday = "\(Int.random(in: 1950...2004, using: &random))-\(Self.two(month))-\(Self.two(day))"
        }
    }

    /// Gives it another address, most often in another city.
    mutating func move(_ random: inout SeededGenerator) {
        let number = Int.random(in: 1...180, using: &random)
        if isChinese {
            address = random.pick(Self.chineseStreets) + "\(number)号"
            city = random.pick(Self.chineseCities)
        } else {
            address = "\(random.pick(Self.streets)) \(number)"
            city = random.pick(Self.cities)
        }
    }

    /// A mailbox that is nobody's.
    static func mailbox(_ random: inout SeededGenerator) -> String {
        "m\(random.next() >> 24)@\(random.pick(["example.com", "example.org", "example.net"]))"
    }

    /// A number behind a country code that no country has.
    static func number(_ random: inout SeededGenerator) -> String {
        "+999 \(Int.random(in: 10_000_000...99_999_999, using: &random))"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static let streets = [
        "Baker Street", "Station Road", "Church Lane", "Mill Road", "Harbour Street", "Park Avenue", "High Street",
        "Hauptstraße", "Bahnhofstraße", "Lindenweg", "Gartenstraße", "Schulstraße", "Marktplatz", "Calle Mayor",
        "Calle Real", "Avenida del Puerto", "Rua Direita", "Rue Haute", "Kerkstraat", "Dorpsstraat", "Storgata",
        "Kungsgatan", "Nygade", "Hämeenkatu",
    ]
    private static let cities = [
        "Hamburg", "Köln", "Wien", "Leeds", "Cork", "Bristol", "Gent", "Utrecht", "Porto", "Valencia", "Bergen",
        "Malmö",
    ]
    private static let chineseStreets = [
        "南京路", "中山路", "人民路", "解放路", "建设路", "和平街", "新华路", "长江路", "黄河路", "北京路", "文化街", "幸福路",
    ]
    private static let chineseCities = ["上海", "杭州", "苏州", "广州", "深圳", "北京", "天津", "青岛"]
}

extension SeededGenerator {
    /// True in `percent` of 100 cases.
    public mutating func happens(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    /// One of the elements, each as likely as the other.
    public mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &self)]
    }
}
