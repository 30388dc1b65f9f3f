import Crypto
import EventLog
import Foundation
import LMDB
@testable import Sealing
import Testing

/// How one part is sealed and opened.
@Suite struct PartTests {
    private let key = SubjectKey(dataKey: Array(0..<32))
    private let eventID = EventID(high: 0x0190_B5D8_7C1E_7A51, low: 0x9F2E_3B1F_5C2D_9E77)
    private let associatedData = Array("associated".utf8)
    private let plaintext = Array("张伟".utf8)

    private func sealed() throws -> SealedPart {
        try key.seal(plaintext, eventID: eventID, associatedData: associatedData)
    }

    private func open(_ part: SealedPart, _ data: [UInt8]? = nil) throws -> [UInt8] {
        try key.open(part, associatedData: data ?? associatedData)
    }

    @Test("a part opens to what was sealed, and sealed again has the same bytes")
    func roundTrip() throws {
        let part = try sealed()
        #expect(part.algorithm == .aes256GCM)
        #expect(part.keyCommitment.count == 32)
        #expect(part.bytes.count == 12 + plaintext.count + 16)
        #expect(try open(part) == plaintext)
        #expect(try sealed() == part)
        #expect(
            try SubjectKey(dataKey: Array(0..<32)).seal(
                plaintext, eventID: eventID, associatedData: associatedData) == part)
    }

    @Test("a part may be empty, and long", arguments: [0, 1, 15, 16, 17, 1 << 20])
    func lengths(count: Int) throws {
        let bytes = [UInt8](repeating: 0xA5, count: count)
        let part = try key.seal(bytes, eventID: eventID, associatedData: [])
        #expect(part.bytes.count == count + 28)
        #expect(try open(part, []) == bytes)
    }

    @Test("another event, other associated data or another plaintext has another nonce")
    func nonces() throws {
        let other = EventID(high: eventID.high, low: eventID.low + 1)
        let parts = [
            try sealed(),
            try key.seal(plaintext, eventID: other, associatedData: associatedData),
            try key.seal(plaintext, eventID: eventID, associatedData: associatedData + [0]),
            try key.seal(plaintext + [0], eventID: eventID, associatedData: associatedData),
            // The same bytes behind each other, divided at another place.
            try key.seal(
                Array(plaintext.dropFirst()), eventID: eventID, associatedData: associatedData + plaintext.prefix(1)),
        ]
        #expect(Set(parts.map { Array($0.bytes.prefix(12)) }).count == parts.count)
    }

    @Test("whatever byte is changed, the part does not open")
    func everyByte() throws {
        let part = try sealed()
        for index in part.bytes.indices {
            var changed = part
            changed.bytes[index] ^= 1
            #expect(throws: UnopenedPart.damaged) { try open(changed) }
        }
        for index in associatedData.indices {
            var changed = associatedData
            changed[index] ^= 1
            #expect(throws: UnopenedPart.damaged) { try open(part, changed) }
        }
        for index in part.keyCommitment.indices {
            var changed = part
            changed.keyCommitment[index] ^= 1
            #expect(throws: UnopenedPart.wrongKey) { try open(changed) }
        }
        for count in part.bytes.indices {
            var changed = part
            changed.bytes = Array(part.bytes.prefix(count))
            #expect(throws: UnopenedPart.damaged) { try open(changed) }
        }
        var longer = part
        longer.bytes.append(0)
        #expect(throws: UnopenedPart.damaged) { try open(longer) }
        #expect(throws: UnopenedPart.damaged) { try open(part, associatedData + [0]) }
    }

    @Test("a part of another subject's key, or with no commitment, is of the wrong key")
    func otherKey() throws {
        let other = SubjectKey(dataKey: Array(1..<33))
        let part = try other.seal(plaintext, eventID: eventID, associatedData: associatedData)
        #expect(throws: UnopenedPart.wrongKey) { try open(part) }
        var bare = try sealed()
        bare.keyCommitment = []
        #expect(throws: UnopenedPart.wrongKey) { try open(bare) }
        var disguised = part
        disguised.keyCommitment = key.commitment
        #expect(throws: UnopenedPart.damaged) { try open(disguised) }
    }

    @Test("a part in clear, or sealed in a way of the future, is not opened", arguments: [0, 2, 255] as [UInt8])
    func algorithms(number: UInt8) throws {
        var part = try sealed()
        part.algorithm = SealedPart.Algorithm(rawValue: number)
        #expect(throws: UnopenedPart.unknownAlgorithm(number)) { try open(part) }
    }

    // MARK: Fixed answers

    @Test("the bytes are those that the formula gives")
    func formula() throws {
        let dataKey = SymmetricKey(data: Array(0..<32) as [UInt8])
        func derived(_ purpose: String) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(inputKeyMaterial: dataKey, info: Array(purpose.utf8), outputByteCount: 32)
        }
        let part = try sealed()
        #expect(SymmetricKey(data: part.keyCommitment) == derived("rapport/part/v1 commit"))
        var input: [UInt8] = []
        input.append(bigEndian: eventID.high)
        input.append(bigEndian: eventID.low)
        input.append(littleEndian: UInt64(associatedData.count))
        input += associatedData
        input.append(littleEndian: UInt64(plaintext.count))
        input += plaintext
        let code = HMAC<SHA256>.authenticationCode(for: input, using: derived("rapport/part/v1 nonce"))
        let nonce = Array(code.prefix(12))
        let box = try AES.GCM.seal(
            plaintext, using: derived("rapport/part/v1 encrypt"), nonce: AES.GCM.Nonce(data: nonce),
            authenticating: associatedData)
        #expect(part.bytes == nonce + Array(box.ciphertext) + Array(box.tag))
    }

    /// Computed with another library in another language: the form of parts is for ever.
    @Test("the bytes are those that they have always been")
    func vector() throws {
        let part = try sealed()
        #expect(hexadecimal(part.keyCommitment) == "0cb16ad8820cd1a1cbe5c41ce431dfcd6a960ae1416f9c76e319c595927409b3")
        #expect(hexadecimal(part.bytes) == "fbacb416a31f457a9f1872cc5654f0b7e58f4b52776a22a06542ded9b70dc9da579b")
        let index = BlindIndexKey(Array(0..<32)).index("email", "a@example.org")
        #expect(hexadecimal(index) == "8496e437cdfc1fe3219104c15542df30")
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("a blind index is of its kind, its value and its key")
    func blindIndex() {
        let key = BlindIndexKey(Array(0..<32))
        let index = key.index("email", "a@example.org")
        #expect(index.count == 16)
        #expect(key.index("email", "a@example.org") == index)
        #expect(key.index("phone", "a@example.org") != index)
        #expect(key.index("email", "b@example.org") != index)
        #expect(key.index("emaila", "@example.org") != index)
        #expect(BlindIndexKey(Array(1..<33)).index("email", "a@example.org") != index)
    }

    @Test("nothing that prints a key prints its bytes")
    func descriptions() {
        var printed = ""
        dump(key, to: &printed)
        dump(BlindIndexKey(Array(0..<32)), to: &printed)
        printed += "\(key) \(String(reflecting: key)) \(BlindIndexKey(Array(0..<32)))"
        #expect(printed.contains("a key of a subject"))
        #expect(!printed.contains("31"))
        #expect(!printed.contains("\(key.commitment[0])"))
    }
}
