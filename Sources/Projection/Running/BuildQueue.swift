/// The read models that are built beside the follower's thread: one thread takes them in the order in which they were
/// missed.
struct BuildQueue {
    /// So many are built in one pass over the log: what all of them keep is in memory together.
    static let mostTogether = 8

    private var waiting: [ServedModel] = []
    /// The names of those that wait or are being built.
    private var names: Set<String> = []
    /// Whether there is a thread that builds.
    private var isRunning = false
    /// Whether rows were written of a read model that no event defines any more.
    private var hasLeftOvers = false

    /// Adds a read model, unless it waits or is being built already.
    ///
    /// - Returns: whether a thread must be started that builds.
    mutating func add(_ model: ServedModel) -> Bool {
        guard names.insert(model.model.name).inserted else { return false }
        waiting.append(model)
        if isRunning { return false }
        isRunning = true
        return true
    }

    /// Takes out those that are to be built next; none when the thread is to end.
    mutating func next() -> [ServedModel] {
        let next = Array(waiting.prefix(Self.mostTogether))
        waiting.removeFirst(next.count)
        if next.isEmpty { isRunning = false }
        return next
    }

    /// They are not being built any more.
    ///
    /// - Parameter hasLeftOvers: whether rows of one of them may be there that no event defines any more.
    mutating func end(_ models: [ServedModel], hasLeftOvers: Bool) {
        for model in models { names.remove(model.model.name) }
        if hasLeftOvers { self.hasLeftOvers = true }
    }

    /// Whether rows are to be removed since the last time that somebody has asked.
    mutating func takeLeftOvers() -> Bool {
        defer { hasLeftOvers = false }
        return hasLeftOvers
    }
}
