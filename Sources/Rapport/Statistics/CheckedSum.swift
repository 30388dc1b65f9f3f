internal import Projection

/// The sum of two amounts.
///
/// - Throws: `SumOverflow` when it does not fit into 64 bits.
func sum(_ left: Int64, _ right: Int64) throws -> Int64 {
    let (sum, overflow) = left.addingReportingOverflow(right)
    guard !overflow else { throw SumOverflow(row: "the answer", column: 0) }
    return sum
}

/// The sum of all amounts.
///
/// - Throws: `SumOverflow` when it does not fit into 64 bits.
func sum(_ amounts: some Sequence<Int64>) throws -> Int64 {
    try amounts.reduce(0) { try sum($0, $1) }
}
