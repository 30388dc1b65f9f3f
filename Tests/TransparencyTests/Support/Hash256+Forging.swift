import LMDB
import Transparency

extension Hash256 {
    /// The same hash but for one bit.
    var flipped: Hash256 {
        var changed = bytes
        changed[13] ^= 0x10
        return Hash256(changed.rawSpan, at: 0)
    }

    /// A hash of nothing in particular.
    static func random(using generator: inout some RandomNumberGenerator) -> Hash256 {
        var bytes: [UInt8] = []
        for _ in 0..<4 {
            let word: UInt64 = generator.next()
            bytes.append(littleEndian: word)
        }
        return Hash256(bytes.rawSpan, at: 0)
    }
}

extension [Hash256] {
    /// What a liar makes of a proof: every change that leaves another list.
    func forgeries(with leaf: Hash256) -> [(reason: String, proof: [Hash256])] {
        var forged: [(reason: String, proof: [Hash256])] = [
            ("a leaf in front", [leaf] + self), ("a leaf at the end", self + [leaf]),
            ("the empty tree's root at the end", self + [MerkleHash.emptyRoot]),
        ]
        if let last { forged.append(("its last hash twice", self + [last])) }
        if !isEmpty {
            forged.append(("no proof", []))
            forged.append(("the proof twice", self + self))
        }
        if count > 1 { forged.append(("the proof from behind", reversed())) }
        for place in indices {
            var changed = self
            changed[place] = changed[place].flipped
            forged.append(("a bit of hash \(place)", changed))
            var shorter = self
            shorter.remove(at: place)
            forged.append(("without hash \(place)", shorter))
            if place > 0 {
                var swapped = self
                swapped.swapAt(place - 1, place)
                forged.append(("hashes \(place - 1) and \(place) swapped", swapped))
            }
        }
        return forged
    }
}
