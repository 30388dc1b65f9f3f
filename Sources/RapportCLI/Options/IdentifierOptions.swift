import ArgumentParser
import Rapport

/// One value by which customers are recognised, and its kind.
struct IdentifierOptions: ParsableArguments {
    @Option(help: ArgumentHelp("An e-mail address; capitals make no difference.", valueName: "address"))
    var email: String?

    @Option(help: ArgumentHelp("A phone number, with the calling code or without.", valueName: "number"))
    var phone: String?

    @Option(help: ArgumentHelp("A WeChat open id or union id.", valueName: "id"))
    var wechat: String?

    @Option(help: ArgumentHelp("The number of a membership or payment card.", valueName: "number"))
    var card: String?

    @Option(help: ArgumentHelp("The id of a device.", valueName: "id"))
    var device: String?

    @Option(help: ArgumentHelp("The id of an account.", valueName: "id"))
    var userId: String?

    @Option(help: ArgumentHelp("An id given to somebody who is not signed in.", valueName: "id"))
    var anonymousId: String?

    @Option(help: ArgumentHelp("An id in another system.", valueName: "id"))
    var externalId: String?

    @Option(
        help: ArgumentHelp(
            "Where a phone number without a calling code is at home, in two letters as DE or CN.", valueName: "country")
    )
    var country: String?

    /// Longer values nobody is recognised by.
    private static let longest = 1_024

    private var all: [(kind: IdentifierType, value: String)] {
        let values: [(kind: IdentifierType, value: String?)] = [
            (.email, email), (.phone, phone), (.wechat, wechat), (.card, card), (.device, device), (.userID, userId),
            (.anonymousID, anonymousId), (.externalID, externalId),
        ]
        return values.compactMap { entry in entry.value.map { (kind: entry.kind, value: $0) } }
    }

    /// The one that was given.
    var given: (kind: IdentifierType, value: String) {
        get throws {
            let all = all
            guard let first = all.first, all.count == 1 else {
                throw ValidationError(
                    "Give one of --email, --phone, --wechat, --card, --device, --user-id, --anonymous-id and "
                        + "--external-id.")
            }
            return first
        }
    }

    func validate() throws {
        let (kind, value) = try given
        guard !value.allSatisfy(\.isWhitespace), value.utf8.count <= Self.longest else {
            throw ValidationError("An identifier has 1 to \(NumberFormat.integer(Self.longest)) bytes.")
        }
        guard let country else { return }
        guard kind == .phone else { throw ValidationError("--country is for --phone.") }
        let isCode = country.utf8.count == 2 && country.allSatisfy { $0.isASCII && $0.isLetter }
        guard isCode else { throw ValidationError("--country takes two letters as DE or CN, not '\(country)'.") }
    }
}
