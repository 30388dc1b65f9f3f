public import EventLog
internal import LMDB
internal import Projection

/// A customer who was found.
public struct FoundCustomer: Codable, Sendable, Hashable {
    /// Where the text was found; the order is that of the list.
    public enum Match: String, Codable, Sendable, CaseIterable {
        case id
        case name
        case startOfName
        case startOfWord
        case startOfID
        case partOfName
        case partOfID
    }

    /// The opaque id of the customer; of a person with several ids the one that stands for all.
    public let customerID: String
    /// The name that the id has which was found; where it has none that may be shown, the one of another id of the
    /// person; nil where none is known, or none may be shown.
    public let name: String?
    /// The closest of the places where the text was found.
    public let match: Match
    /// Why no name is shown; nil where one may be.
    public internal(set) var withheld: Withheld?
    /// The id that was found, where it is another one of the person than ``customerID``; else nil.
    public internal(set) var foundAs: String?
}

/// Customers whose name or id holds a text.
public struct FoundCustomers: Codable, Sendable, Hashable {
    /// The closest first; those that are as close, by id.
    public let page: ListPage<FoundCustomer>
    /// How many there are on all pages.
    public let total: Int
}

extension CRMState {
    /// Customers whose name or id holds `text`, the closest first: the whole id or name, its start, the start of a
    /// word, any part. Letters with marks, of another case or width count as the same; Chinese is found by any part.
    ///
    /// A person with several ids is found once, by the closest of their names and ids. That customers of the page are
    /// shown is noted before. Persons whose data must not be used are not found by their names, and by their ids
    /// without them; of a person with several ids that goes for all where the use of one is restricted.
    ///
    /// O(customers): names are gone through, about ten million a second and core.
    ///
    /// - Parameter cursor: where an earlier page ended.
    /// - Throws: ``EmptySearch``, ``ForeignCursor``.
    public func find(
        _ text: String, limit: Int = usualPageSize, after cursor: ListCursor? = nil, atLeast position: Position? = nil
    ) async throws -> FoundCustomers {
        try await wait(for: position, of: SearchModel.name)
        let trimmed = text.drop { $0.isWhitespace }
        let wanted = String(trimmed.reversed().drop { $0.isWhitespace }.reversed())
        guard !SearchText.fold(wanted).isEmpty else { throw EmptySearch() }
        let sameID = try? Tag.customer(wanted)
        let personal = reader
        typealias Found = (customers: FoundCustomers, names: [String: OtherName])
        let found: Found = try rows.read(SearchModel.name, and: ProfileModel.name) { reader, profiles in
            let identity = try history.identity(in: log, asOf: reader.position)
            let withholding = try personal.withholding(in: identity)
            var finder = try Finder(wanted, limit: limit, after: cursor, identity, withholding: withholding)
            // Whoever was never registered has no name, and is found by the whole id.
            var isNameless = false
            if let sameID, try reader.state(SearchState.self, of: sameID)?.hasName != true {
                isNameless = try profiles.state(ProfileState.self, of: identity.canonical(of: sameID)) != nil
            }
            try reader.forEachRow(prefix: [SearchModel.names]) { key, row in
                let id = key.extracting(1..<key.byteCount)
                if isNameless, wanted.withRawSpan({ id.compareBytes(to: $0) }) > 0 {
                    try finder.lookAtNameless(wanted)
                    isNameless = false
                }
                try finder.look(at: id, try SearchRow(row))
                return true
            }
            if isNameless { try finder.lookAtNameless(wanted) }
            let customers = finder.answer(at: reader.position)
            var names: [String: OtherName] = [:]
            for row in customers.page.rows where row.name == nil {
                names[row.customerID] = try Self.otherName(of: row, identity, reader, withholding: withholding)
            }
            return (customers: customers, names: names)
        }
        let names = found.names
        let named = found.customers.changed { row in
            guard let other = names[row.customerID] else { return row }
            return row.with(name: other.name, withheld: nil)
        }
        // Whose name is shown, or else who was found.
        func subject(_ row: FoundCustomer) -> String { names[row.customerID]?.subject ?? row.subject }
        // No rows are lent meanwhile.
        let shown = named.page.rows.filter { $0.withheld == nil }.map { subject($0) }
        let withheld = try reader.noteAccess(to: shown, asking: "find")
        if withheld.isEmpty { return named }
        return named.changed { row in
            withheld[subject(row)].map { row.with(name: nil, withheld: $0) } ?? row
        }
    }

