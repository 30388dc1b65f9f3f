/// How many events the next batch takes.
///
/// Short batches keep queries fresh. Long ones cost less per event, since a row that several of their events touch is
/// read and written once. So batches grow while more events are waiting than one of them takes.
struct BatchPace {
    /// When nothing has piled up.
    static let usual: UInt64 = 16_384
    /// Bounds what a batch keeps in memory, together with ``LiveBatch/maximumBytes``.
    static let greatest: UInt64 = 524_288
    static let least: UInt64 = 1_024
    /// A batch that took no longer leaves room for one twice as large.
    static let short = Duration.seconds(1)
    /// Rows do not wait longer than this for the sake of a large batch.
    static let longest = Duration.seconds(2)

    private(set) var events = BatchPace.usual

    /// - Parameters:
    ///   - took: how long the last batch took.
    ///   - waiting: how many events were waiting behind it.
    mutating func adapt(took: Duration, waiting: UInt64) {
        if took > Self.longest {
            shrink()
        } else if waiting == 0 {
            events = Self.usual
        } else if waiting > events, took <= Self.short {
            events = min(events * 2, Self.greatest)
        }
    }

    /// Takes half as many.
    mutating func shrink() { events = max(events / 2, Self.least) }
}
