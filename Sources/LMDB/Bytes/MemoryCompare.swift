internal import Glibc

/// `memcmp` over the shorter length.
@usableFromInline
func memoryCompare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    let count = min(left.count, right.count)
    guard count > 0, let leftBase = left.baseAddress, let rightBase = right.baseAddress else { return 0 }
    return unsafe Int(memcmp(leftBase, rightBase, count))
}
