import TestSupport

extension ModelSequence {
    /// Something shorter that fails as well.
    ///
    /// - Parameters:
    ///   - difference: what is behind its command is left out at once.
    ///   - attempts: how often at most to try.
    func shortened(
        to difference: ModelDifference, attempts: Int, _ fails: (ModelSequence) async -> Bool
    ) async -> ModelSequence {
        var attempts = attempts
        var shortest = self
        let upTo = Array(commands.prefix(difference.number + 1))
        if await fails(ModelSequence(setting, upTo)) { shortest.commands = upTo }
        shortest.commands = await Shrinking.shortest(shortest.commands, attempts: &attempts) { fewer in
            await fails(ModelSequence(setting, fewer))
        }
        var index = 0
        while index < shortest.commands.count {
            var isSimpler = false
            for command in shortest.commands[index].simpler where attempts > 0 && !isSimpler {
                attempts -= 1
                var attempt = shortest
                attempt.commands[index] = command
                guard await fails(attempt) else { continue }
                shortest = attempt
                isSimpler = true
            }
            if !isSimpler { index += 1 }
        }
        return shortest
    }
}

// MARK: - Simpler commands

extension ModelCommand {
    /// Commands that are simpler by one thing.
    fileprivate var simpler: [ModelCommand] {
        switch self {
        case .append(let append): return append.simpler.map { .append($0) }
        case .together(let appends):
            var simpler: [ModelCommand] = []
            for index in appends.indices {
                var others = appends
                others.remove(at: index)
                simpler.append(others.count == 1 ? .append(others[0]) : .together(others))
                for append in appends[index].simpler {
                    var changed = appends
                    changed[index] = append
                    simpler.append(.together(changed))
                }
            }
            return simpler
        case .read(let read): return read.simpler.map { .read($0) }
        case .follow(let slot, let query, let place):
            return query.simpler.map { .follow(slot, $0, from: place) }
        case .byOther(let command): return [command] + command.simpler.map { .byOther($0) }
        case .position, .event, .typeNumber, .recorded, .cancel, .settle, .index, .verify, .reopen: return []
        }
    }
}

extension ModelAppend {
    fileprivate var simpler: [ModelAppend] {
        func with(_ change: (inout ModelAppend) -> Void) -> ModelAppend {
            var append = self
            change(&append)
            return append
        }
        var simpler: [ModelAppend] = []
        if way != .waiting { simpler.append(with { $0.way = .waiting }) }
        if skipsKnown { simpler.append(with { $0.skipsKnown = false }) }
        if query != nil {
            simpler.append(
                with {
                    $0.query = nil
                    $0.after = nil
                })
        }
        for fewer in query?.simpler ?? [] { simpler.append(with { $0.query = fewer }) }
        if events.count > 3 { simpler.append(with { $0.events.removeLast($0.events.count / 2) }) }
        for index in events.indices where events.count > 1 {
            simpler.append(with { $0.events.remove(at: index) })
        }
        return simpler
    }
}

extension ModelRead {
    fileprivate var simpler: [ModelRead] {
        var simpler = query.simpler.map { fewer in
            var read = self
            read.query = fewer
            return read
        }
        if limit != nil || stop != nil || to != nil || backwards {
            var read = self
            (read.limit, read.stop, read.to, read.backwards) = (nil, nil, nil, false)
            simpler.append(read)
        }
        return simpler
    }
}

extension ModelQuery {
    fileprivate var simpler: [ModelQuery] {
        if items.count < 2 { return [] }
        return items.indices.map { index in
            var fewer = items
            fewer.remove(at: index)
            return ModelQuery.anyOf(fewer)
        }
    }
}
