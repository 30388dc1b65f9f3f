@testable import Rapport
import Testing

/// The forms in which identifiers are looked up.
@Suite struct IdentifierTextTests {
    private static func isSame(
        _ kind: IdentifierType, _ first: String, _ second: String, _ country: String? = nil, _ other: String? = nil
    ) -> Bool {
        let (one, two) = (
            IdentifierText(first, kind, country: country), IdentifierText(second, kind, country: other)
        )
        let isSame = one.isSame(as: two)
        #expect(two.isSame(as: one) == isSame, "\(first), \(second)")
        return isSame
    }

    @Test(
        "phone numbers have these forms",
        arguments: [
            ("+49 30 123456", nil, ["+4930123456", "4930123456", "30123456", "030123456"]),
            ("+49 (0)30 / 12-34-56", nil, ["+4930123456", "4930123456", "30123456", "030123456"]),
            ("0049 30 123456", "FR", ["+4930123456", "4930123456", "30123456", "030123456"]),
            ("030 123456", "de", ["+4930123456", "4930123456", "30123456", "030123456"]),
            ("030 123456", nil, ["030123456"]), ("030 123456", "XX", ["030123456"]),
            ("138 1234 5678", "CN", ["+8613812345678", "8613812345678", "13812345678", "013812345678"]),
            ("8613812345678", "CN", ["+8613812345678", "8613812345678", "13812345678", "013812345678"]),
            ("２３４５ ６７８９", "HK", ["+85223456789", "85223456789", "23456789"]),
            ("+852 2345 6789", nil, ["+85223456789", "85223456789", "23456789"]),
            ("1 212 555 0100", "US", ["+12125550100", "12125550100", "2125550100"]),
            ("011 49 30 123456", "US", ["+4930123456", "4930123456", "30123456", "030123456"]),
            ("8 (800) 200-30-40", "RU", ["+78002003040", "78002003040", "8002003040", "88002003040"]),
            ("+7 800 200 30 40", nil, ["+78002003040", "78002003040", "8002003040", "88002003040"]),
            ("06 1234 5678", "IT", ["+390612345678", "390612345678", "0612345678"]),
            ("+351 21 1234567", nil, ["+351211234567", "351211234567"]),
            ("030 123456 ext. 7", nil, ["030123456"]),
            (
                "tel:+49-30-123456;ext=7", nil,
                [
                    "+4930123456", "4930123456", "30123456", "030123456",
                ]
            ),
            (
                "4930123456", "DE",
                [
                    "+494930123456", "494930123456", "4930123456", "04930123456", "+4930123456", "30123456",
                    "030123456",
                ]
            ),
            ("494", "DE", ["+49494", "49494", "494", "0494"]),
            ("331234567", "FR", ["+33331234567", "33331234567", "331234567", "0331234567"]),
            ("٠٣٠ ١٢٣", nil, ["030123"]), ("", nil, []), ("no number", nil, []), ("+", nil, []), ("00", nil, ["00"]),
            ("+4912345678901234567", nil, ["4912345678901234567"]),
        ] as [(String, String?, [String])])
    func phones(value: String, country: String?, forms: [String]) {
        #expect(IdentifierText(value, .phone, country: country).forms == forms)
    }

    @Test("a phone number is the same with its calling code and without, whatever it is written in")
    func samePhones() {
        let ways = ["+49 170 1234567", "0049 170 1234567", "0170 1234567", "０１７０－１２３４５６７", "+49 (0) 170/1234567"]
        for first in ways {
            for second in ways { #expect(Self.isSame(.phone, first, second), "\(first), \(second)") }
        }
        #expect(Self.isSame(.phone, "0170 1234567", "170 1234567", "DE", "DE"))
        #expect(!Self.isSame(.phone, "0170 1234567", "0170 1234568"))
        #expect(!Self.isSame(.phone, "0170 1234567", "0170 123456"))
    }

    @Test(
        "digits that begin with the home calling code are found as either, and claim to be neither",
        arguments: [
            ("4930123456", "DE", "+49 30 123456"), ("4930123456", "DE", "030 123456"),
            ("4930123456", "DE", "04930 123456"), ("49 (0)170 1234567", "DE", "+49 170 1234567"),
            ("4366412345678", "AT", "+43 664 12345678"), ("3912345678", "IT", "+39 391 2345678"),
        ])
    func codeWithoutPlus(stored: String, country: String, asked: String) {
        #expect(Self.isSame(.phone, stored, asked, country, country))
        #expect(IdentifierText(stored, .phone, country: country).international == nil)
        #expect(!Self.isSame(.phone, stored, "+49 30 123457", country))
    }

    @Test("numbers that are known to be of different countries are others")
    func otherCountries() {
        #expect(!Self.isSame(.phone, "+49 170 1234567", "+43 170 1234567"))
        #expect(!Self.isSame(.phone, "0170 1234567", "0170 1234567", "DE", "AT"))
        #expect(!Self.isSame(.phone, "+49 170 1234567", "0170 1234567", nil, "AT"))
        #expect(Self.isSame(.phone, "+49 170 1234567", "0170 1234567", nil, "DE"))
        #expect(Self.isSame(.phone, "0170 1234567", "0170 1234567", "DE", nil))
    }

    @Test("no number is too long, too short or too odd to have forms")
    func oddPhones() {
        for country in [nil] + CallingCode.all.map({ Optional($0.country) }) {
            for length in 0...40 {
                for digit in ["0", "1", "8", "+", "00"] {
                    let value = digit + String(repeating: digit == "+" ? "9" : digit, count: length)
                    let text = IdentifierText(value, .phone, country: country)
                    #expect(Set(text.forms).count == text.forms.count)
                    #expect(text.forms.isEmpty == !value.contains(where: \.isNumber), "\(value)")
                }
            }
        }
    }

    @Test("of e-mail addresses and cards the way of writing makes no difference, of ids it does")
    func others() {
        #expect(Self.isSame(.email, " Anna.Müller@Example.COM ", "anna.mu\u{308}ller@example.com"))
        #expect(Self.isSame(.email, "ａｎｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "anna@example.com"))
        #expect(Self.isSame(.email, "\u{200B}anna@example.com\u{FEFF}", "anna@example.com"))
        #expect(!Self.isSame(.email, "anna@example.com", "ana@example.com"))
        #expect(Self.isSame(.card, "4111 1111-1111\u{2011}1111", "4111111111111111"))
        for kind in [IdentifierType.wechat, .userID, .anonymousID, .device, .externalID] {
            #expect(Self.isSame(kind, "oX-7", " oX-7\n"))
            #expect(!Self.isSame(kind, "oX-7", "ox-7"))
        }
        #expect(IdentifierText("x", .unspecified, country: nil).forms == [])
        #expect(IdentifierText(" \u{3000}\u{200B}", .email, country: nil).forms == [])
    }

    @Test("no calling code is the beginning of another, but for those that share one")
    func callingCodes() {
        for first in CallingCode.all {
            for second in CallingCode.all where first.digits != second.digits {
                #expect(!first.digits.hasPrefix(second.digits), "\(first.country), \(second.country)")
            }
        }
    }
}
