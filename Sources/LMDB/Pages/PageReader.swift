/// Reads pages of a file one by one. While they follow each other, more and more of them are read at once.
struct PageReader: ~Copyable {
    /// The file.
    let file: PageFile
    /// Bytes of a page.
    let pageSize: Int
    /// How many whole pages the file has.
    let pageCount: Int

    private var run: [UInt8] = []
    private var firstOfRun = 0
    private var runLength = 0
    private var previous = 0

    /// A run is not longer than this, so that it stays in the processor's cache.
    private static let longestRun = 256 << 10
    /// Pages left out between two that still count as following each other.
    private static let widestGap = 8

    /// Reads `file`, which is `byteCount` bytes long.
    init(_ file: consuming PageFile, pageSize: Int, byteCount: Int) {
        self.file = file
        self.pageSize = pageSize
        pageCount = byteCount / pageSize
    }

    /// Replaces `bytes`, as long as a page, with those of `page`.
    mutating func read(_ page: PageNumber, into bytes: inout [UInt8]) throws(PageFault) {
        guard page.rawValue < UInt64(pageCount) else { throw PageFault("lies after the end of the file") }
        let number = Int(page.rawValue)
        defer { previous = number }
        if !isInRun(number) {
            let follows = number > previous && number - previous <= 1 + Self.widestGap
            guard follows, readRun(from: number) else {
                runLength = 0
                try file.read(pageSize, at: number * pageSize, into: &bytes)
                return
            }
        }
        let start = (number - firstOfRun) * pageSize
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: run[start..<start + pageSize])
    }

    private func isInRun(_ number: Int) -> Bool { number >= firstOfRun && number < firstOfRun + runLength }

    /// Says whether all of a run could be read; if not, a page of it may be readable still.
    private mutating func readRun(from number: Int) -> Bool {
        let wanted = min(max(2, runLength * 2), Self.longestRun / pageSize, pageCount - number)
        if run.count < wanted * pageSize {
            run.append(contentsOf: repeatElement(0, count: wanted * pageSize - run.count))
        }
        runLength = 0
        guard (try? file.read(wanted * pageSize, at: number * pageSize, into: &run)) != nil else { return false }
        firstOfRun = number
        runLength = wanted
        return true
    }
}
