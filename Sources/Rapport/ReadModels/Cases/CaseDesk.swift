public import EventLog
internal import LMDB
internal import Projection

/// One case, as it stands.
public struct CaseEntry: Codable, Sendable, Hashable {
    /// A property that was given when the case was opened.
    public struct Attribute: Codable, Sendable, Hashable {
        /// Which property, as `product` or `region`.
        public let name: String
        /// As it was when the case was opened.
        public let value: String
    }

    /// The opaque id of the case.
    public let id: String
    /// After all that has happened to it so far.
    public let status: CaseStatus
    /// The opaque id of the customer; nil, as all that follows, where nobody has said.
    public let customer: String?
    /// How it came, as `phone` or `email`.
    public let channel: String?
    /// What it is about, as a short code; the newest that was set.
    public let category: String?
    /// How severe it is, as a short code; the newest that was set.
    public let severity: String?
    /// Who got it last.
    public let owner: String?
    /// The queue it was put into last.
    public let queue: String?
    /// When it was opened; where no event says so, when its first event happened.
    public let openedAt: Timestamp
    /// When the customer was answered first; nil while nobody has.
    public let firstRespondedAt: Timestamp?
    /// The first resolution, also when it was reopened since; nil while there was none.
    public let firstResolvedAt: Timestamp?
    /// The resolution that holds; nil once it was reopened.
    public let resolvedAt: Timestamp?
    /// The close that holds; nil once it was reopened.
    public let closedAt: Timestamp?
    /// How it ended; nil while it is not closed.
    public let outcome: String?
    /// How often the customer was answered.
    public let contacts: Int64
    /// How often somebody got it.
    public let assignments: Int64
    /// How often it was open again after it was resolved or closed.
    public let reopenings: Int64
    /// When the latest of its events happened.
    public let lastEventAt: Timestamp
    /// Sorted by name.
    public let attributes: [Attribute]
}

extension CRMState {
    /// Cases, the one opened first at the top.
    ///
    /// Without a filter a page takes O(limit × log n); with one all cases of these statuses may be gone through.
    ///
    /// - Parameters:
    ///   - status: only cases that stand so; nil takes all.
    ///   - openOnly: only cases that are neither resolved nor closed.
    ///   - filter: only cases with this value of a dimension, as ``caseDimensions()`` names them; an empty value takes
    ///     those that have none. Any id of a customer with several gives the cases of the person.
    ///   - limit: the most rows of the page.
    ///   - cursor: where an earlier page of the same question ended; nil begins at the top.
    /// - Throws: ``ForeignCursor`` when the cursor is of another question.
    public func cases(
        status: CaseStatus? = nil, openOnly: Bool = false, matching filter: (dimension: String, value: String)? = nil,
        limit: Int = usualPageSize, after cursor: ListCursor? = nil, atLeast position: Position? = nil
    ) async throws -> ListPage<CaseEntry> {
        try await wait(for: position, of: CaseModel.name)
        var list = CaseList(
            statuses: CaseStatus.allCases.filter { (status ?? $0) == $0 && (!openOnly || $0.isOpen) },
            filter: filter.map { .init(dimension: Array($0.dimension.utf8), value: Array($0.value.utf8)) })
        var customer: Tag?
        if let filter, filter.dimension.sameBytes(as: "customer") { customer = try? Tag.customer(filter.value) }
        return try rows.read(CaseModel.name) { reader in
            if let customer {
                let canonical = try history.identity(in: log, asOf: reader.position).canonical(of: customer)
                list.looksFor = Array(canonical.id.utf8)
            }
            return try list.page(pageSize(limit), after: cursor, reader)
        }
    }

    /// What cases can be grouped and filtered by, sorted; nothing where there are no cases. O(values of dimensions).
    public func caseDimensions() throws -> [String] {
        try rows.read(CaseModel.name) { reader in
            let names = try reader.seriesNames(CaseModel.flow).map { $0[0] }
            if names.isEmpty { return [] }
            return Set(names).union(CaseModel.ownDimensions).filter { !$0.isEmpty }.sorted()
        }
    }
}

/// Which cases a list shows.
private struct CaseList {
    struct Filter {
        let dimension: [UInt8]
        let value: [UInt8]
    }

