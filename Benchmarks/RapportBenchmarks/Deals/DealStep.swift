/// Something that happens to a deal.
struct DealStep {
    enum Change {
        case opened(amount: Int64, closes: Int, owner: Int)
        case moved(from: Int, to: Int)
        case revised(to: Int64)
        case rescheduled(to: Int)
        case handed(to: Int)
        case won(Int64)
        case lost
        case reopened(to: Int)
    }

    /// Microseconds UTC.
    let at: Int64
    /// The number of the deal.
    let deal: Int
    let change: Change
}
