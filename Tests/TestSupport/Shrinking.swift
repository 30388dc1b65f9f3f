/// Makes what fails as short as it can be and still fail.
package enum Shrinking {
    /// Leaves out more and more, in smaller and smaller pieces (Zeller and Hildebrandt, "Simplifying and Isolating
    /// Failure-Inducing Input", 2002).
    ///
    /// - Parameters:
    ///   - attempts: how often at most to try.
    ///   - fails: whether elements fail, as all of them do.
    package static func shortest<Element>(
        _ elements: [Element], attempts: inout Int, _ fails: ([Element]) async -> Bool
    ) async -> [Element] {
        var shortest = elements
        var size = max(1, elements.count / 2)
        while true {
            let countBefore = shortest.count
            var start = 0
            while start < shortest.count, attempts > 0 {
                attempts -= 1
                let end = min(start + size, shortest.count)
                let fewer = Array(shortest[..<start] + shortest[end...])
                if await fails(fewer) { shortest = fewer } else { start = end }
            }
            if attempts == 0 || (size == 1 && shortest.count == countBefore) { return shortest }
            size = max(1, size / 2)
        }
    }
}
