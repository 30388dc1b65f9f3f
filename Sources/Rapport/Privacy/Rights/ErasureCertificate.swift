public import EventLog
internal import Foundation
public import Transparency

/// What was done to erase a person, what was checked afterwards, and what nobody can check.
///
/// Signed, it is a note of the lines ``form``, the id of the log, and one line of JSON, for whoever has the verifier
/// key. It names the person by id alone.
public struct ErasureCertificate: Codable, Hashable, Sendable {
    /// The version of the text.
    public static let form = "rapport.erasure-certificate/v1"

    /// An event of the log.
    public struct Entry: Codable, Hashable, Sendable {
        /// Its id.
        public let eventID: EventID
        /// Where it stands.
        public let position: Position
        /// When it was recorded.
        public let recordedAt: Timestamp
    }

    /// What was looked at, and what was found.
    public struct Check: Codable, Hashable, Sendable {
        /// What was looked at: `keys`, `sealed parts`, `parts in clear`, `read models`, `earlier rows`, `tree`.
        public let name: String
        /// Whether it was as it must be.
        public let passed: Bool
        /// What was found, for people.
        public let found: String
    }

    /// Where the erasure stands in the tree over the log.
    public struct Place: Codable, Hashable, Sendable {
        /// How many events the tree is over.
        public let size: UInt64
        /// Its root, in hexadecimal.
        public let root: String
        /// The leaf of the event `SubjectErased`.
        public let leafIndex: UInt64
        /// Whether it is the size and root of a signed checkpoint.
        public let isSigned: Bool
    }

    /// The log that the person is erased from.
    public let logID: EventID
    /// When the checks were made.
    public let checkedAt: Timestamp
    /// The position that they are of.
    public let position: Position
    /// The id that was asked about.
    public let subject: Tag
    /// Every id that the erasure names.
    public let ids: [Tag]
    /// The event `SubjectErased`: the last one about the id.
    public let erasure: Entry
    /// Why, as a short code.
    public let reason: String
    /// The id of the event by which the person has asked for it; empty where nobody has.
    public let requestEventID: String
    /// The event `KeyDestroyed`; nil when there is none yet.
    public let receipt: Entry?
    /// How many keys were destroyed for all erasures of the receipt.
    public let keyCount: UInt64
    /// The generation of the key store that has none of them.
    public let epoch: UInt64
    /// What a law keeps, and until when.
    public let retained: [RetainedData]
    /// What was checked.
    public let checks: [Check]
    /// Where the erasure stands in the tree; nil when the tree cannot be read.
    public let place: Place?
    /// What no check can tell.
    public let outOfReach: [String]

    /// Whether nothing of the person can be read any more, as far as it was checked, but what a law keeps.
    public var isComplete: Bool { receipt != nil && checks.allSatisfy(\.passed) }

    static let outOfReach = [
        "memory that the system has written to swap; core dumps of programs other than the command, which makes none",
        "blocks that a drive or file system keeps of files that were removed",
        "copies and backups of the key store made before the erasure",
        "exports, proofs and answers that have left the data directory",
    ]
}

// MARK: - As a note

extension ErasureCertificate {
    /// The certificate as a note that `key` has signed.
    ///
    /// - Throws: what encoding and signing throw.
    public func signed(with key: SigningKey) throws -> SignedNote {
        var note = try SignedNote(text: try text)
        try note.sign(with: key)
        return note
    }

    /// What is signed: three lines.
    private var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let json = String(decoding: try encoder.encode(self), as: UTF8.self)
            return "\(Self.form)\n\(logID)\n\(json)\n"
        }
    }

    /// The certificate that a note says. Its signatures are not checked: `SignedNote.verify(with:)` does that.
    ///
    /// - Throws: ``MalformedCertificate``.
    public init(_ note: SignedNote) throws(MalformedCertificate) {
        let lines = note.text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count == 4, lines[3].isEmpty else {
            throw MalformedCertificate(reason: "expected three lines, found \(lines.count - 1)")
        }
        guard lines[0].elementsEqual(Self.form.utf8) else {
            throw MalformedCertificate(reason: "line 1: expected \(Self.form)")
        }
        do {
            self = try JSONDecoder().decode(ErasureCertificate.self, from: Data(lines[2]))
        } catch {
            throw MalformedCertificate(reason: "line 3: expected a certificate in JSON: \(error)")
        }
        guard lines[1].elementsEqual(logID.description.utf8) else {
            throw MalformedCertificate(reason: "line 2: expected the id of the log in line 3")
        }
    }
}

/// A note that is no certificate of an erasure.
public struct MalformedCertificate: Error, Equatable, Sendable, CustomStringConvertible {
    /// Which line, and what was expected there.
    public let reason: String

    public var description: String { "no certificate of an erasure: \(reason)" }
}
