// An entry of the free list: the key is the transaction that gave the pages up; the value is a count and then as many
// page numbers, 8 bytes each, from the highest to the lowest. Room for more may follow.

extension PageWalk {
    /// Bytes of a value in overflow pages that are read at once.
    private static let chunkLength = 64 << 10

    /// Checks that the key of entry `index` is a transaction up to that of the snapshot.
    func checkTransaction(_ nodes: NodePage, _ index: Int) throws(PageFault) {
        let transaction = nodes.key(index).u64(at: 0)
        guard transaction >= 1, transaction <= meta.transaction else {
            throw PageFault("has pages given up by transaction \(transaction); the last one is \(meta.transaction)")
        }
    }

    /// Takes in the pages of `value`, which is in a leaf.
    mutating func takeFreePages(_ value: RawSpan) throws(PageFault) {
        var list = try FreePages(value, length: value.byteCount)
        try takeFreePages(value.extracting(8..<value.byteCount), &list)
    }

    /// Takes in the pages of a value of `length` bytes in overflow pages, which lie in the file, from `first` on.
    mutating func takeFreePages(from first: PageNumber, length: Int) throws(PageFault) {
        let start = Int(first.rawValue) * meta.pageSize + PageHeader.length
        var chunk = [UInt8](repeating: 0, count: Self.chunkLength)
        let head = min(8, length)
        try reader.file.read(head, at: start, into: &chunk)
        var list = try FreePages(chunk.rawSpan.extracting(0..<head), length: length)
        var done = 8
        while list.left > 0 {
            let count = min(Self.chunkLength, length - done)
            try reader.file.read(count, at: start + done, into: &chunk)
            try takeFreePages(chunk.rawSpan.extracting(0..<count), &list)
            done += count
        }
    }

    private mutating func takeFreePages(_ numbers: RawSpan, _ list: inout FreePages) throws(PageFault) {
        for index in 0..<min(list.left, numbers.byteCount / 8) {
            let page = PageNumber(numbers.u64(at: 8 * index))
            guard isPossible(page) else {
                throw PageFault("lists page \(page) as free; pages 2 to \(meta.lastPage) are possible")
            }
            try list.take(page)
            try addFree(page)
        }
    }
}

/// A list of free pages that is being read.
private struct FreePages {
    /// How many numbers are to come.
    private(set) var left: Int
    private var previous = PageNumber.none

    /// - Parameters:
    ///   - start: at least the first 8 bytes of the value, if it is that long.
    ///   - length: the length of the value.
    init(_ start: RawSpan, length: Int) throws(PageFault) {
        guard length >= 8, length % 8 == 0 else { throw PageFault("has a list of free pages of \(length) bytes") }
        let count = start.u64(at: 0)
        guard count <= UInt64(length / 8 - 1) else {
            throw PageFault("has a list of \(count) free pages in \(length) bytes")
        }
        left = Int(count)
    }

    mutating func take(_ page: PageNumber) throws(PageFault) {
        guard page < previous else { throw PageFault("lists free page \(page) after \(previous)") }
        previous = page
        left -= 1
    }
}
