public import EventLog

/// What a person allows, has asked for and is owed at a time; each part with the event that proves it.
public struct SubjectPrivacy: Codable, Sendable, Hashable {
    /// How a purpose on a channel stands.
    public enum ConsentStatus: String, Codable, Sendable, CaseIterable {
        /// The newest statement that covers it grants it.
        case granted
        /// The newest statement that covers it withdraws it.
        case withdrawn
        /// The newest statement that covers it granted it until a time that is over.
        case expired
    }

    /// How one purpose stands on one channel.
    public struct Consent: Codable, Sendable, Hashable {
        /// What for, as a short code; nil, of a withdrawal, is every purpose.
        public let purpose: String?
        /// By which channel; nil is any that is not listed by itself.
        public let channel: String?
        /// By the newest statement that covers it. Erasure and restriction are not looked at.
        public let status: ConsentStatus
        /// When the newest statement was made.
        public let since: Timestamp
        /// Until when it was granted; nil where the grant has no end, and of a withdrawal.
        public let until: Timestamp?
        /// What the processing rests on, as a short code; nil, as all that follows but the proof, where nobody said.
        public let legalBasis: String?
        /// Whether it was given apart from other declarations; nil of a withdrawal.
        public let isSeparate: Bool?
        /// Which version of the text was shown.
        public let policyVersion: String?
        /// SHA-256 of that text in hexadecimal.
        public let textSHA256: String?
        /// Opaque id of the evidence.
        public let evidence: String?
        /// How it was withdrawn, as a short code.
        public let via: String?
        /// The newest statement.
        public let proof: PrivacyProof
    }

    /// A restriction that is in force.
    public struct Restriction: Codable, Sendable, Hashable {
        /// What is restricted, as a short code; nil is all use.
        public let scope: String?
        /// Until when; nil until it is lifted.
        public let until: Timestamp?
        /// The law that says so.
        public let lawRef: String?
        /// The event that says so.
        public let proof: PrivacyProof
    }

    /// A legal hold that is in force: the person cannot be erased.
    public struct Hold: Codable, Sendable, Hashable {
        /// The matter, as an opaque id or a short code.
        public let matter: String
        /// Until when; nil until it is released.
        public let until: Timestamp?
        /// The event that placed it.
        public let proof: PrivacyProof
    }

    /// A category that a law keeps from being erased.
    public struct Retained: Codable, Sendable, Hashable {
        /// The category, as `orders`.
        public let category: String
        /// The law that says so.
        public let lawRef: String?
        /// Until when; nil where nobody said.
        public let until: Timestamp?
    }

    /// The receipt for destroyed keys.
    public struct Receipt: Codable, Sendable, Hashable {
        /// How many data keys were destroyed, of all persons that the receipt is for.
        public let keyCount: UInt64
        /// Which generation of the key store has none of them any more.
        public let epoch: UInt64
        /// The event that says so.
        public let proof: PrivacyProof
    }

    /// An erasure of the person.
    public struct Erasure: Codable, Sendable, Hashable {
        /// Why, as a short code.
        public let reason: String?
        /// The event with the request that it answers; nil where nobody asked.
        public let request: EventID?
        /// What a law keeps, in the order of the event.
        public let retained: [Retained]
        /// That the keys are gone; nil while no receipt says so.
        public let keysDestroyed: Receipt?
        /// The event that says so.
        public let proof: PrivacyProof
    }

    /// The id of the person as it stands in tags.
    public let subject: Tag
    /// The time that is asked about: what had happened by then.
    public let at: Timestamp
    /// Of each purpose and channel that anything was said of the newest, in byte order.
    public let consents: [Consent]
    /// In force, by scope.
    public let restrictions: [Restriction]
    /// In force, by matter.
    public let holds: [Hold]
    /// All requests, those received first before others.
    public let requests: [SubjectRequest]
    /// All erasures, the first one first; a later one may take what a law has kept until then.
    public let erasures: [Erasure]
    /// The position that the answer is of.
    public let position: Position
}
