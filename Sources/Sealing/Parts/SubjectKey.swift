internal import Crypto
public import EventLog
internal import Foundation
internal import LMDB

extension SealedPart.Algorithm {
    /// AES-256-GCM under a key of the subject: the bytes are nonce (12), ciphertext, tag (16).
    public static let aes256GCM = SealedPart.Algorithm(rawValue: 1)
}

/// The key by which personal parts about one subject, of one category, are sealed and opened.
///
/// Sealing the same part of the same event again gives the same bytes: the nonce is the start of an HMAC over the
/// event's id, the associated data and the plaintext. So equal nonces mean equal parts, and a retry is known as one.
public struct SubjectKey: Sendable {
    private static let nonceLength = 12
    private static let tagLength = 16

    /// 32 bytes that stand for this key and tell nothing of it. Each part carries them, so that it opens under no other
    /// key, which AES-GCM alone does not promise.
    public let commitment: [UInt8]
    private let encryption: SymmetricKey
    /// The HMAC of nonces with its key hashed in, which takes longer than the rest.
    private let nonces: HMAC<SHA256>

    init(dataKey: [UInt8]) {
        let derivation = KeyDerivation(dataKey)
        encryption = derivation.key(for: "rapport/part/v1 encrypt")
        nonces = HMAC(key: derivation.key(for: "rapport/part/v1 nonce"))
        commitment = derivation.bytes(for: "rapport/part/v1 commit")
    }

    /// Seals a part.
    ///
    /// - Parameters:
    ///   - plaintext: the serialized personal message.
    ///   - eventID: the event it belongs to.
    ///   - associatedData: what else binds it to the event, see `SealingContext`.
    /// - Complexity: O(length of the two).
    public func seal(_ plaintext: [UInt8], eventID: EventID, associatedData: [UInt8]) throws -> SealedPart {
        let nonce = try AES.GCM.Nonce(data: nonce(plaintext, eventID, associatedData))
        let box = try AES.GCM.seal(plaintext, using: encryption, nonce: nonce, authenticating: associatedData)
        // Nil only with a nonce of another length than GCM's.
        let bytes = box.combined.map { [UInt8]($0) } ?? []
        return SealedPart(algorithm: .aes256GCM, keyCommitment: commitment, bytes: bytes)
    }

    /// The first 12 bytes of HMAC-SHA-256 over the event's id (16, big endian), then associated data and plaintext,
    /// each behind its length (8, little endian).
    private func nonce(_ plaintext: [UInt8], _ eventID: EventID, _ associatedData: [UInt8]) -> [UInt8] {
        // In one piece: each call of the hash costs more than copying some hundred bytes.
        var message: [UInt8] = []
        message.reserveCapacity(32 + associatedData.count + plaintext.count)
        message.append(bigEndian: eventID.high)
        message.append(bigEndian: eventID.low)
        message.append(littleEndian: UInt64(associatedData.count))
        message.append(contentsOf: associatedData)
        message.append(littleEndian: UInt64(plaintext.count))
        message.append(contentsOf: plaintext)
        var code = nonces
        code.update(data: message)
        return Array(code.finalize().prefix(Self.nonceLength))
    }

    /// Opens a part that was sealed under this key with the same associated data.
    ///
    /// - Returns: the serialized personal message.
    /// - Throws: ``UnopenedPart``.
    public func open(_ part: SealedPart, associatedData: [UInt8]) throws -> [UInt8] {
        guard part.algorithm == .aes256GCM else { throw UnopenedPart.unknownAlgorithm(part.algorithm.rawValue) }
        guard part.keyCommitment == commitment else { throw UnopenedPart.wrongKey }
        guard part.bytes.count >= Self.nonceLength + Self.tagLength,
            let box = try? AES.GCM.SealedBox(combined: part.bytes),
            let plaintext = try? AES.GCM.open(box, using: encryption, authenticating: associatedData)
        else { throw UnopenedPart.damaged }
        return [UInt8](plaintext)
    }
}

extension SubjectKey: CustomStringConvertible, CustomReflectable {
    /// Says that it is a key, and nothing of which.
    public var description: String { "a key of a subject" }

    /// Shows nothing: whatever prints the parts of a value prints none of this one.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
