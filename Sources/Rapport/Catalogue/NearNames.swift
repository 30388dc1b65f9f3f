/// Names that a mistyped one may have been meant for.
package enum NearNames {
    /// Two names are near when the longer has at least this many letters for each edit from one to the other.
    private static let lettersToAnEdit = 3

    /// The known names that `name`, with or without the catalogue's package, may have been meant for, the nearest
    /// first; none when it is far from all of them.
    package static func names(near name: String, among known: [String]) -> [String] {
        let package = EventCatalogue.package
        let wanted = Array((name.hasPrefix(package) ? String(name.dropFirst(package.count)) : name).lowercased().utf8)
        var found: [(edits: Int, name: String)] = []
        for candidate in known {
            let letters = Array(candidate.lowercased().utf8)
            let edits = edits(from: wanted, to: letters)
            let isPart = wanted.count > 2 && contains(letters, wanted)
            guard isPart || edits <= max(wanted.count, letters.count) / lettersToAnEdit else { continue }
            found.append((isPart ? 0 : edits, candidate))
        }
        return found.sorted { ($0.edits, $0.name) < ($1.edits, $1.name) }.map(\.name)
    }

    /// How many letters must be put in, taken out or replaced to make one of the other (Levenshtein, 1966).
    /// O(letters of the one times those of the other).
    package static func edits(from left: [UInt8], to right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (number, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = number + 1
            for column in right.indices {
                let replaced = diagonal + (letter == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }

    private static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
        guard part.count <= text.count else { return false }
        return (0...text.count - part.count).contains { text[$0...].starts(with: part) }
    }
}

extension EventCatalogue {
    /// The names of all types without ``package``, sorted.
    package static var shortNames: [String] { names.map { String($0.dropFirst(package.count)) } }
}
