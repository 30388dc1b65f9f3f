public import EventLog
internal import LMDB
internal import Projection

/// One lead, as it stands.
public struct LeadEntry: Codable, Sendable, Hashable {
    /// Opaque id of the lead.
    public let leadID: String
    /// How it stands.
    public let status: LeadStatus
    /// As its captures said last; nil when none did.
    public let organisation: String?
    /// Where it came from, as the first capture says that says so.
    public let source: String?
    /// How it came, as the first capture says that says so.
    public let medium: String?
    /// Who has it.
    public let owner: String?
    /// The newest score, in basis points; nil until it is scored.
    public let scoreBp: Int64?
    /// When it was captured; when its first event happened, where no capture is recorded.
    public let capturedAt: Timestamp
    /// Until when the first response is due.
    public let respondBy: Timestamp?
    /// When somebody of us was first in touch.
    public let firstResponseAt: Timestamp?
    /// From capture to first response, in milliseconds, rounded down; less than zero when that came before.
    public let firstResponseMs: Int64?
    /// When it was first found worth selling to.
    public let qualifiedAt: Timestamp?
    /// When it was given up or converted; nil while it is open.
    public let closedAt: Timestamp?
    /// Why it is given up.
    public let reason: String?
    /// The customer that it has become, or belongs to; of a person with several ids the one that stands for all.
    public let customer: String?
    /// The opportunity that it has become, or belongs to.
    public let opportunity: String?
    /// Whether the opportunity was there before; nil while the lead is not converted.
    public let isExistingOpportunity: Bool?
}

extension CRMState {
    /// A page of leads, those captured first before others. O(page × log n) and, where `owner` or `untouched` leave
    /// leads out, O(leads looked through).
    ///
    /// - Parameters:
    ///   - status: only leads that stand so; nil takes all.
    ///   - owner: only leads that this user, team or partner has now.
    ///   - untouched: only open leads without a response.
    ///   - limit: how many rows at most; less than one is taken for one.
    ///   - cursor: where an earlier page of the same list ended.
    /// - Throws: ``ForeignCursor`` when the cursor is of another list, or of other leads than are asked for.
    public func leads(
        status: LeadStatus? = nil, owner: String? = nil, untouched: Bool = false, limit: Int = usualPageSize,
        after cursor: ListCursor? = nil, atLeast position: Position? = nil
    ) async throws -> ListPage<LeadEntry> {
        try await wait(for: position, of: LeadModel.name)
        let list = LeadList(status: status, owner: owner, untouched: untouched)
        return try rows.read(LeadModel.name) { reader in
            let identity = try history.identity(in: log, asOf: reader.position)
            return try TimedList(scope: list.scope, prefixes: list.prefixes)
                .page(limit, after: cursor, reader, where: { try list.holds(LeadRow($0)) }) {
                    try LeadEntry(of: $0, identity, reader)
                }
        }
    }

    /// What ``leadFunnel(_:atLeast:)`` can group by, sorted; nothing where there are no leads. O(series × log n).
    public func leadDimensions() throws -> [String] {
        try rows.read(LeadModel.name) { reader in
            let names = Set(try reader.seriesNames(LeadModel.cohort).map { $0[0] })
            return names.isEmpty ? [] : names.union(LeadModel.ownDimensions).subtracting([""]).sorted()
        }
    }

    /// The values that leads have in a dimension now, sorted. O(values × log n).
    public func leadValues(of dimension: String) throws -> [String] {
        try rows.read(LeadModel.name) { reader in
            try reader.seriesNames(LeadModel.cohort, under: [dimension]).map { $0[0] }.sorted()
        }
    }
}

/// Which leads a list has.
private struct LeadList {
    let status: LeadStatus?
    let owner: String?
    let untouched: Bool

    /// Where the rows of the leads begin that may be among them.
    var prefixes: [[UInt8]] {
        (status.map { [$0] } ?? LeadStatus.allCases).filter { $0.isOpen || !untouched }.map { LeadModel.prefix($0) }
    }

    /// Whether it has the lead of a row under one of its prefixes.
    func holds(_ row: borrowing LeadRow) -> Bool {
        if untouched, row.respondedAt != nil { return false }
        guard let owner else { return true }
        return row.isOwned(by: owner)
    }

    /// What was asked for.
    var scope: [UInt8] {
        var bytes: [UInt8] = [LeadModel.leads, status?.code ?? 0, untouched ? 1 : 0, owner == nil ? 0 : 1]
        if let owner { bytes.append(prefixed: owner) }
        return bytes
    }
}

extension LeadEntry {
    /// The lead of this id; nil when it is not there.
    init?(of id: String, _ identity: IdentityView, _ reader: borrowing ModelReader) throws {
        guard let lead = try reader.state(LeadState.self, of: try Tag.lead(id)), let capturedAt = lead.capturedAt
        else { return nil }
        func time(_ microseconds: Int64?) -> Timestamp? { microseconds.map { Timestamp(microseconds: $0) } }
        func known(_ text: String) -> String? { text.isEmpty ? nil : text }
        let status = lead.status
        let customer = (try? Tag.customer(lead.customer)).map { String(identity.canonical(of: $0).id) }
        self.init(
            leadID: id, status: status, organisation: known(lead.organisation), source: known(lead.source),
            medium: known(lead.medium), owner: known(lead.owner), scoreBp: lead.score.map { Int64($0) },
            capturedAt: Timestamp(microseconds: capturedAt), respondBy: time(lead.respondBy),
            firstResponseAt: time(lead.respondedAt),
            firstResponseMs: lead.respondedAt.map { ($0 - capturedAt).dividedFlooring(by: 1000).quotient },
            qualifiedAt: time(lead.qualifiedAt), closedAt: time(lead.closedAt), reason: known(lead.reason),
            customer: known(lead.customer.isEmpty ? "" : customer ?? lead.customer),
            opportunity: known(lead.opportunity),
            isExistingOpportunity: status == .converted ? lead.isExistingOpportunity : nil)
    }
}
