internal import LMDB

/// A phone number in the forms that it is looked up in, so that it is found however it was written down.
///
/// A number with `+` or `00` in front says its country; another one is of the country that is named with it. Of a
/// number whose country is in the table (``CallingCode``) the forms are: E.164 (`+493012345`), the same digits without
/// `+`, the national number (`3012345`), and the national number behind the trunk prefix (`03012345`). Of other
/// numbers: the digits as they are, and with `+` in front where that was there.
///
/// Digits without `+` that begin with the calling code of the country named with them, and may be a national number as
/// well (`4930123456` in Germany), are found as either; nobody says that they are one of them.
///
/// Its limits: whether a number is in use, or has a possible length, is not looked at. A number ends at the first
/// letter, comma, semicolon or `#` behind a digit, where extensions begin. Prefixes of carriers (Brazil, Mexico before
/// 2019) count as digits. Of two numbers in one value nothing good comes. A national number of a country that nobody
/// names is found under its digits only, which numbers of other countries may share.
struct PhoneText: Equatable {
    /// Each once, the most exact first; empty when there is no digit.
    let forms: [String]
    /// E.164; nil when the country is not known, or the number has more digits than E.164 has room for.
    let international: String?

    /// E.164 has room for so many digits, the calling code among them.
    private static let mostDigits = 15

    /// - Parameters:
    ///   - text: in NFKC.
    ///   - country: where a number without a calling code is at home, as ISO 3166-1 alpha-2.
    init(_ text: String, country: String?) {
        let (digits, hasPlus) = Self.digits(of: text)
        let home = country.flatMap { CallingCode.of(country: $0) }
        if digits.isEmpty {
            self.init(forms: [], international: nil)
        } else if let abroad = Self.behindInternationalPrefix(digits, hasPlus, home) {
            self.init(abroad: abroad)
        } else if let home {
            let national = home.withoutTrunk(digits)
            if national.utf8.count > home.longest, digits.hasPrefix(home.digits) {
                // The calling code, without anything that says so.
                self.init(abroad: digits)
            } else if national == digits, home.mayHaveCode(digits) {
                let inland = PhoneText(national, of: home, asGiven: digits)
                self.init(forms: inland.forms + PhoneText(abroad: digits).forms, international: nil)
            } else {
                self.init(national, of: home, asGiven: digits)
            }
        } else {
            self.init(forms: [digits], international: nil)
        }
    }

    private init(forms: [String], international: String?) {
        var distinct: [String] = []
        for form in forms where !form.isEmpty && !distinct.contains(form) { distinct.append(form) }
        self.forms = distinct
        self.international = international
    }

    /// - Parameter digits: with the calling code in front.
    private init(abroad digits: String) {
        guard let code = CallingCode.of(number: digits) else {
            let isPossible = digits.utf8.count <= Self.mostDigits
            self.init(forms: ["+" + digits, digits], international: isPossible ? "+" + digits : nil)
            return
        }
        var national = String(digits.dropFirst(code.digits.utf8.count))
        // `+49 (0) 30 ...`: no national number of these countries begins with 0.
        if code.trunk == "0", national.hasPrefix("0") { national.removeFirst() }
        self.init(national, of: code, asGiven: "")
    }

    private init(_ national: String, of code: CallingCode, asGiven digits: String) {
        let all = code.digits + national
        guard !national.isEmpty, all.utf8.count <= Self.mostDigits else {
            self.init(forms: digits.isEmpty ? [all] : [digits], international: nil)
            return
        }
        self.init(
            forms: ["+" + all, all, national, code.trunk + national, digits], international: "+" + all)
    }

    // MARK: Reading

    /// The digits as ASCII, and whether a `+` stands before the first.
    private static func digits(of text: String) -> (digits: String, hasPlus: Bool) {
        var digits = ""
        var hasPlus = false
        for scalar in text.unicodeScalars {
            if let digit = digit(scalar) {
                digits += String(digit)
            } else if digits.isEmpty {
                if scalar == "+" { hasPlus = true }
            } else if scalar.properties.isAlphabetic || scalar == "," || scalar == ";" || scalar == "#" {
                break
            }
        }
        return (digits, hasPlus)
    }

