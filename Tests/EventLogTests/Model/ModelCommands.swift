import TestSupport

/// Random commands: the same ones for the same seed.
struct ModelCommands {
    private var random: SeededGenerator
    private let hasOther: Bool
    /// How many events there are so far.
    private var made = 0
    /// Events of some appends, to be given again.
    private var given: [[ModelEvent]] = []

    /// - Parameter hasOther: whether some of them are for a second process.
    static func sequence(seed: UInt64, _ count: Int, hasOther: Bool = false) -> ModelSequence {
        var commands = ModelCommands(seed: seed, hasOther: hasOther)
        let setting = commands.setting()
        return ModelSequence(setting, (0..<count).map { _ in commands.command() })
    }

    private init(seed: UInt64, hasOther: Bool) {
        random = SeededGenerator(seed: seed)
        self.hasOther = hasOther
    }

    private mutating func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

    private mutating func chance(_ oneIn: Int) -> Bool { below(oneIn) == 0 }

    private mutating func setting() -> ModelSetting {
        ModelSetting(
            tableCapacity: [12, 40, 150, 1_000][below(4)], mapSize: [1 << 18, 1 << 20, 1 << 30][below(3)],
            pacing: chance(3) ? 0.002 : 0, hasOther: hasOther)
    }

    private mutating func command() -> ModelCommand {
        let command = anyCommand()
        guard hasOther, chance(2) else { return command }
        switch command {
        case .follow, .cancel, .settle, .together: return command
        default: return .byOther(command)
        }
    }

    private mutating func anyCommand() -> ModelCommand {
        switch below(100) {
        case 0..<46: return .append(append())
        case 46..<52: return .together((0..<2 + below(2)).map { _ in append() })
        case 52..<73: return .read(read())
        case 73..<78: return .position(of: 1 + below(made + 3))
        case 78..<81: return .event(at: place())
        case 81: return .typeNumber(below(ModelFacts.typeCount + 1))
        case 82: return .recorded(at: place())
        case 83..<88: return .follow(below(4), query(), from: chance(2) ? .at(1) : place())
        case 88..<91: return .cancel(below(4))
        case 91..<95: return .settle
        case 95..<97: return .index
        case 97: return .verify
        default: return .reopen
        }
    }

    // MARK: Appends

    private mutating func append() -> ModelAppend {
        var append = ModelAppend(events())
        if chance(2) {
            append.query = query()
            append.after = after()
        }
        append.skipsKnown = chance(2)
        if chance(3) { append.way = .blocking }
        if hasOther, chance(2) { append.way = .byOther }
        return append
    }

    private mutating func events() -> [ModelEvent] {
        switch below(100) {
        case 0: return []
        case 1..<4: return new(20 + below(120))
        case 4..<60: return new(1 + below(5))
        case 60..<78:
            // A whole append again, in another order perhaps.
            guard !given.isEmpty else { return new(1) }
            let events = given[below(given.count)]
            return chance(3) ? events.reversed() : events
        default: return mixed()
        }
    }

    private mutating func new(_ count: Int) -> [ModelEvent] {
        let events = (made + 1...made + count).map { ModelEvent.event($0) }
        made += count
        if given.count < 60 { given.append(events) } else { given[below(60)] = events }
        return events
    }

    /// New events and others that were given before, some of them changed and some twice.
    private mutating func mixed() -> [ModelEvent] {
        var events = chance(2) ? new(1 + below(3)) : []
        for _ in 0..<1 + below(3) {
            let number = max(1, made - below(chance(2) ? 12 : made + 1))
            events.insert(.event(number, change()), at: below(events.count + 1))
        }
        if chance(4), let first = events.first { events.append(.event(first.number, change())) }
        return events
    }

    private mutating func change() -> ModelEvent.Change {
        if chance(2) { return .nothing }
        if chance(2) { return .provenance }
        let changes = ModelEvent.Change.allCases
        return changes[below(changes.count)]
    }

    /// Often a little before the head, where conditions hold more often; now and then beyond it.
    private mutating func after() -> ModelPlace? {
        switch below(10) {
        case 0, 1: return nil
        case 2..<7: return .head(-below(4))
        case 7: return .head(-below(60))
        case 8: return .at(below(40))
        default: return .head(below(3))
        }
    }

    // MARK: Questions

    /// One type and one tag more than any event has.
    private mutating func query() -> ModelQuery {
        if chance(12) { return .all }
        return .anyOf((0..<1 + below(3)).map { _ in item() })
    }

    private mutating func item() -> ModelQuery.Item {
        let types = chance(2) ? [] : (0..<1 + below(2)).map { _ in below(ModelFacts.typeCount + 1) }
        let tags = (0..<(types.isEmpty ? 1 : 0) + below(2)).map { _ in below(ModelFacts.tagCount + 1) }
        return .of(types: types, tags: tags)
    }

    private mutating func read() -> ModelRead {
        ModelRead(
            query(), from: chance(2) ? .at(1) : place(), to: chance(2) ? nil : place(),
            limit: chance(3) ? nil : below(40), stop: chance(10) ? 1 + below(5) : nil, backwards: chance(2))
    }

    private mutating func place() -> ModelPlace { chance(2) ? .head(3 - below(40)) : .at(below(60)) }
}
