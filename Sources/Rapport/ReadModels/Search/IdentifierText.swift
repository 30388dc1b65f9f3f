internal import Foundation
internal import LMDB

/// A value by which a customer is recognised, in the forms that it is looked up in. Two values are the same when they
/// share one.
///
/// Of every kind: Unicode NFKC, so that full-width letters and digits are the usual ones; invisible format characters
/// and white space around it are left out. Then
///
/// - an e-mail address is in lower case as a whole, also what stands before the `@`: hardly any mail server tells cases
///   apart there;
/// - of a phone number what ``PhoneText`` says;
/// - of the number of a card, white space and hyphens are left out;
/// - all others are ids of programs, WeChat's open id among them, in which the case of letters counts.
///
/// The tables are those of the Unicode version that Swift comes with; where one of them changes, so does the version of
/// ``SearchModel``.
struct IdentifierText: Equatable {
    /// Each once, the most exact first; empty when the value says nothing.
    let forms: [String]
    /// Of a phone number whose country is known the form of E.164, `+4930123456`.
    let international: String?

    /// - Parameter country: of a phone number where it is at home, as ISO 3166-1 alpha-2: `DE`; another text says
    ///   nothing.
    init(_ value: String, _ kind: IdentifierType, country: String?) {
        let text = Self.normalised(value)
        if kind == .phone {
            let phone = PhoneText(text, country: country)
            forms = phone.forms
            international = phone.international
            return
        }
        international = nil
        switch kind {
        case .email: forms = Self.single(Self.normalised(text.lowercased()))
        case .card: forms = Self.single(text.filter { !$0.isWhitespace && !Self.hyphens.contains($0) })
        case .unspecified, .UNRECOGNIZED: forms = []
        default: forms = Self.single(text)
        }
    }

    private static let hyphens: Set<Character> = ["-", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2212}"]

    private static func single(_ text: String) -> [String] { text.isEmpty ? [] : [text] }

    /// NFKC without format characters, and without white space around it.
    private static func normalised(_ value: String) -> String {
        // Most values are of printable ASCII, in which nothing is to be done.
        let bytes = value.utf8
        let space = UInt8(ascii: " ")
        if bytes.first != space, bytes.last != space, bytes.allSatisfy({ space...0x7E ~= $0 }) { return value }
        var text = String.UnicodeScalarView()
        for scalar in value.precomposedStringWithCompatibilityMapping.unicodeScalars
        where scalar.properties.generalCategory != .format {
            text.append(scalar)
        }
        return String(text).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Whether both may be the same value: they share a form, and are not known to be of different countries.
    func isSame(as other: IdentifierText) -> Bool {
        if let international, let others = other.international, !international.sameBytes(as: others) { return false }
        return forms.contains { form in other.forms.contains { $0.sameBytes(as: form) } }
    }
}

extension IdentifierType {
    /// The kind of identifier that a field of a profile holds; nil for other fields.
    init?(field: String) {
        switch field {
        case "email": self = .email
        case "phone": self = .phone
        case "wechat": self = .wechat
        default: return nil
        }
    }
}
