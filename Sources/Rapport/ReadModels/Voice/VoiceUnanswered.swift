public import EventLog
internal import LMDB
internal import Projection

/// A complaint or a suggestion of which the customer was not told yet.
public struct VoiceEntry: Codable, Sendable, Hashable {
    /// Which of the two.
    public let kind: VoiceKind
    /// The event that it was told by.
    public let eventID: EventID
    /// Who waits; nil of a person who was erased.
    public let customer: String?
    /// The opaque id of the complaint or suggestion; nil where none was given, and of a person who was erased.
    public let id: String?
    /// The kind of suggestion as it was stated, as `idea`; nil, as all that follows, where nobody has said.
    public let type: String?
    /// What it is about, as a short code.
    public let theme: String?
    /// How severe a complaint is, as a short code.
    public let severity: String?
    /// What a complaint puts at risk.
    public let riskClass: String?
    /// The case that a complaint led to; nil of a person who was erased, too.
    public let caseID: String?
    /// When it was told.
    public let submittedAt: Timestamp
    /// From then to the time asked about, in milliseconds, rounded down.
    public let ageMs: Int64
    /// When it was decided first.
    public let decidedAt: Timestamp?
    /// Whether the last decision was to do it.
    public let isAdopted: Bool?
}

extension CRMState {
    /// Complaints and suggestions of which the customer was not told by `now`, those that wait longest first. Persons
    /// who were erased stand without an id.
    ///
    /// O(page × log n) and, for what was told later than `now`, O(all that was told).
    ///
    /// - Parameters:
    ///   - now: what happened later does not count.
    ///   - kind: only complaints, or only suggestions.
    ///   - limit: the most rows of the page.
    ///   - cursor: where an earlier page of the same question ended; nil begins at the top.
    /// - Throws: ``ForeignCursor`` when the cursor is of another list.
    public func unansweredVoice(
        now: Timestamp, kind: VoiceKind? = nil, limit: Int = usualPageSize, after cursor: ListCursor? = nil,
        atLeast position: Position? = nil
    ) async throws -> ListPage<VoiceEntry> {
        try await wait(for: position, of: VoiceModel.name)
        let privacy = try self.reader.personal.state(in: log)
        let list = UnansweredVoice(now: now.microseconds, kind: kind)
        return try rows.read(VoiceModel.name) { reader in
            try list.page(pageSize(limit), after: cursor, reader) { privacy.isErased("customer:\($0)") }
        }
    }
}

/// Who waits for an answer.
private struct UnansweredVoice {
    /// A row and where it stands among those of all statuses: its key without the prefix.
    private struct Found {
        let place: [UInt8]
        let entry: VoiceEntry
    }

    /// Microseconds UTC.
    let now: Int64
    let kind: VoiceKind?

    /// What was asked for; the time is not, for a place in the list is one at any time.
    private var scope: [UInt8] { [VoiceModel.items, kind?.code ?? 0] }

    func page(
        _ limit: Int, after cursor: ListCursor?, _ reader: borrowing ModelReader, isErased: (String) -> Bool
    ) throws -> ListPage<VoiceEntry> {
        let last = try cursor?.key(in: scope, atLeast: 9)
        var found: [Found] = []
        for status in VoiceStatus.allCases { found += try rows(status, limit, after: last, reader, isErased) }
        found.sort { $0.place.lexicographicallyPrecedes($1.place) }
        let shown = found.prefix(limit)
        var next: ListCursor?
        if shown.count < found.count, let place = shown.last?.place { next = ListCursor(after: place, in: scope) }
        return ListPage(rows: shown.map(\.entry), next: next, position: reader.position)
    }

    /// The rows of one status behind a place, one more than a page shows where there are so many.
    private func rows(
        _ status: VoiceStatus, _ limit: Int, after place: [UInt8]?, _ reader: borrowing ModelReader,
        _ isErased: (String) -> Bool
    ) throws -> [Found] {
        let prefix = VoiceRow.prefix(status)
        var taken: [Found] = []
        // A zero byte more: the least key behind the one of the place.
        try reader.forEachRow(prefix: prefix, from: place.map { prefix + $0 + [0] }) { key, row in
            let time = TimedKey.time(of: key, prefix: prefix.count)
            if time > now { return false }
            let facts = try VoiceFacts(row)
            if facts.toldAt(by: now) != nil { return true }
            if let kind, try facts.kind != kind { return true }
            let entry = try VoiceEntry(key, facts, submittedAt: time, now: now, isErased)
            taken.append(Found(place: key.copy(prefix.count..<key.byteCount), entry: entry))
            return taken.count <= limit
        }
        return taken
    }
}

extension VoiceEntry {
    fileprivate init(
        _ key: RawSpan, _ facts: VoiceFacts, submittedAt time: Int64, now: Int64,
        _ isErased: (String) -> Bool
    ) throws {
        let names = try VoiceRow.names(in: key, prefix: VoiceRow.prefixLength)
        let details = try facts.details(by: now)
        let isHidden = isErased(names.customer)
        func known(_ text: String) -> String? { text.isEmpty ? nil : text }
        let kind = try facts.kind
        let type = try facts.value(of: .kind).text()
        self.init(
            kind: kind, eventID: names.event, customer: isHidden ? nil : names.customer,
            id: isHidden ? nil : known(details.id), type: kind == .complaint ? nil : known(type),
            theme: known(try facts.value(of: .theme).text()), severity: known(try facts.value(of: .severity).text()),
            riskClass: known(try facts.value(of: .riskClass).text()), caseID: isHidden ? nil : known(details.caseID),
            submittedAt: Timestamp(microseconds: time), ageMs: (now - time).dividedFlooring(by: 1000).quotient,
            decidedAt: facts.decidedAt(by: now).map { Timestamp(microseconds: $0) },
            isAdopted: details.lastDecision?.isAdopted)
    }
}