    /// The name of another id of the person who was found, where one may be shown: that of the canonical id before
    /// others.
    private static func otherName(
        of row: FoundCustomer, _ identity: IdentityView, _ reader: borrowing ModelReader,
        withholding: (String) -> Withheld?
    ) throws -> OtherName? {
        let found = try Tag.customer(row.foundAs ?? row.customerID)
        for member in identity.members(of: found) where member != found && withholding(member.text) == nil {
            guard let state = try reader.state(SearchState.self, of: member), !state.name.isEmpty else { continue }
            return OtherName(subject: member.text, name: state.name)
        }
        return nil
    }
}

/// A name that another id has than the one that was found.
private struct OtherName {
    /// That id as it stands in tags.
    let subject: String
    let name: String
}

extension FoundCustomer {
    /// The id that was found, as it stands in tags.
    fileprivate var subject: String { "customer:" + (foundAs ?? customerID) }

    fileprivate func with(name: String?, withheld: Withheld?) -> FoundCustomer {
        FoundCustomer(customerID: customerID, name: name, match: match, withheld: withheld, foundAs: foundAs)
    }
}

extension FoundCustomers {
    fileprivate func changed(_ body: (FoundCustomer) -> FoundCustomer) -> FoundCustomers {
        FoundCustomers(
            page: ListPage(rows: page.rows.map(body), next: page.next, position: page.position), total: total)
    }
}

/// A search for nothing.
public struct EmptySearch: Error, Equatable, Sendable, CustomStringConvertible {
    public var description: String { "nothing to search for; expected a name, an id, or a part of one" }
}

/// Looks through customers in order of their ids, and keeps the best page.
private struct Finder {
    private let wanted: [UInt8]
    /// Ids are opaque: only the case of ASCII letters makes no difference.
    private let wantedInIDs: [UInt8]
    private let limit: Int
    /// What cursors are good for.
    private let scope: [UInt8]
    /// Rank and id of the last one shown.
    private let after: (rank: Int, id: [UInt8])?
    /// Who is who.
    private let identity: IdentityView
    /// Of whom no name may be shown, and why.
    private let withholding: (String) -> Withheld?
    /// One more than a page of each rank, in order of ids.
    private var found: [[FoundCustomer]]
    /// The best hit of each person with several ids, with its rank, by the id that stands for all.
    private var persons: [Tag: (rank: Int, hit: FoundCustomer)] = [:]
    private var total = 0

    init(
        _ wanted: String, limit: Int, after cursor: ListCursor?, _ identity: IdentityView,
        withholding: @escaping (String) -> Withheld?
    ) throws {
        self.identity = identity
        self.withholding = withholding
        self.wanted = Array(SearchText.fold(wanted).utf8)
        wantedInIDs = wanted.utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
        self.limit = pageSize(limit)
        found = Array(repeating: [], count: FoundCustomer.Match.allCases.count)
        after = try cursor.map { cursor in
            let key = try cursor.key(in: [SearchModel.names] + wanted.utf8, atLeast: 2)
            guard key[0] < FoundCustomer.Match.allCases.count else { throw ForeignCursor(cursor: cursor) }
            return (Int(key[0]), Array(key.dropFirst()))
        }
        scope = [SearchModel.names] + wanted.utf8
    }

    /// Looks at a customer of whom nothing but the id is known.
    mutating func lookAtNameless(_ id: String) throws {
        let (id, row) = (Array(id.utf8), SearchRow.encode(""))
        try look(at: id.rawSpan, try SearchRow(row.rawSpan))
    }

