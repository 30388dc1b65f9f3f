import ArgumentParser
import EventLog
import Projection
import Rapport

/// `rapport resolve`: which person an id or an identifier stands for.
struct ResolveCommand: QuestionCommand {
    /// What is given, where it is not an id. A phone number, an address and the like are personal; ids are not.
    enum Kind: EnumerableFlag {
        case email, phone, wechat, card, device, userId, anonymousId, externalId

        var type: IdentifierType {
            switch self {
            case .email: .email
            case .phone: .phone
            case .wechat: .wechat
            case .card: .card
            case .device: .device
            case .userId: .userID
            case .anonymousId: .anonymousID
            case .externalId: .externalID
            }
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Show which person an id or an identifier stands for.",
        discussion: """
            Shows all ids of the person, the one that stands for them, since which position that is so, and the merges \
            that hold them together. C-1 stands for customer:C-1; a lead that was converted is the customer that it \
            became. With --email or another kind the value is looked up as rapport lookup does. A merge is known from \
            its position on (--as-of), whenever it is said to have happened.

              rapport resolve C-2 --data crm
              rapport resolve C-2 --as-of 1200 --history --data crm
              rapport resolve --email anna@example.com --data crm
            """)

    /// Longer values nobody is recognised by.
    private static let longest = 1_024

    @OptionGroup var query: QueryOptions

    @Argument(help: "The id of a customer or lead; with --email or another kind, the value.")
    var identifier: String

    @Flag(help: "What kind of value is given. Without any of these, an id.")
    var kind: Kind?

    @Option(
        help: ArgumentHelp(
            "Where a phone number without a calling code is at home, in two letters as DE or CN.", valueName: "country")
    )
    var country: String?

    @Flag(help: "Show which person it stood for before, too.")
    var history = false

    func validate() throws {
        guard kind != nil else {
            guard country == nil else { throw ValidationError("--country is for --phone.") }
            guard !identifier.isEmpty else { throw ValidationError("An id is not empty.") }
            _ = try ConsentCommand.person(identifier)
            return
        }
        guard !identifier.allSatisfy(\.isWhitespace), identifier.utf8.count <= Self.longest else {
            throw ValidationError("An identifier has 1 to \(NumberFormat.integer(Self.longest)) bytes.")
        }
        guard let country else { return }
        guard kind == .phone else { throw ValidationError("--country is for --phone.") }
        let isCode = country.utf8.count == 2 && country.allSatisfy { $0.isASCII && $0.isLetter }
        guard isCode else { throw ValidationError("--country takes two letters as DE or CN, not '\(country)'.") }
    }

    /// The log alone knows who is who; values are looked up in rows.
    var models: [String] { kind == nil ? [] : ["search"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        let resolved: ResolvedIDs
        if let kind {
            resolved = try await byValue(kind.type, in: crm)
        } else {
            resolved = try byID(in: crm)
        }
        return Reply(resolved, at: resolved.position, csv: resolved.csv) { resolved.text(for: $0) }
    }

    private func byID(in crm: any CRMState) throws -> ResolvedIDs {
        let id = try ConsentCommand.person(identifier)
        let ids = try Self.customers(of: id, in: crm)
        return try ResolvedIDs(
            ids, asked: ids.contains(id) ? nil : id, by: crm.identity(), in: crm, withHistory: history)
    }

    /// Rows may be behind the log: who is who is asked as of their position.
    ///
    /// - Throws: ``CommandFailure`` when nobody is recognised by the value.
    private func byValue(_ type: IdentifierType, in crm: any CRMState) async throws -> ResolvedIDs {
        let found = try await crm.customers(with: type, value: identifier, country: country)
        if found.customers.isEmpty, found.withheld == nil {
            throw CommandFailure(
                .notFound, "nobody is recognised by this value; expected one that rapport lookup finds")
        }
        let ids = try found.customers.map { try Tag.customer($0.foundAs ?? $0.customerID) }
        let identity = try crm.identity(at: found.position)
        return try ResolvedIDs(ids, by: identity, withheld: found.withheld, in: crm, withHistory: history)
    }

    /// The id itself, or the customers that a lead became.
    ///
    /// - Throws: ``CommandFailure`` when nothing is known of the id.
    private static func customers(of id: Tag, in crm: any CRMState) throws -> [Tag] {
        if id.kind == "lead" {
            let customers = try crm.personIDs(of: id).all.filter { $0.kind == "customer" }
            if !customers.isEmpty { return customers }
        }
        try crm.requireKnown(id)
        return [id]
    }
}

extension CRMState {
    /// Ends the command when no event has the tag. O(log n).
    func requireKnown(_ id: Tag) throws {
        if try log.read(Query(tag: id), to: moment?.position, limit: 1, { _ in true }).last != nil { return }
        throw CommandFailure(.notFound, "\(id.text): no event is about it; expected an id that events have as a tag")
    }
}
