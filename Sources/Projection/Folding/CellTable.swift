/// The counters that contributions have been added to: (key, level, bucket) -> columns. An open-addressing table whose
/// cells keep the order they were met in.
struct CellTable {
    struct Cell: Equatable {
        let key: UInt32
        let level: UInt8
        let bucket: Int64
    }

    private(set) var cells: [Cell] = []
    /// Where the columns of each cell start in `values`.
    private(set) var starts: [Int] = []
    private(set) var values: [Int64] = []
    /// Index into `cells` + 1; 0 is free.
    private var slots = [UInt32](repeating: 0, count: 1024)

    /// Adds `amount` to a column of a cell of `width` columns; says whether the sum fits into 64 bits.
    mutating func add(_ amount: Int64, _ column: Int, width: Int, to cell: Cell) -> Bool {
        let index = starts[number(of: cell, width)] + column
        let (sum, overflow) = values[index].addingReportingOverflow(amount)
        values[index] = sum
        return !overflow
    }

    private mutating func number(of cell: Cell, _ width: Int) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: Self.hash(cell)) & mask
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if cells[number] == cell { return number }
            slot = (slot + 1) & mask
        }
        cells.append(cell)
        starts.append(values.count)
        for _ in 0..<width { values.append(0) }
        slots[slot] = UInt32(cells.count)
        if cells.count * 2 > slots.count { grow() }
        return cells.count - 1
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        let mask = slots.count - 1
        for (number, cell) in cells.enumerated() {
            var slot = Int(truncatingIfNeeded: Self.hash(cell)) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(number + 1)
        }
    }

    private static func hash(_ cell: Cell) -> UInt64 {
        var hash = UInt64(bitPattern: cell.bucket) &* 0x9E37_79B9_7F4A_7C15
        hash ^= (UInt64(cell.key) << 2 | UInt64(cell.level)) &* 0xD6E8_FEB8_6659_FD93
        return hash ^ hash >> 32
    }
}
