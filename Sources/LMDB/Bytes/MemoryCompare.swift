internal import Glibc

/// `memcmp` over the shorter length.
@usableFromInline
func memoryCompare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    let count = min(left.count, right.count)
    guard count > 0, let leftBase = left.baseAddress, let rightBase = right.baseAddress else { return 0 }
    return unsafe Int(memcmp(leftBase, rightBase, count))
}

extension RawSpan {
    /// Where `other` first stands in these bytes; nil when it does not. An empty one stands at the start.
    public func firstRange(of other: RawSpan) -> Range<Int>? {
        if other.isEmpty { return 0..<0 }
        let first = Int32(other.u8(at: 0))
        return unsafe withUnsafeBytes { bytes in
            unsafe other.withUnsafeBytes { other in
                guard let base = bytes.baseAddress, let otherBase = other.baseAddress else { return nil }
                var start = 0
                while start + other.count <= bytes.count {
                    let places = bytes.count - other.count - start + 1
                    guard let found = unsafe memchr(base + start, first, places) else { return nil }
                    start = unsafe UnsafeRawPointer(found) - base
                    if unsafe memcmp(base + start, otherBase, other.count) == 0 { return start..<start + other.count }
                    start += 1
                }
                return nil
            }
        }
    }
}
