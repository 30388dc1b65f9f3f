/// Which events, in the numbers of types and tags.
struct ModelQuery: Hashable, Codable, Sendable {
    struct Item: Hashable, Codable, Sendable {
        var types: [Int]
        var tags: [Int]

        static func of(types: [Int] = [], tags: [Int] = []) -> Item { Item(types: types, tags: tags) }
    }

    /// The alternatives; none means every event.
    var items: [Item]

    static let all = ModelQuery(items: [])

    static func anyOf(_ items: [Item]) -> ModelQuery { ModelQuery(items: items) }
}

/// A place in the log, known when its command is carried out.
enum ModelPlace: Hashable, Codable, Sendable {
    case at(Int)
    /// So many positions behind the head, or before it.
    case head(Int)

    func number(head: UInt64 = 0) -> UInt64 {
        switch self {
        case .at(let number): UInt64(max(0, number))
        case .head(let distance): UInt64(max(0, Int(head) + distance))
        }
    }

    func resolved(_ head: UInt64) -> ModelPlace { .at(Int(number(head: head))) }
}

/// One append.
struct ModelAppend: Hashable, Codable, Sendable {
    enum Way: String, Codable, Sendable {
        case waiting, blocking
        /// By the other process, where there is one.
        case byOther
    }

    var events: [ModelEvent]
    /// Nothing is appended when an event matches this query ...
    var query: ModelQuery?
    /// ... behind this place.
    var after: ModelPlace?
    var skipsKnown: Bool
    var way: Way

    init(
        _ events: [ModelEvent], unless query: ModelQuery? = nil, after: ModelPlace? = nil, skipsKnown: Bool = false,
        way: Way = .waiting
    ) {
        self.events = events
        self.query = query
        self.after = after
        self.skipsKnown = skipsKnown
        self.way = way
    }
}

/// One read.
struct ModelRead: Hashable, Codable, Sendable {
    var query: ModelQuery
    var from: ModelPlace
    var to: ModelPlace?
    var limit: Int?
    /// The reader has enough after so many.
    var stop: Int?
    var backwards: Bool

    init(
        _ query: ModelQuery = .all, from: ModelPlace = .at(1), to: ModelPlace? = nil, limit: Int? = nil,
        stop: Int? = nil, backwards: Bool = false
    ) {
        self.query = query
        self.from = from
        self.to = to
        self.limit = limit
        self.stop = stop
        self.backwards = backwards
    }
}

/// What is asked of a log, and of the model.
enum ModelCommand: Hashable, Codable, Sendable {
    case append(ModelAppend)
    /// All at the same time: some order must explain what came of them.
    case together([ModelAppend])
    case read(ModelRead)
    /// Where the event of this number stands.
    case position(of: Int)
    case event(at: ModelPlace)
    case typeNumber(Int)
    /// Whether times of recording ascend, and are found, as at this place.
    case recorded(at: ModelPlace)
    /// Begins to follow, as the follower of this number.
    case follow(Int, ModelQuery, from: ModelPlace)
    /// Ends a follower, wherever it is.
    case cancel(Int)
    /// Waits until every follower has seen everything.
    case settle
    /// Lets the indexer write every full table.
    case index
    case verify
    /// Closes the log and opens it again; followers end.
    case reopen
    /// By the other process, where there is one.
    indirect case byOther(ModelCommand)
}

// MARK: - Before they are carried out

extension ModelAppend {
    func resolved(_ head: UInt64) -> ModelAppend {
        var append = self
        append.after = after?.resolved(head)
        return append
    }

    var byOneProcess: ModelAppend {
        var append = self
        if way == .byOther { append.way = .waiting }
        return append
    }
}

extension ModelCommand {
    /// The same with places counted from the start, so that it means the same whoever carries it out.
    func resolved(_ head: UInt64) -> ModelCommand {
        switch self {
        case .append(let append): return .append(append.resolved(head))
        case .together(let appends): return .together(appends.map { $0.resolved(head) })
        case .read(var read):
            read.from = read.from.resolved(head)
            read.to = read.to?.resolved(head)
            return .read(read)
        case .event(let place): return .event(at: place.resolved(head))
        case .recorded(let place): return .recorded(at: place.resolved(head))
        case .follow(let slot, let query, let place): return .follow(slot, query, from: place.resolved(head))
        case .byOther(let command): return .byOther(command.resolved(head))
        case .position, .typeNumber, .cancel, .settle, .index, .verify, .reopen: return self
        }
    }

    /// The same where there is no other process.
    var byOneProcess: ModelCommand {
        switch self {
        case .append(let append): .append(append.byOneProcess)
        case .together(let appends): .together(appends.map(\.byOneProcess))
        case .byOther(let command): command.byOneProcess
        default: self
        }
    }
}

// MARK: - Sequences

/// The log that commands are carried out on.
struct ModelSetting: Hashable, Codable, Sendable {
    /// Events in a full table of the tail.
    var tableCapacity = 1_000
    /// A power of two. A small map must grow, which undoes commits half-way.
    var mapSize = 1 << 30
    /// Seconds that the indexer waits at every step.
    var pacing = 0.0
    /// Whether a second process has the log open.
    var hasOther = false
}

/// Commands for a log that is empty at first.
struct ModelSequence: Hashable, Sendable {
    var setting: ModelSetting
    var commands: [ModelCommand]

    init(_ setting: ModelSetting = ModelSetting(), _ commands: [ModelCommand]) {
        self.setting = setting
        self.commands = commands
    }
}
