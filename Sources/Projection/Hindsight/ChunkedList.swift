/// A list whose copies share most of what they hold: a change after a copy was taken copies one chunk, not the list.
///
/// Appending is O(1), looking up O(1). The first change after a copy is O(elements of a chunk + number of chunks).
@usableFromInline
package struct ChunkedList<Element: Sendable>: Sendable {
    @usableFromInline static var elementsOfChunk: Int { 256 }

    @usableFromInline var chunks: [[Element]] = []
    /// How many elements there are.
    @usableFromInline package internal(set) var count = 0

    /// No elements.
    @inlinable
    package init() {}

    /// The element with this number, counted from 0.
    @inlinable
    package subscript(index: Int) -> Element { chunks[index / Self.elementsOfChunk][index % Self.elementsOfChunk] }

    /// Adds an element behind all others.
    @inlinable
    package mutating func append(_ element: Element) {
        if count % Self.elementsOfChunk == 0 { chunks.append([]) }
        chunks[count / Self.elementsOfChunk].append(element)
        count += 1
    }

    /// Changes an element where it stands.
    @inlinable
    package mutating func change(_ index: Int, _ body: (inout Element) -> Void) {
        body(&chunks[index / Self.elementsOfChunk][index % Self.elementsOfChunk])
    }

    /// How many elements at the beginning fulfil a condition that those after them do not. O(log n).
    @inlinable
    package func prefixCount(where isInPrefix: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = low + (high - low) / 2
            if isInPrefix(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
