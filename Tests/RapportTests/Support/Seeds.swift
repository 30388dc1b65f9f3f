import Foundation

/// How many random histories tests try.
enum Seeds {
    /// How many times as many as every day; `RAPPORT_SEED_FACTOR` says so, at most 1000.
    static let factor =
        ProcessInfo.processInfo.environment["RAPPORT_SEED_FACTOR"].flatMap { Int($0) }
        .map { min(max($0, 1), 1_000) } ?? 1

    /// `count` seeds from `first` on, where the factor is 1.
    static func from(_ first: UInt64, _ count: UInt64) -> ClosedRange<UInt64> {
        first...first + count * UInt64(factor) - 1
    }
}
