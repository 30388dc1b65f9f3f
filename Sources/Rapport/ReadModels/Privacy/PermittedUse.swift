public import EventLog
internal import LMDB
internal import Projection

/// The event that an answer about privacy rests on.
public struct PrivacyProof: Codable, Sendable, Hashable {
    /// Where it stands in the log.
    public let position: Position
    /// Its id.
    public let eventID: EventID
    /// When it happened.
    public let occurredAt: Timestamp
}

/// Whether data about a person may be used for a purpose on a channel, and why.
public struct PermittedUse: Codable, Sendable, Hashable {
    /// Why it may be used or not.
    public enum Reason: String, Codable, Sendable, CaseIterable {
        /// The newest statement that covers it grants it.
        case granted
        /// Nothing was ever said that covers it; where consent must have been given separately, no separate grant.
        case neverGranted
        /// The newest statement that covers it withdraws it.
        case withdrawn
        /// The newest statement that covers it granted it until a time that is over.
        case expired
        /// Using the data is restricted.
        case restricted
        /// The person is erased.
        case erased
    }

    /// The id of the person that was asked about, as it stands in tags.
    public let subject: Tag
    /// What for.
    public let purpose: String
    /// By which channel; empty is any that nobody has named.
    public let channel: String
    /// The time that is asked about.
    public let at: Timestamp
    /// Whether it may be used then.
    public let allowed: Bool
    /// Why.
    public let reason: Reason
    /// What the processing rests on, as the grant says: `consent`, `contract`; nil without a grant.
    public let legalBasis: String?
    /// Until when the grant or the restriction holds; nil where it has no end.
    public let until: Timestamp?
    /// The event that decides; nil where nothing was ever granted. It may be about another id of the person.
    public let proof: PrivacyProof?
    /// The position that the answer is of.
    public let position: Position
}

extension CRMState {
    /// Whether data about a person may be used for a purpose on a channel at a time, and which event proves it.
    ///
    /// An erasure forbids every use, a restriction all use or that of its scope. Else the newest of all grants and
    /// withdrawals decides that had happened by then and cover the use: those without a channel cover every channel, a
    /// withdrawal without a purpose covers every purpose. A grant on another legal basis than consent counts as one.
    /// Codes are the same in capital letters and small ones; a restriction's scope may be a purpose or a channel.
    ///
    /// Of a person with several ids (``personIDs(of:)``) the strictest answer counts, from the first of these: erased,
    /// restricted, withdrawn, expired, granted. An id under which nothing was said that covers the use counts only
    /// where it is so for all.
    ///
    /// O(log n + conversions of leads + what was said of the person). At a moment of the past O(conversions + events of
    /// the person); of a person with several ids the rows are built, where they are not there yet.
    ///
    /// - Parameters:
    ///   - subject: the person, `customer:C-1` or `lead:L-1`; of nobody else anything is ever granted.
    ///   - purpose: the short code, as `marketing`.
    ///   - channel: as `email`; empty asks about any channel that nobody has named.
    ///   - needsSeparate: only grants count that were given apart from other declarations, as sensitive data and
    ///     transfers abroad need (PIPL 23, 25, 26, 29 and 39).
    public func mayUse(
        subject: Tag, for purpose: String, on channel: String, needsSeparate: Bool = false, at time: Timestamp,
        atLeast position: Position? = nil
    ) async throws -> PermittedUse {
        try await wait(for: position, of: PrivacyModel.name)
        let all = try personIDs(of: subject).all
        func strictest(_ reader: borrowing ModelReader) throws -> PermittedUse {
            // Ids that were merged share what was said.
            let identity = try history.identity(in: log, asOf: reader.position)
            let uses = try identity.canonicals(of: all).map { id in
                let ledger = try PrivacyModel.ledger(of: id, reader) ?? SubjectLedger()
                return ledger.use(for: purpose, on: channel, separate: needsSeparate, at: time.microseconds)
            }
            let use = uses.dropFirst().reduce(uses[0]) { $1.isStricter(than: $0) ? $1 : $0 }
            return PermittedUse(use, of: subject, purpose, channel, at: time, reader.position)
        }
        let ids = try self.identity().canonicals(of: all)
        guard ids.count == 1, let only = ids.first else {
            return try rows.read(PrivacyModel.name) { reader in try strictest(reader) }
        }
        // One model, twice: so it is asked around the person, and of the past no more is folded than that.
        return try rows.read(PrivacyModel.name, and: PrivacyModel.name, around: only) { reader, _ in
            try strictest(reader)
        }
    }

    /// Every id of a person at the moment that is asked about, as ``PersonIDs`` has them: by the merges and conversions
    /// that the log has up to its position, whenever they happened. O(conversions of leads).
    ///
    /// - Throws: ``UnreadableEvent`` for a conversion that nobody can read; `DamagedLog`; errors of the storage layer.
    public func personIDs(of subject: Tag) throws -> PersonIDs {
        guard subject.names(oneOf: ["customer", "lead"]) else { return PersonIDs(asked: subject, all: [subject]) }
        return PersonIDs(of: subject, by: try Conversions(in: log, history, until: horizon))
    }

