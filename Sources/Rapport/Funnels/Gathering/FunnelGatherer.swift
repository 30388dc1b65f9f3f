internal import EventLog
internal import Foundation
internal import LMDB
internal import Projection

/// Goes through the log for the events of a funnel, on all cores: O(log), or through the index where its types are
/// rare.
struct FunnelGatherer: Sendable {
    private let definition: FunnelDefinition
    private let matcher: StepMatcher
    private let log: EventLog
    private let view: HindsightView
    private let last: Position
    private let occurredUntil: Timestamp?
    /// Times of events that can matter.
    private let times: ClosedRange<Int64>
    private let keepsAll: Bool

    /// - Parameters:
    ///   - definition: one that was checked.
    ///   - view: how events are seen, and as of which position: nothing behind it is read.
    ///   - occurredUntil: leaves out what had not happened by then; nil leaves out nothing.
    /// - Throws: ``UnknownProperty``.
    init(
        _ definition: FunnelDefinition, in log: EventLog, through view: HindsightView, occurredUntil: Timestamp?
    ) throws {
        self.definition = definition
        matcher = try StepMatcher(definition)
        self.log = log
        self.view = view
        last = view.position
        self.occurredUntil = occurredUntil
        keepsAll = definition.order == .strict
        times = definition.timesThatMatter
    }

    /// All events that can matter, by subject.
    ///
    /// - Throws: `DamagedLog`, `FailedUpcast`, `MalformedBytes`, and errors of the storage layer.
    func gather() throws -> GatheredStreams {
        let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
        let query = try Query(types: matcher.types, tags: [])
        let usesIndex = try log.readsThroughIndex(query)
        var numbers: [Int16] = []
        for (index, type) in matcher.types.enumerated() {
            guard let number = try log.typeNumber(of: type) else { continue }
            while numbers.count <= Int(number) { numbers.append(-1) }
            numbers[Int(number)] = Int16(index)
        }
        let typeNumbers = numbers
        let share = last.rawValue / UInt64(cores) + 1
        let parts = try inParallel(cores, on: cores) { core in
            let first = UInt64(core) * share + 1
            // Each core has a matcher of its own: counting references to a shared one costs more than matching.
            var part = try FunnelShare(definition, StepMatcher(definition))
            if first > last.rawValue { return part.gathered }
            let end = min(last.rawValue, first + share - 1)
            try log.read(
                usesIndex ? query : .all, from: Position(first), to: Position(end), headersOnly: !usesIndex
            ) { stored in
                let number = Int(stored.typeNumber)
                guard number < typeNumbers.count, typeNumbers[number] >= 0 else { return true }
                if !usesIndex { try stored.requireSound() }
                let type = Int(typeNumbers[number])
                _ = try view.lend(stored) { seen in
                    try EventCatalogue.upcasters.lendUpcast(seen, of: log) { event in
                        guard times.contains(event.occurredAt.microseconds), isThere(event) else { return }
                        try part.take(event, type, keepsAll: keepsAll)
                    }
                }
                return true
            }
            return part.gathered
        }
        return GatheredStreams(parts)
    }

    private func isThere(_ event: borrowing EventView) -> Bool {
        guard let occurredUntil else { return true }
        return event.occurredAt <= occurredUntil
    }
}

/// What one core gathers.
struct FunnelShare {
    private(set) var gathered: GatheredEvents
    private let matcher: StepMatcher
    private let kind: [UInt8]
    /// Names the subject, where that is no entity.
    private var names: ValueNumbers?
    private let readsSessions: Bool
    private let hasGroups: Bool
    private let holds: Bool

    init(_ definition: FunnelDefinition, _ matcher: StepMatcher) throws {
        self.matcher = matcher
        let types = matcher.types
        let readsSessions = FunnelStreamRules(definition).readsSessions
        var sessions: [EventProperty] = []
        if readsSessions, case .property(let property) = definition.sessions { sessions = [property] }
        gathered = GatheredEvents(
            groups: ValueNumbers(of: definition.breakdown.map { [$0.property] } ?? [], in: types),
            held: ValueNumbers(of: definition.held, in: types), sessions: ValueNumbers(of: sessions, in: types))
        self.readsSessions = readsSessions
        hasGroups = definition.breakdown != nil
        holds = !definition.held.isEmpty
        switch definition.subject {
        case .entity(let kind):
            self.kind = Array(kind.utf8)
            names = nil
        case .property(let property):
            kind = []
            names = ValueNumbers(of: [property], in: types)
        }
    }

    /// Takes an event as it is seen.
    ///
    /// - Parameter type: the index of its type within those of the matcher.
    mutating func take(_ view: borrowing EventView, _ type: Int, keepsAll: Bool) throws {
        let matches = try matcher.steps(of: view, type: type)
        if matches.steps | matches.exclusions | matches.ofTypes == 0, !keepsAll { return }
        var event = FunnelEvent(time: view.occurredAt.microseconds, position: view.position.rawValue)
        event.steps = matches.steps
        event.exclusions = matches.exclusions
        event.ofTypes = matches.ofTypes
        if hasGroups { event.group = try gathered.groups.number(of: view, type: type) }
        if holds { event.held = try gathered.held.number(of: view, type: type) }
        if readsSessions { event.session = Int32(try gathered.sessions.number(of: view, type: type)) }
        if names != nil {
            guard let number = try names?.number(of: view, type: type), number > 0, let name = names?.text(number)
            else { return }
            name.withRawSpan { add(event, of: $0) }
            return
        }
        for index in 0..<view.tagCount {
            let tag = view.tagText(index)
            if tag.hasKind(kind.rawSpan) { add(event, of: tag) }
        }
    }

    private mutating func add(_ event: FunnelEvent, of subject: RawSpan) {
        let number = gathered.subjects.number(of: subject, hash: FastHash.hash64(subject)).number
        gathered.events.append(event)
        gathered.owners.append(UInt32(number))
    }
}
