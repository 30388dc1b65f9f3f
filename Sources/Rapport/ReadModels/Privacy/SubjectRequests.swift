public import EventLog
internal import LMDB
internal import Projection

/// A person's request for what the law owes them, and its clock.
public struct SubjectRequest: Codable, Sendable, Hashable {
    /// A part that was refused.
    public struct RefusedPart: Codable, Sendable, Hashable {
        /// Why, as a short code.
        public let reason: String
        /// The law that allows it.
        public let lawRef: String?
    }

    /// The id of the person as it stands in tags.
    public let subject: Tag
    /// What for: `access`, `copy`, `rectify`, `erase`, `port`, `restrict`, `object`, `explain` or `unspecified`.
    public let kind: String
    /// Under which law, as `GDPR`; nil where nobody said.
    public let law: String?
    /// How we know that it is them, as a short code.
    public let identityProof: String?
    /// When it was received.
    public let receivedAt: Timestamp
    /// Until when an answer is due. Where that is not stated: under the GDPR one calendar month after receipt (Article
    /// 12(3)), under any other law that or 30 days, whichever is shorter, at the same time of day in UTC.
    public let due: Timestamp
    /// Whether the request itself states until when.
    public let isDueStated: Bool
    /// Whether it has no answer, and more time has gone by than it may take.
    public let isOverdue: Bool
    /// When it was answered first; nil while it is open.
    public let answeredAt: Timestamp?
    /// What came of it, as the newest answer says: `done`, `partly`, `refused`.
    public let outcome: String?
    /// SHA-256 of what was handed over, in hexadecimal, as the newest answer says.
    public let artefactSHA256: String?
    /// What was refused, as the newest answer says.
    public let refused: [RefusedPart]
    /// The event with the request.
    public let proof: PrivacyProof
    /// The event with the newest answer.
    public let answer: PrivacyProof?
}

extension CRMState {
    /// A page of requests, those due first before others. A request that a person made under several ids is there once
    /// for each. O(page × log n) for the requests of today; for a time of the past it looks through those that came or,
    /// where only open ones are wanted, were answered after it.
    ///
    /// - Parameters:
    ///   - openOnly: only requests without an answer.
    ///   - time: what happened later is left out, and what was due before is overdue.
    ///   - limit: how many rows at most; less than one is taken for one.
    ///   - cursor: where an earlier page of the same list ended.
    /// - Throws: ``ForeignCursor`` when the cursor is of another list, or of other requests than are asked for.
    public func requests(
        openOnly: Bool = false, at time: Timestamp, limit: Int = usualPageSize, after cursor: ListCursor? = nil,
        atLeast position: Position? = nil
    ) async throws -> ListPage<SubjectRequest> {
        try await wait(for: position, of: PrivacyModel.name)
        let tables = openOnly ? [PrivacyModel.open] : [PrivacyModel.open, PrivacyModel.answered]
        let list = TimedList(scope: [PrivacyModel.open, openOnly ? 1 : 0], prefixes: tables.map { [$0] })
        return try rows.read(PrivacyModel.name) { reader in
            try list.page(
                limit, after: cursor, reader,
                where: { try RequestRow.isReceived($0, by: time.microseconds) },
                besides: openOnly ? keysOfAnswered(after: time, reader) : [],
                { try SubjectRequest(rowID: $0, at: time, reader) })
        }
    }
}

/// Requests that were open at `time` and are answered now, as keys of the list. O(requests answered after `time`).
private func keysOfAnswered(after time: Timestamp, _ reader: borrowing ModelReader) throws -> [[UInt8]] {
    guard time.microseconds < Int64.max else { return [] }
    let prefix = [PrivacyModel.answers]
    var keys: [[UInt8]] = []
    let start = TimedKey.start(prefix, at: time.microseconds + 1)
    try reader.forEachRow(prefix: prefix, from: start) { key, value in
        let row = try AnsweredRow(value)
        if row.receivedAt <= time.microseconds {
            keys.append(TimedKey.make([], at: row.due, id: TimedKey.id(of: key, prefix: prefix.count)))
        }
        return true
    }
    return keys
}

extension SubjectRequest {
    /// The request of a row; nil when it is not there.
    fileprivate init?(rowID: String, at time: Timestamp, _ reader: borrowing ModelReader) throws {
        let parts = rowID.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let id = EventID(String(parts[0])) else { throw MalformedBytes("the id of a request") }
        let subject = try Tag(String(parts[1]))
        guard let ledger = try PrivacyModel.ledger(of: subject, reader),
            let request = ledger.requests.first(where: { $0.source.eventID == id })
        else { return nil }
        self.init(request, of: subject, in: ledger, at: time)
    }

    /// A request as it stands at a time.
    init(_ request: SubjectLedger.Request, of subject: Tag, in ledger: SubjectLedger, at time: Timestamp) {
        let answers = ledger.allAnswers(to: request).filter { $0.source.occurredAt <= time.microseconds }
        let newest = answers.last
        func known(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
        self.init(
            subject: subject, kind: request.kindWord, law: known(request.law),
            identityProof: known(request.identityProof),
            receivedAt: Timestamp(microseconds: request.source.occurredAt), due: request.due,
            isDueStated: request.statedDue != nil, isOverdue: answers.isEmpty && request.due < time,
            answeredAt: answers.first.map { Timestamp(microseconds: $0.source.occurredAt) },
            outcome: known(newest?.outcome), artefactSHA256: known(newest?.artefactSHA256),
            refused: (newest?.refused ?? []).map { RefusedPart(reason: $0.reason, lawRef: known($0.lawRef)) },
            proof: request.source.proof, answer: newest?.source.proof)
    }
}
