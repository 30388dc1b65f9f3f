public import EventLog

/// That a lead became a customer, and which event says so.
public struct LeadConversion: Codable, Hashable, Sendable {
    /// The id of the lead as it stands in tags, `lead:L-1`.
    public let lead: Tag
    /// The id of the customer as it stands in tags, as the event names it.
    public let customer: Tag
    /// Where the event stands.
    public let position: Position
    /// Its id.
    public let eventID: EventID
    /// When it happened.
    public let occurredAt: Timestamp
    /// When it was appended.
    public let recordedAt: Timestamp
}

extension CRMState {
    /// The conversion by which a lead is a customer at the moment that is asked about; nil for a lead that was not
    /// converted, and for what is no lead. Of several the one counts that happened first, as for ``personIDs(of:)``.
    /// O(conversions of leads).
    ///
    /// - Throws: ``UnreadableEvent`` for a conversion that nobody can read; `DamagedLog`; errors of the storage layer.
    public func conversion(of lead: Tag) throws -> LeadConversion? {
        guard lead.names(oneOf: ["lead"]) else { return nil }
        return try Conversions(in: log, history, until: horizon).conversion(of: lead)
    }
}
