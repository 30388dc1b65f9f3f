internal import LMDB

extension EventView {
    /// The part about `subject`, copied; nil where there is none.
    public func part(of subject: RawSpan) -> SealedPart? {
        var offset = subjectsStart
        for _ in 0..<subjectCount {
            let (mark, end) = subjectBounds(at: offset)
            defer { offset = end }
            guard bytes.u8(at: mark) == 1, bytes.extracting(offset + 2..<mark).sameBytes(as: subject) else { continue }
            let commitmentEnd = mark + 3 + Int(bytes.u8(at: mark + 2))
            return SealedPart(
                algorithm: SealedPart.Algorithm(rawValue: bytes.u8(at: mark + 1)),
                keyCommitment: bytes.copy(mark + 3..<commitmentEnd), bytes: bytes.copy(commitmentEnd + 4..<end))
        }
        return nil
    }
}
