/// The share that has not ended yet, time by time: the product of 1 − d/n over the times at which d of n ended.
///
/// Between two losses to observation the product is a fraction of two counts, and kept as such: without any, the share
/// after each time is rounded once, however many times there were.
struct ProductLimit {
    /// The share after the last time that was added; 1 before the first.
    private(set) var survival = 1.0
    /// The share when somebody was last lost to observation.
    private var base = 1.0
    /// How many were left then.
    private var countAtBase: Int

    /// Begins with `count` that are watched.
    init(count: Int) { countAtBase = count }

    /// Adds the next time: of `atRisk` that were watched up to then, some ended, and some were last seen then. What
    /// ended comes before what was last seen at the same time.
    mutating func add(atRisk: Int, ended: Int, lastSeen: Int) {
        if ended > 0 { survival = base * (Double(atRisk - ended) / Double(countAtBase)) }
        if lastSeen > 0 { (base, countAtBase) = (survival, atRisk - ended - lastSeen) }
    }
}
