public import Audit
public import EventLog

/// Everything that a data directory holds about a person, for the person.
public struct PersonExport: Sendable {
    /// What is known, in one machine-readable document.
    public let record: PersonRecord
    /// Every event about the person, in the order of the log. Of the personal parts those about the person are opened;
    /// those about others are left out.
    public let events: [OpenedEvent]
    /// The proof that the events up to the newest signed checkpoint are in the log; nil where it cannot be made.
    public let proof: ProofBundle?
    /// Why there is no proof; nil where there is one.
    public let whyNoProof: String?
}

/// What is known of a person, as one document. Times are in ISO 8601, amounts in minor units.
public struct PersonRecord: Codable, Sendable {
    /// The version of the document.
    public static let currentForm = "rapport.person/v1"

    /// How often something came from a source.
    public struct Source: Codable, Hashable, Sendable {
        /// The system or file, as it was given with the events; nil where nobody said.
        public let name: String?
        /// Events of it.
        public let events: Int
        /// When the first of them was recorded.
        public let firstRecorded: Timestamp
        /// When the last of them was recorded.
        public let lastRecorded: Timestamp
    }

    /// The version of this document.
    public let form: String
    /// The log that it is of.
    public let logID: EventID
    /// The position of the log that it is of.
    public let position: Position
    /// When it was made.
    public let exportedAt: Timestamp
    /// The id that was asked for, and all ids of the same person.
    public let ids: PersonIDs
    /// How many events are about the person.
    public let events: Int
    /// What is known of each customer id, each value with the event that it comes from.
    public let profiles: [CustomerProfile]
    /// Consents, restrictions, legal holds, requests and erasures, by id.
    public let privacy: [SubjectPrivacy]
    /// Who was shown personal values, what for and when, the newest first.
    public let accesses: [PersonalAccess]
    /// Where the events came from.
    public let sources: [Source]
    /// How long data is kept: all policies that are in force.
    public let retention: [RetentionPolicy]
}
