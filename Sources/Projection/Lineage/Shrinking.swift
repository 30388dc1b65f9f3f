/// Leaves out elements for as long as `isEnough` holds of the others: large pieces first, then one by one, until none
/// can be left out alone, or too many questions were asked.
///
/// - Parameter questions: how many may be asked; it is 0 in the end where there were not enough.
func shrink<Element>(
    _ elements: [Element], atMost questions: inout Int, while isEnough: ([Element]) async throws -> Bool
) async throws -> [Element] {
    var kept = elements
    var piece = max(1, kept.count / 2)
    while !kept.isEmpty {
        var isSmaller = false
        var start = 0
        while start < kept.count {
            if questions == 0 { return kept }
            questions -= 1
            let end = min(kept.count, start + piece)
            let rest = Array(kept[..<start] + kept[end...])
            if try await isEnough(rest) {
                kept = rest
                isSmaller = true
            } else {
                start = end
            }
        }
        if piece > 1 { piece = max(1, piece / 2) } else if !isSmaller { break }
    }
    return kept
}

/// As ``shrink(_:atMost:while:)``, with as many questions as it takes.
func shrink<Element>(
    _ elements: [Element], while isEnough: ([Element]) async throws -> Bool
) async throws -> [Element] {
    var questions = Int.max
    return try await shrink(elements, atMost: &questions, while: isEnough)
}