    /// A page of the persons about whom data may be used for a purpose on a channel at a time, each with its proof, in
    /// byte order of their ids. The rules are those of ``mayUse(subject:for:on:needsSeparate:at:atLeast:)``, but each
    /// id is looked at by itself: ask about the one that data is used of, for what was said under the others. O(persons
    /// looked through × log n): all those who ever granted the purpose.
    ///
    /// - Parameters:
    ///   - purpose: the short code, as `marketing`.
    ///   - channel: as `email`; empty asks about any channel that nobody has named.
    ///   - needsSeparate: only grants count that were given apart from other declarations.
    ///   - limit: how many rows at most; less than one is taken for one.
    ///   - cursor: where an earlier page of the same list ended.
    /// - Throws: ``ForeignCursor`` when the cursor is of another list, or of another use.
    public func permitted(
        purpose: String, channel: String, needsSeparate: Bool = false, at time: Timestamp,
        limit: Int = usualPageSize, after cursor: ListCursor? = nil, atLeast position: Position? = nil
    ) async throws -> ListPage<PermittedUse> {
        try await wait(for: position, of: PrivacyModel.name)
        let list = PermittedList(purpose: purpose, channel: channel, needsSeparate: needsSeparate, time: time)
        return try rows.read(PrivacyModel.name) { reader in
            try list.page(pageSize(limit), after: cursor, reader)
        }
    }
}

extension IdentityView {
    /// The ids that stand for these, each once, in the order in which they come first.
    func canonicals(of ids: [Tag]) -> [Tag] {
        var known: Set<Tag> = []
        return ids.map { canonical(of: $0) }.filter { known.insert($0).inserted }
    }
}

extension PermittedUse {
    fileprivate init(
        _ use: SubjectLedger.Use, of subject: Tag, _ purpose: String, _ channel: String, at time: Timestamp,
        _ position: Position
    ) {
        self.init(
            subject: subject, purpose: purpose, channel: channel, at: time, allowed: use.reason == .granted,
            reason: use.reason, legalBasis: use.legalBasis.isEmpty ? nil : use.legalBasis,
            until: use.until.map { Timestamp(microseconds: $0) }, proof: use.source?.proof, position: position)
    }
}

/// Which persons a list has.
private struct PermittedList {
    let purpose: String
    let channel: String
    let needsSeparate: Bool
    let time: Timestamp

    /// What was asked for. The time is no part of it: another one leaves the order as it is.
    private var scope: [UInt8] {
        var bytes: [UInt8] = [PrivacyModel.permits, needsSeparate ? 1 : 0]
        bytes.append(prefixed: purpose)
        bytes.append(prefixed: channel)
        return bytes
    }

    func page(
        _ limit: Int, after cursor: ListCursor?, _ reader: borrowing ModelReader
    ) throws -> ListPage<PermittedUse> {
        let prefix = PrivacyModel.permitPrefix(of: purpose)
        // A tag: a kind, a colon and something.
        var last = try cursor?.key(in: scope, atLeast: 3)
        var rows: [PermittedUse] = []
        while true {
            // Rows are looked through in pieces: while they are, no other rows are asked for.
            let persons = try persons(behind: last, under: prefix, limit + 1, reader)
            for person in persons.found {
                guard let use = try use(of: person, reader) else { continue }
                if rows.count == limit {
                    let next = rows.last.map { ListCursor(after: Array($0.subject.text.utf8), in: scope) }
                    return ListPage(rows: rows, next: next, position: reader.position)
                }
                rows.append(use)
            }
            guard let behind = persons.next else {
                return ListPage(rows: rows, next: nil, position: reader.position)
            }
            last = behind
        }
    }

    /// The next persons who had granted the purpose by then; with where to go on, nil at the end.
    private func persons(
        behind last: [UInt8]?, under prefix: [UInt8], _ count: Int, _ reader: borrowing ModelReader
    ) throws -> (found: [Tag], next: [UInt8]?) {
        var found: [Tag] = []
        var next: [UInt8]?
        // A zero byte behind the last one: the first key that can follow it.
        try reader.forEachRow(prefix: prefix, from: last.map { prefix + $0 + [0] }) { key, row in
            guard row.byteCount == 8 else { throw MalformedBytes("when a purpose was granted first") }
            guard row.i64(at: 0) <= time.microseconds else { return true }
            found.append(try Tag(key.text(prefix.count..<key.byteCount)))
            if found.count < count { return true }
            next = key.copy(prefix.count..<key.byteCount)
            return false
        }
        return (found, next)
    }

    /// What is permitted of a person; nil when nothing is.
    private func use(of person: Tag, _ reader: borrowing ModelReader) throws -> PermittedUse? {
        guard let ledger = try PrivacyModel.ledger(of: person, reader) else { return nil }
        let use = ledger.use(for: purpose, on: channel, separate: needsSeparate, at: time.microseconds)
        guard use.reason == .granted else { return nil }
        return PermittedUse(use, of: person, purpose, channel, at: time, reader.position)
    }
}
