internal import LMDB

/// Random bytes for keys.
enum SecretBytes {
    /// Bytes of every key here.
    static let keyLength = 32

    /// Random bytes of the operating system: nobody can tell them, nor what came before or follows.
    static func random(_ count: Int = keyLength) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            let word: UInt64 = generator.next()
            bytes.append(littleEndian: word)
        }
        return Array(bytes.prefix(count))
    }
}