    /// Of any script.
    private static func digit(_ scalar: Unicode.Scalar) -> Int? {
        guard scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue else { return nil }
        return Int(value)
    }

    /// What stands behind `+`, `00`, or in North America `011`; nil where a number begins otherwise.
    private static func behindInternationalPrefix(_ digits: String, _ hasPlus: Bool, _ home: CallingCode?) -> String? {
        if hasPlus { return digits }
        for prefix in home?.digits == "1" ? ["011", "00"] : ["00"] {
            // Fewer digits than that are no number of another country.
            if digits.hasPrefix(prefix), digits.utf8.count > prefix.utf8.count + 4 {
                return String(digits.dropFirst(prefix.utf8.count))
            }
        }
        return nil
    }
}

/// How the numbers of a country are called, from abroad and within.
struct CallingCode: Equatable {
    /// ISO 3166-1 alpha-2.
    let country: String
    /// The calling code, ITU-T E.164.
    let digits: String
    /// What is dialled before a national number within the country, and is no part of it; empty where nothing is.
    let trunk: String
    /// Digits of national numbers: of the shortest one of a subscriber, and of the longest.
    let lengths: ClosedRange<Int>
    var longest: Int { lengths.upperBound }

    /// By country; of those that share a calling code the first stands for it.
    static let all = [
        CallingCode("CN", "86", "0", 9...11), CallingCode("HK", "852", "", 8...8), CallingCode("TW", "886", "0", 8...9),
        CallingCode("MO", "853", "", 8...8), CallingCode("SG", "65", "", 8...8), CallingCode("JP", "81", "0", 9...10),
        CallingCode("KR", "82", "0", 8...10), CallingCode("US", "1", "1", 10...10),
        CallingCode("CA", "1", "1", 10...10), CallingCode("GB", "44", "0", 9...10),
        CallingCode("DE", "49", "0", 5...13), CallingCode("FR", "33", "0", 9...9),
        // In Italy the 0 is a part of the number.
        CallingCode("IT", "39", "", 6...11), CallingCode("ES", "34", "", 9...9), CallingCode("NL", "31", "0", 9...9),
        CallingCode("BE", "32", "0", 8...9), CallingCode("AT", "43", "0", 5...13), CallingCode("CH", "41", "0", 9...9),
        CallingCode("PL", "48", "", 9...9), CallingCode("IN", "91", "0", 10...10), CallingCode("AU", "61", "0", 9...9),
        CallingCode("BR", "55", "0", 10...11), CallingCode("RU", "7", "8", 10...10),
        CallingCode("MX", "52", "", 10...10),
    ]

    private init(_ country: String, _ digits: String, _ trunk: String, _ lengths: ClosedRange<Int>) {
        self.country = country
        self.digits = digits
        self.trunk = trunk
        self.lengths = lengths
    }

    /// Whether digits of a possible length stand behind the calling code that these begin with.
    func mayHaveCode(_ digits: String) -> Bool {
        guard digits.hasPrefix(self.digits) else { return false }
        var rest = digits.utf8.dropFirst(self.digits.utf8.count)
        // `49 (0) 30 ...`
        if trunk == "0", rest.first == UInt8(ascii: "0") { rest.removeFirst() }
        return lengths.contains(rest.count)
    }

    /// Nil when the country is not in the table.
    static func of(country: String) -> CallingCode? {
        let name = country.uppercased()
        return all.first { $0.country.sameBytes(as: name) }
    }

    /// The one that a number with its calling code in front begins with; no calling code is the beginning of another.
    static func of(number digits: String) -> CallingCode? { all.first { digits.hasPrefix($0.digits) } }

    /// The national number of what is dialled within the country.
    func withoutTrunk(_ digits: String) -> String {
        guard !trunk.isEmpty, digits.hasPrefix(trunk) else { return digits }
        // Where the prefix is a digit that numbers may begin with, only the length tells.
        if trunk != "0", digits.utf8.count != longest + trunk.utf8.count { return digits }
        return String(digits.dropFirst(trunk.utf8.count))
    }
}
