public import EventLog
internal import LMDB
internal import Projection

extension CRMState {
    /// What a person allows, has asked for and is owed at a time. Nil when nothing of it was ever said of that person,
    /// `customer:C-1` or `lead:L-1`. Of customers who were merged it is what was said under all their ids, and
    /// ``SubjectPrivacy/subject`` the one that stands for them. O(log n + what was said of the person).
    ///
    /// - Parameter time: what happened later is left out.
    public func privacy(
        of subject: Tag, at time: Timestamp, atLeast position: Position? = nil
    ) async throws -> SubjectPrivacy? {
        try await wait(for: position, of: PrivacyModel.name)
        return try rows.read(PrivacyModel.name) { reader in
            let canonical = try history.identity(in: log, asOf: reader.position).canonical(of: subject)
            return try SubjectPrivacy(of: canonical, at: time, reader)
        }
    }
}

extension SubjectPrivacy {
    /// Nil when nothing was said of the person.
    init?(of subject: Tag, at time: Timestamp, _ reader: borrowing ModelReader) throws {
        guard let ledger = try PrivacyModel.ledger(of: subject, reader) else { return nil }
        let now = time.microseconds
        var erasures: [Erasure] = []
        for erasure in ledger.erasures where erasure.source.occurredAt <= now {
            erasures.append(Erasure(erasure, try Receipt(for: erasure.source.eventID, at: now, reader)))
        }
        self.init(
            subject: subject, at: time,
            consents: ledger.statedUses(at: now).compactMap { use in
                ledger.decision(about: use.purpose, on: use.channel, at: now).map { decision in
                    Consent(use.purpose, use.channel, decision, at: now)
                }
            },
            restrictions: ledger.restrictionsInForce(at: now).map { restriction in
                Restriction(
                    scope: known(restriction.scope), until: moment(restriction.until),
                    lawRef: known(restriction.lawRef), proof: restriction.source.proof)
            },
            holds: ledger.holdsInForce(at: now).map { hold in
                Hold(matter: hold.matter, until: moment(hold.until), proof: hold.source.proof)
            },
            requests: ledger.requests.filter { $0.source.occurredAt <= now }.map { request in
                SubjectRequest(request, of: subject, in: ledger, at: time)
            },
            erasures: erasures, position: reader.position)
    }
}

extension SubjectPrivacy.Consent {
    fileprivate init(_ purpose: String, _ channel: String, _ decision: SubjectLedger.Consent, at now: Int64) {
        var status = SubjectPrivacy.ConsentStatus.withdrawn
        if let grant = decision.grant {
            let isOver = grant.until.map { $0 <= now } ?? false
            status = isOver ? .expired : .granted
        }
        self.init(
            purpose: known(purpose), channel: known(channel), status: status,
            since: Timestamp(microseconds: decision.source.occurredAt), until: moment(decision.grant?.until),
            legalBasis: known(decision.grant?.legalBasis), isSeparate: decision.grant?.isSeparate,
            policyVersion: known(decision.grant?.policyVersion), textSHA256: known(decision.grant?.textSHA256),
            evidence: known(decision.grant?.evidence), via: known(decision.via), proof: decision.source.proof)
    }
}

extension SubjectPrivacy.Erasure {
    fileprivate init(_ erasure: SubjectLedger.Erasure, _ receipt: SubjectPrivacy.Receipt?) {
        self.init(
            reason: known(erasure.reason), request: erasure.request,
            retained: erasure.retained.map { category in
                SubjectPrivacy.Retained(
                    category: category.category, lawRef: known(category.lawRef), until: moment(category.until))
            },
            keysDestroyed: receipt, proof: erasure.source.proof)
    }
}

extension SubjectPrivacy.Receipt {
    /// The first receipt for an erasure by `now`; nil while there is none.
    fileprivate init?(for erasure: EventID, at now: Int64, _ reader: borrowing ModelReader) throws {
        var first: ReceiptRow?
        try reader.forEachRow(prefix: PrivacyModel.receiptPrefix(of: erasure)) { _, row in
            var bytes = ByteReader(row)
            let receipt = try ReceiptRow(decoding: &bytes)
            guard receipt.source.occurredAt <= now else { return true }
            if let known = first, !receipt.source.comes(before: known.source) { return true }
            first = receipt
            return true
        }
        guard let first else { return nil }
        self.init(keyCount: first.keyCount, epoch: first.epoch, proof: first.source.proof)
    }
}

/// A text that says something; nil of an empty one.
private func known(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }

private func moment(_ microseconds: Int64?) -> Timestamp? { microseconds.map { Timestamp(microseconds: $0) } }
