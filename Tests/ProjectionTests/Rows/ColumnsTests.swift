import LMDB
@testable import Projection
import Testing

@Suite struct ColumnsTests {
    /// What takes the place of the bytes that were there.
    private func stored(_ columns: ArraySlice<Int64>) -> [UInt8] {
        var bytes: [UInt8] = [7]
        Columns.encode(columns, into: &bytes)
        return bytes
    }

    @Test(
        "columns come back as they were, but for zeros at the end",
        arguments: [
            ([], []), ([0, 0], []), ([1, 0, 0], [1]), ([0, -1], [0, -1]), ([.max, .min, 0, 5], [.max, .min, 0, 5]),
        ] as [([Int64], [Int64])])
    func roundTrip(columns: [Int64], read: [Int64]) throws {
        var sums: [Int64] = []
        let bytes = stored(columns[...])
        try Columns.add(bytes.rawSpan, to: &sums)
        #expect(sums == read)
    }

    @Test("a slice is encoded from its own start")
    func slices() {
        let columns: [Int64] = [9, 9, 3, 0]
        #expect(stored(columns[2...]) == stored([3]))
    }

    @Test("stored columns are added to those there, which grow as needed and are never cut")
    func adds() throws {
        var sums: [Int64] = [10, -4]
        try Columns.add(stored([1, 4, 7]).rawSpan, to: &sums)
        #expect(sums == [11, 0, 7])
        try Columns.add(stored([1]).rawSpan, to: &sums)
        #expect(sums == [12, 0, 7])
    }

    @Test(
        "a sum beyond 64 bits is an error that names the column",
        arguments: [(.max, 1), (.min, -1)] as [(Int64, Int64)])
    func overflow(start: Int64, step: Int64) {
        let error = #expect(throws: SumOverflow.self) {
            var sums: [Int64] = [0, start]
            try Columns.add(stored([5, step]).rawSpan, to: &sums)
        }
        #expect(error?.column == 1)
    }

    @Test("bytes that end within a number are refused")
    func cutBytes() {
        #expect(throws: MalformedBytes.self) {
            let cut: [UInt8] = [0x80]
            var sums: [Int64] = []
            try Columns.add(cut.rawSpan, to: &sums)
        }
    }
}
