import ArgumentParser
import EventLog

/// Positions from one to another on the command line: `101-200`.
struct PositionRange: ExpressibleByArgument, Equatable {
    let first: Position
    let last: Position

    /// Nil unless both are positions, in order.
    init?(argument: String) {
        let ends = argument.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = UInt64(ends[0]), let last = UInt64(ends[1]), first >= 1, first <= last else {
            return nil
        }
        self.first = Position(first)
        self.last = Position(last)
    }

    /// Both ends included.
    var positions: ClosedRange<Position> { first...last }
}
