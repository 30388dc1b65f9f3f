internal import EventLog
internal import LMDB

// What holds at a time. Everything that happened by then counts, whenever it was recorded.

extension SubjectLedger {
    // MARK: Consents

    /// What decides about a purpose on a channel: of all grants and withdrawals that cover it the newest; nil where
    /// there are none.
    ///
    /// - Parameter separate: leaves out grants that were not given apart from other declarations.
    func decision(about purpose: String, on channel: String, separate: Bool = false, at time: Int64) -> Consent? {
        consents.last { consent in
            consent.source.occurredAt <= time && consent.covers(purpose, channel)
                && (!separate || consent.grant?.isSeparate ?? true)
        }
    }

    /// Whether data may be used, and what decides. Erasure and restriction go before consent.
    func use(for purpose: String, on channel: String, separate: Bool, at time: Int64) -> Use {
        if let erasure = erasures.first, erasure.source.occurredAt <= time { return Use(.erased, erasure.source) }
        if let restriction = restrictionsInForce(at: time).first(where: { $0.covers(purpose, channel) }) {
            return Use(.restricted, restriction.source, until: restriction.until)
        }
        guard let decision = decision(about: purpose, on: channel, separate: separate, at: time) else {
            return Use(.neverGranted, nil)
        }
        guard let grant = decision.grant else { return Use(.withdrawn, decision.source) }
        let isOver = grant.until.map { $0 <= time } ?? false
        return Use(
            isOver ? .expired : .granted, decision.source, legalBasis: grant.legalBasis, until: grant.until)
    }

    /// Whether data may be used, and which event says so.
    struct Use {
        let reason: PermittedUse.Reason
        /// The event that decides; nil where nothing was ever granted.
        let source: Source?
        /// Of a grant.
        let legalBasis: String
        /// Until when the grant or the restriction holds.
        let until: Int64?

        init(_ reason: PermittedUse.Reason, _ source: Source?, legalBasis: String = "", until: Int64? = nil) {
            self.reason = reason
            self.source = source
            self.legalBasis = legalBasis
            self.until = until
        }

        /// Whether it goes before what another id of the same person says.
        func isStricter(than other: Use) -> Bool { strictness > other.strictness }

        private var strictness: Int {
            switch reason {
            case .neverGranted: 0
            case .granted: 1
            case .expired: 2
            case .withdrawn: 3
            case .restricted: 4
            case .erased: 5
            }
        }
    }

    /// The purposes and channels that anything was said of by `time`, in order of their codes, each pair once and as it
    /// was given first.
    func statedUses(at time: Int64) -> [(purpose: String, channel: String)] {
        var uses: [(purpose: String, channel: String)] = []
        for consent in consents where consent.source.occurredAt <= time {
            let isKnown = uses.contains { use in
                use.purpose.isSameCode(as: consent.purpose) && use.channel.isSameCode(as: consent.channel)
            }
            if !isKnown { uses.append((consent.purpose, consent.channel)) }
        }
        return uses.sorted { left, right in
            let (first, second) = (left.purpose.foldedCode, right.purpose.foldedCode)
            if first != second { return first.lexicographicallyPrecedes(second) }
            return left.channel.foldedCode.lexicographicallyPrecedes(right.channel.foldedCode)
        }
    }

    // MARK: Restrictions and holds

    /// The restrictions that are in force, by scope. One that is lifted without a scope lifts all; else each scope goes
    /// by what was said of it last.
    func restrictionsInForce(at time: Int64) -> [Restriction] {
        var inForce: [Restriction] = []
        for statement in restrictions where statement.source.occurredAt <= time {
            let liftsAll = !statement.isOn && statement.scope.isEmpty
            inForce.removeAll { liftsAll || $0.scope.isSameCode(as: statement.scope) }
            if statement.isOn { inForce.append(statement) }
        }
        inForce.removeAll { restriction in restriction.until.map { $0 <= time } ?? false }
        return inForce.sorted { $0.scope.foldedCode.lexicographicallyPrecedes($1.scope.foldedCode) }
    }

    /// The holds that are in force, by matter: of each matter what was said last.
    func holdsInForce(at time: Int64) -> [Hold] {
        var inForce: [Hold] = []
        for statement in holds where statement.source.occurredAt <= time {
            inForce.removeAll { $0.matter.sameBytes(as: statement.matter) }
            if statement.isPlaced { inForce.append(statement) }
        }
        inForce.removeAll { hold in hold.until.map { $0 <= time } ?? false }
        return inForce.sorted { $0.matter.compareBytes(to: $1.matter) < 0 }
    }
}

extension SubjectLedger.Consent {
    /// Whether it says something of a purpose on a channel. Without a channel it covers every channel, and a withdrawal
    /// without a purpose every purpose.
    fileprivate func covers(_ purpose: String, _ channel: String) -> Bool {
        guard self.channel.isEmpty || self.channel.isSameCode(as: channel) else { return false }
        return self.purpose.isEmpty || self.purpose.isSameCode(as: purpose)
    }
}

extension SubjectLedger.Restriction {
    /// Whether it forbids a purpose on a channel: its scope is everything, that purpose, or that channel.
    fileprivate func covers(_ purpose: String, _ channel: String) -> Bool {
        scope.isEmpty || scope.isSameCode(as: purpose) || scope.isSameCode(as: channel)
    }
}

extension SubjectLedger.Source {
    /// As answers name it.
    var proof: PrivacyProof {
        PrivacyProof(
            position: Position(position), eventID: eventID, occurredAt: Timestamp(microseconds: occurredAt))
    }
}
