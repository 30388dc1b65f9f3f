internal import EventLog

/// What was saved and retired under names, of one kind of definition.
///
/// Under each name the definition with the highest version is in force, of several with that version the first one.
/// After the name was retired none is, until a higher version is saved.
struct SavedVersions<Saved: Sendable>: Sendable {
    /// What was said of a name.
    enum Content: Sendable {
        case saved(version: Int, Saved)
        /// A definition that nobody can read: the one before it stays in force, and its version is taken.
        case unreadable(version: Int)
        case retired
    }

    /// What a name stands for.
    struct Standing: Sendable {
        private var newest: (version: Int, saved: Saved)?
        /// The version that was the highest when the name was retired for the last time; 0 before.
        private var retiredVersion = 0
        /// The highest version so far, retired and unreadable ones included; 0 where there is none.
        private(set) var version = 0

        /// What is in force; nil where nothing is.
        var inForce: Saved? { newest.flatMap { $0.version > retiredVersion ? $0.saved : nil } }

        fileprivate mutating func take(_ content: Content) {
            switch content {
            case .saved(let number, let saved):
                if number > newest?.version ?? 0 { newest = (version: number, saved: saved) }
                version = max(version, number)
            case .unreadable(let number): version = max(version, number)
            case .retired: retiredVersion = version
            }
        }
    }

    private struct Change: Sendable {
        let name: [UInt8]
        let position: Position
        let content: Content
    }

    /// By position.
    private var changes: [Change] = []

    /// Takes in what an event says of a name.
    mutating func add(_ name: String, at position: Position, _ content: Content) {
        changes.append(Change(name: Array(name.utf8), position: position, content: content))
    }

    /// What a name stood for at a position. O(changes).
    func standing(of name: String, asOf position: Position) -> Standing {
        let name = Array(name.utf8)
        var standing = Standing()
        for change in changes.prefix(while: { $0.position <= position }) where change.name == name {
            standing.take(change.content)
        }
        return standing
    }

    /// Whether nothing had been said of a name by a position; nil asks of any name. O(changes).
    func isSilent(about name: String?, asOf position: Position) -> Bool {
        let name = name.map { Array($0.utf8) }
        return !changes.prefix(while: { $0.position <= position }).contains { change in
            name.map { $0 == change.name } ?? true
        }
    }

    /// The first definition that was ever saved under a name, which no later event changes; nil asks of any name.
    /// O(changes).
    func first(named name: String?) -> Saved? {
        let name = name.map { Array($0.utf8) }
        for change in changes where name.map({ $0 == change.name }) ?? true {
            if case .saved(_, let saved) = change.content { return saved }
        }
        return nil
    }

    /// What was in force at a position, in byte order of the names. O(changes).
    func inForce(asOf position: Position) -> [Saved] {
        var standings: [[UInt8]: Standing] = [:]
        for change in changes.prefix(while: { $0.position <= position }) {
            standings[change.name, default: Standing()].take(change.content)
        }
        let sorted = standings.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        return sorted.compactMap { $0.value.inForce }
    }
}