    /// A row and where it stands among those of all statuses: opening time and id, as in its key.
    private struct Found {
        let place: [UInt8]
        let entry: CaseEntry
    }

    let statuses: [CaseStatus]
    let filter: Filter?
    /// The value to look for instead of the one that was asked for; nil where they are the same.
    var looksFor: [UInt8]?

    /// What was asked for: the table, the statuses as bits, and a hash of the filter.
    private var signature: [UInt8] {
        var bytes = [CaseModel.cases, statuses.reduce(UInt8(0)) { $0 | 1 << $1.code }]
        var asked: [UInt8] = []
        if let filter {
            asked.append(varint: UInt64(filter.dimension.count))
            asked += filter.dimension + filter.value
        }
        bytes.append(bigEndian: FastHash.hash64(asked.rawSpan))
        return bytes
    }

    func page(_ limit: Int, after cursor: ListCursor?, _ reader: borrowing ModelReader) throws -> ListPage<CaseEntry> {
        let signature = self.signature
        let last = try cursor?.key(in: signature, atLeast: 9)
        var found: [Found] = []
        for status in statuses {
            try collect(status, limit, after: last, into: &found, reader)
        }
        found.sort { $0.place.lexicographicallyPrecedes($1.place) }
        let shown = found.prefix(limit)
        var next: ListCursor?
        if shown.count < found.count, let place = shown.last?.place { next = ListCursor(after: place, in: signature) }
        return ListPage(rows: shown.map(\.entry), next: next, position: reader.position)
    }

    /// Adds the cases of one status behind a place, one more than a page shows where there are so many.
    private func collect(
        _ status: CaseStatus, _ limit: Int, after place: [UInt8]?, into found: inout [Found],
        _ reader: borrowing ModelReader
    ) throws {
        let prefix = CaseRow.prefix(status)
        var taken: [Found] = []
        // A zero byte more: the least key behind the one of the place.
        try reader.forEachRow(prefix: prefix, from: place.map { prefix + $0 + [0] }) { key, row in
            guard try matches(row) else { return true }
            let entry = try CaseEntry(key, row, status)
            taken.append(Found(place: key.copy(CaseRow.prefixLength..<key.byteCount), entry: entry))
            return taken.count <= limit
        }
        found += taken
    }

    private func matches(_ row: RawSpan) throws -> Bool {
        guard let filter else { return true }
        let (dimension, value) = (filter.dimension, looksFor ?? filter.value)
        let facts = try CaseFacts(row)
        let found = try facts.value(of: dimension.rawSpan)
        return found.sameBytes(as: value.rawSpan)
    }
}

extension CaseEntry {
    fileprivate init(_ key: RawSpan, _ row: RawSpan, _ status: CaseStatus) throws {
        let facts = try CaseFacts(row)
        func moment(_ microseconds: Int64?) -> Timestamp? { microseconds.map { Timestamp(microseconds: $0) } }
        var reader = ByteReader(facts.texts)
        var own: [String?] = []
        for _ in CaseModel.ownDimensions {
            let value = try reader.text()
            own.append(value.isEmpty ? nil : value)
        }
        let outcome = try reader.text()
        let attributes = try Dimensions(decoding: &reader).pairs
            .map { Attribute(name: $0.name, value: $0.value) }
            .sorted { $0.name.compareBytes(to: $1.name) < 0 }
        self.init(
            id: TimedKey.id(of: key, prefix: CaseRow.prefixLength), status: status, customer: own[0], channel: own[1],
            category: own[2], severity: own[3], owner: own[4], queue: own[5],
            openedAt: Timestamp(microseconds: TimedKey.time(of: key, prefix: CaseRow.prefixLength)),
            firstRespondedAt: moment(facts.firstRespondedAt), firstResolvedAt: moment(facts.firstResolvedAt),
            resolvedAt: moment(facts.resolvedAt), closedAt: moment(facts.closedAt),
            outcome: outcome.isEmpty ? nil : outcome, contacts: facts.contacts, assignments: facts.assignments,
            reopenings: facts.reopenings, lastEventAt: Timestamp(microseconds: facts.lastAt), attributes: attributes)
    }
}