    mutating func look(at id: RawSpan, _ row: borrowing SearchRow) throws {
        guard let best = rank(of: id, row) else { return }
        let reason = withholding("customer:" + id.text())
        // That the name holds the text must not be told either.
        guard let place = reason == nil ? best : rank(ofID: id) else { return }
        let customer = id.text()
        let name = row.name.isEmpty || reason != nil ? nil : row.name.text()
        let match = FoundCustomer.Match.allCases[place]
        let tag = try Tag.customer(customer)
        let canonical = identity.canonical(of: tag)
        if canonical != tag || identity.members(of: tag).count > 1 {
            let isKnown = persons[canonical].map { $0.rank < place || $0.rank == place && canonical != tag } ?? false
            if isKnown { return }
            let hit = FoundCustomer(
                customerID: String(canonical.id), name: name, match: match, withheld: reason,
                foundAs: canonical == tag ? nil : customer)
            persons[canonical] = (place, hit)
            return
        }
        total += 1
        if found[place].count > limit || !isBehindCursor(id, place) { return }
        found[place].append(FoundCustomer(customerID: customer, name: name, match: match, withheld: reason))
    }

    /// Whether a hit comes after the last one shown.
    private func isBehindCursor(_ id: RawSpan, _ place: Int) -> Bool {
        guard let after else { return true }
        if place != after.rank { return place > after.rank }
        return id.compareBytes(to: after.id.rawSpan) > 0
    }

    /// The place of the match in ``FoundCustomer/Match``; nil when there is none.
    private func rank(of id: RawSpan, _ row: borrowing SearchRow) -> Int? {
        let wanted = wanted.rawSpan
        let ofID = rank(ofID: id)
        if ofID == 0 { return 0 }
        if let inName = row.folded.firstRange(of: wanted) {
            if inName.lowerBound == 0 { return inName.upperBound == row.folded.byteCount ? 1 : 2 }
            if row.folded.hasWord(startingWith: wanted, from: inName.lowerBound) { return 3 }
            return ofID == 4 ? 4 : 5
        }
        return ofID
    }

    /// The place of the match by the id alone.
    private func rank(ofID id: RawSpan) -> Int? {
        guard let range = id.firstRange(ofLowerCase: wantedInIDs.rawSpan) else { return nil }
        if range.lowerBound > 0 { return 6 }
        return range.upperBound == id.byteCount ? 0 : 4
    }

    mutating func answer(at position: Position) -> FoundCustomers {
        for (rank, hit) in persons.values {
            total += 1
            let id = Array(hit.customerID.utf8)
            if isBehindCursor(id.rawSpan, rank) { found[rank].append(hit) }
        }
        if !persons.isEmpty {
            for rank in found.indices {
                found[rank].sort { $0.customerID.compareBytes(to: $1.customerID) < 0 }
                found[rank] = Array(found[rank].prefix(limit + 1))
            }
        }
        let hits = found.joined().prefix(limit + 1)
        let rows = Array(hits.prefix(limit))
        var next: ListCursor?
        if hits.count > limit, let last = rows.last,
            let rank = FoundCustomer.Match.allCases.firstIndex(of: last.match)
        {
            next = ListCursor(after: [UInt8(rank)] + Array(last.customerID.utf8), in: scope)
        }
        return FoundCustomers(page: ListPage(rows: rows, next: next, position: position), total: total)
    }
}

extension RawSpan {
    /// Where a text in lower case first stands, whatever the case of the ASCII letters here.
    fileprivate func firstRange(ofLowerCase other: RawSpan) -> Range<Int>? {
        if other.byteCount > byteCount { return nil }
        let first = other.u8(at: 0)
        for start in 0...byteCount - other.byteCount where lowerCase(at: start) == first {
            var length = 1
            while length < other.byteCount, lowerCase(at: start + length) == other.u8(at: length) { length += 1 }
            if length == other.byteCount { return start..<start + length }
        }
        return nil
    }

    private func lowerCase(at offset: Int) -> UInt8 {
        let byte = u8(at: offset)
        return byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }

    /// Whether a word begins with `other`, given that it stands at `place` first.
    fileprivate func hasWord(startingWith other: RawSpan, from place: Int) -> Bool {
        var place = place
        while true {
            if place > 0, isBetweenWords(at: place - 1) { return true }
            guard let next = extracting(place + 1..<byteCount).firstRange(of: other) else { return false }
            place += 1 + next.lowerBound
        }
    }

    /// Whether an ASCII character that is no letter and no digit stands there.
    private func isBetweenWords(at offset: Int) -> Bool {
        let byte = lowerCase(at: offset)
        return byte < 0x80 && !(byte >= 0x61 && byte <= 0x7A) && !(byte >= 0x30 && byte <= 0x39)
    }
}
