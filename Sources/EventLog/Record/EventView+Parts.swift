internal import LMDB

extension EventView {
    /// The bytes of the unsealed part about `subject`, in place; empty where there is none, or only a sealed one.
    @_lifetime(copy self)
    public func unsealedPart(of subject: RawSpan) -> RawSpan {
        var offset = subjectsStart
        for _ in 0..<subjectCount {
            let idEnd = offset + 2 + Int(bytes.u16(at: offset))
            let isWanted = bytes.extracting(offset + 2..<idEnd).sameBytes(as: subject)
            offset = idEnd + 1
            guard bytes.u8(at: idEnd) == 1 else { continue }
            let algorithm = SealedPart.Algorithm(rawValue: bytes.u8(at: offset))
            let lengthAt = offset + 2 + Int(bytes.u8(at: offset + 1))
            offset = lengthAt + 4 + Int(bytes.u32(at: lengthAt))
            if isWanted, algorithm == .unsealed { return bytes.extracting(lengthAt + 4..<offset) }
        }
        return bytes.extracting(0..<0)
    }

    /// The part about `subject`, copied; nil where there is none.
    public func part(of subject: RawSpan) -> SealedPart? {
        var offset = subjectsStart
        for _ in 0..<subjectCount {
            let idEnd = offset + 2 + Int(bytes.u16(at: offset))
            let isWanted = bytes.extracting(offset + 2..<idEnd).sameBytes(as: subject)
            offset = idEnd + 1
            guard bytes.u8(at: idEnd) == 1 else { continue }
            let commitmentEnd = offset + 2 + Int(bytes.u8(at: offset + 1))
            let partEnd = commitmentEnd + 4 + Int(bytes.u32(at: commitmentEnd))
            if isWanted {
                return SealedPart(
                    algorithm: SealedPart.Algorithm(rawValue: bytes.u8(at: offset)),
                    keyCommitment: bytes.copy(offset + 2..<commitmentEnd),
                    bytes: bytes.copy(commitmentEnd + 4..<partEnd))
            }
            offset = partEnd
        }
        return nil
    }
}
