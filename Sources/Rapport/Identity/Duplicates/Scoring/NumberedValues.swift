/// Values of one kind that records have, as numbers: the same for equal values. In one stretch of memory, so that pairs
/// of records are compared without touching a text.
struct NumberedValues: Sendable {
    private var numbers: [Int32] = []
    /// Where those of each record begin, and behind the last where they end.
    private var starts: [Int32] = [0]

    /// Numbers values as they come.
    struct Maker<Value: Hashable> {
        private(set) var numbers = NumberedValues()
        /// By number.
        private(set) var values: [Value] = []
        /// How many records have a value, by its number.
        private(set) var counts: [Int] = []

        /// Numbers what `values` answers for each record, which it is to do once for each value. O(values).
        init(_ records: [DuplicateRecord], _ values: (DuplicateRecord) -> [Value]) {
            var known: [Value: Int32] = [:]
            for record in records {
                for value in values(record) {
                    let number = known[value] ?? Int32(self.values.count)
                    if Int(number) == self.values.count {
                        known[value] = number
                        self.values.append(value)
                        counts.append(0)
                    }
                    counts[Int(number)] += 1
                    numbers.numbers.append(number)
                }
                numbers.starts.append(Int32(numbers.numbers.count))
            }
        }
    }

    /// The places of the values of a record.
    func range(of record: Int) -> Range<Int> { Int(starts[record])..<Int(starts[record + 1]) }

    /// The number of the value at a place.
    func number(at place: Int) -> Int { Int(numbers[place]) }

    /// Whether both records have values.
    func isThere(_ left: Int, _ right: Int) -> Bool {
        starts[left] != starts[left + 1] && starts[right] != starts[right + 1]
    }

    /// Whether a record has a value.
    func has(_ number: Int, _ record: Int) -> Bool {
        for place in range(of: record) where numbers[place] == Int32(number) { return true }
        return false
    }

    /// Whether both records have a value.
    func sharesValue(_ left: Int, _ right: Int) -> Bool {
        for place in range(of: left) where has(Int(numbers[place]), right) { return true }
        return false
    }

    /// The most points, by number, of values that both records have; nil where there is none.
    func best(_ left: Int, _ right: Int, _ points: [Int]) -> Int? {
        var best: Int?
        for place in range(of: left) {
            let number = Int(numbers[place])
            if has(number, right) { best = max(best ?? points[number], points[number]) }
        }
        return best
    }
}
