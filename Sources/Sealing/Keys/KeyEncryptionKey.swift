internal import Crypto
internal import EventLog
internal import Foundation
internal import LMDB

/// The key of one generation under which the keys of all subjects are stored; it stands nowhere but wrapped by the
/// master key.
///
/// A wrapped key is format (1 byte), random nonce (12), ciphertext (32), tag (16), by AES-256-GCM. What it belongs to
/// is authenticated with it: its use, 0, the log's id (16, big endian), and for the key of a subject its row. So no row
/// can take the place of another one.
struct KeyEncryptionKey: Sendable {
    /// What a wrapped key is for.
    enum Use {
        /// The key of a subject, by what its row is stored under.
        case part([UInt8])
        case blindIndex
    }

    private static let format: UInt8 = 1

    private let key: SymmetricKey
    private let logID: EventID

    /// Nil when these are not the bytes of a key.
    init?(_ bytes: [UInt8], logID: EventID) {
        guard bytes.count == SecretBytes.keyLength else { return nil }
        key = SymmetricKey(data: bytes)
        self.logID = logID
    }

    private func context(_ use: Use) -> [UInt8] {
        var bytes: [UInt8] = []
        let row: [UInt8]
        switch use {
        case .part(let name):
            bytes.append(utf8: "rapport/data key/v1")
            row = name
        case .blindIndex:
            bytes.append(utf8: "rapport/blind index key/v1")
            row = []
        }
        bytes.append(0)
        bytes.append(bigEndian: logID.high)
        bytes.append(bigEndian: logID.low)
        return bytes + row
    }

    func wrap(_ secret: [UInt8], for use: Use) throws -> [UInt8] {
        let box = try AES.GCM.seal(secret, using: key, authenticating: context(use))
        var bytes = [Self.format]
        bytes.append(contentsOf: Array(box.nonce))
        bytes.append(contentsOf: box.ciphertext)
        bytes.append(contentsOf: box.tag)
        return bytes
    }

    /// What was wrapped; nil when that is not what stands there.
    func unwrap(_ wrapped: [UInt8], for use: Use) -> [UInt8]? {
        guard wrapped.first == Self.format,
            let box = try? AES.GCM.SealedBox(combined: Array(wrapped.dropFirst())),
            let secret = try? AES.GCM.open(box, using: key, authenticating: context(use)),
            secret.count == SecretBytes.keyLength
        else { return nil }
        return [UInt8](secret)
    }
}
