/// How long something was watched, and what ended it.
struct ObservedTime: Hashable, Sendable {
    /// From where its clock began; in any unit that is the same for all.
    let time: Int64
    /// The number of what ended it, from 0; nil where it had not ended when it was last seen (right-censored).
    let cause: Int?

    /// - Parameter cause: what ended it; nil where nothing had.
    init(_ time: Int64, endedBy cause: Int?) {
        self.time = time
        self.cause = cause
    }
}

extension [ObservedTime] {
    /// Those that had not ended by a landmark and were watched beyond it, with their times from there: what estimates
    /// are made of on the condition that nothing has ended by then. O(n).
    func after(landmark: Int64) -> [ObservedTime] {
        filter { $0.time > landmark }.map { ObservedTime($0.time - landmark, endedBy: $0.cause) }
    }

    /// Calls `body` with each time at which anything ended or was last seen, in ascending order: how many were watched
    /// up to then, and those that it was the last time of. O(n log n).
    func forEachTime(_ body: (_ time: Int64, _ atRisk: Int, _ these: ArraySlice<ObservedTime>) -> Void) {
        let ordered = self.sorted { $0.time < $1.time }
        var start = 0
        while start < ordered.count {
            var end = start + 1
            while end < ordered.count, ordered[end].time == ordered[start].time { end += 1 }
            body(ordered[start].time, ordered.count - start, ordered[start..<end])
            start = end
        }
    }
}

extension Array {
    /// How many elements at the front are so, where those that are so stand before all others. O(log n).
    func prefixCount(while isSo: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = low + (high - low) / 2
            if isSo(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
