@testable import EventLog
import LMDB
import Testing
import TestSupport

/// Appends that wait together go into one commit; they must be decided as if each had been alone.
@Suite struct GroupCommitTests {
    private let directory: TemporaryDirectory
    private let fixture: WriterFixture

    init() throws {
        directory = try TemporaryDirectory()
        fixture = try WriterFixture(folder: directory.path)
    }

    private func request(
        _ events: [NewEvent], _ condition: AppendCondition? = nil, known: KnownEvents = .refuse
    ) throws -> AppendRequest {
        try AppendRequest(events, condition: condition, knownEvents: known)
    }

    @Test("of appends that exclude each other the first one succeeds")
    func exclusiveAppends() throws {
        let condition = AppendCondition(try .of(tags: ["seat:1"]))
        let requests = try (0..<40).map { _ in try request([event("Taken", "seat:1")], condition) }
        let outcomes = try fixture.outcomes(of: requests)
        #expect(outcomes[0].positions == [1])
        let conflict = AppendError.conflict(AppendConflict(condition: condition, conflicting: Position(1)))
        #expect(outcomes.dropFirst().map(\.refusal) == Array(repeating: conflict, count: 39))
        #expect(try fixture.events().count == 1)
    }

    @Test("a condition on a type that the commit itself brings up holds")
    func exclusiveByNewType() throws {
        let requests = try (0..<10).map { number in
            try request([event("Type\(number / 5)")], AppendCondition(.of(types: ["Type\(number / 5)"])))
        }
        let outcomes = try fixture.outcomes(of: requests)
        #expect(outcomes.map { $0.positions ?? [] } == [[1], [], [], [], [], [2], [], [], [], []])
        #expect(try fixture.events().map(\.event.type.name) == ["Type0", "Type1"])
    }

    @Test("an event handed over many times is written once, and everybody gets its position")
    func repeatedInOneCommit() throws {
        let repeated = [event("A", "x"), event("B", "x")]
        let condition = AppendCondition(try .of(tags: ["x"]))
        let outcomes = try fixture.outcomes(of: (0..<20).map { _ in try request(repeated, condition) })
        #expect(outcomes.map(\.positions) == Array(repeating: [1, 2], count: 20))
        #expect(try outcomes.map { try $0.get().appended } == [2] + Array(repeating: 0, count: 19))
    }

    @Test("an id taken earlier in the commit is taken for those behind")
    func idTakenInOneCommit() throws {
        let id = EventID()
        let outcomes = try fixture.outcomes(
            of: (0..<20).map { number in try request([event("A", data: "\(number)", id: id)]) })
        #expect(outcomes[0].positions == [1])
        #expect(outcomes.dropFirst().allSatisfy { $0.refusal == .idTaken(id, at: Position(1)) })
    }

    @Test("a refused append in the middle leaves no gap and takes nothing away from the others")
    func refusedInTheMiddle() throws {
        let never = AppendCondition(.all)
        let requests = try (0..<30).map { number in
            try request([event("A", "n:\(number)"), event("B")], number % 3 == 2 ? never : nil)
        }
        let outcomes = try fixture.outcomes(of: requests)
        #expect(outcomes.compactMap(\.positions).flatMap { $0 } == Array(1...40))
        #expect(try fixture.events().map(\.position.rawValue) == Array(1...40))
        let expectedTags = (0..<30).filter { $0 % 3 != 2 }.map { "n:\($0)" }
        #expect(try fixture.events().flatMap { $0.event.tags.map(\.text) } == expectedTags)
    }

    @Test("new types of one commit get numbers of their own")
    func newTypes() throws {
        let names = (0..<60).map { "Type\($0 % 25)" }
        let outcomes = try fixture.outcomes(of: names.map { try request([event($0), event("Common")]) })
        #expect(outcomes.compactMap(\.positions).count == 60)
        #expect(try fixture.events().map(\.event.type.name) == names.flatMap { [$0, "Common"] })
    }

    @Test("a commit that is undone because the map is full is decided again, and its events are found where they stand")
    func undoneCommits() throws {
        let folder = directory.path + "/cramped"
        try DurableFile.createDirectory(folder)
        let cramped = try WriterFixture(folder: folder, mapSize: 1 << 18)
        let payload = String(repeating: "x", count: 2000)
        for round in 0..<12 {
            let events = (0..<20).map { event("A", "round:\(round)", "n:\($0)", data: payload) }
            let expected = (0..<20).map { UInt64(round * 20 + $0 + 1) }
            let outcomes = try cramped.outcomes(of: try events.map { try request([$0]) })
            #expect(outcomes.compactMap(\.positions) == expected.map { [$0] })
            try cramped.withIndex { (index, head) throws in
                #expect(head == expected[19] && index.end == head)
                for (event, position) in zip(events, expected) {
                    #expect(try index.position(of: event.id, head: head) == position)
                }
                let key = TagKey(EntityTag(unchecked: "round:\(round)"))
                #expect(try index.positions(of: key, in: 1...head, newestFirst: false, limit: .max) == expected)
            }
        }
    }

    @Test("random appends are decided as a plain list decides them one by one", arguments: 1...6 as ClosedRange<UInt64>)
    func decidesLikeAList(seed: UInt64) throws {
        var world = RandomWorld(seed: seed, types: 4, tags: 6)
        var model: [NewEvent] = []
        for _ in 0..<8 {
            var requests: [AppendRequest] = []
            var expected: [ModelOutcome] = []
            for _ in 0..<25 {
                var events = (0..<world.count(in: 0...3)).map { _ in world.event() }
                if world.chance(3), let old = model.randomElement(using: &world.random) { events.append(old) }
                if events.isEmpty { events.append(world.event()) }
                let after = world.chance(3) ? nil : world.number(in: 0...UInt64(model.count) + 1)
                let condition = world.chance(5) ? nil : AppendCondition(try world.query(), after: after)
                let known: KnownEvents = world.chance(2) ? .skip : .refuse
                requests.append(try request(events, condition, known: known))
                expected.append(decide(events, condition, known, &model))
            }
            for (outcome, expected) in zip(try fixture.outcomes(of: requests), expected) {
                switch expected {
                case .positions(let positions): #expect(outcome.positions == positions)
                case .refused(let refusal): #expect(outcome.refusal == refusal)
                }
            }
        }
        #expect(model.count > 50)
        #expect(try fixture.events().map(\.event) == model)
    }

    private enum ModelOutcome {
        case positions([UInt64])
        case refused(AppendError)
    }

    /// The rules of appending, over a list.
    private func decide(
        _ events: [NewEvent], _ condition: AppendCondition?, _ known: KnownEvents, _ model: inout [NewEvent]
    ) -> ModelOutcome {
        let places = events.map { event in model.firstIndex { $0.id == event.id }.map { UInt64($0 + 1) } }
        let old = Set(places.compactMap { $0 })
        if old.count == events.count { return .positions(places.compactMap { $0 }) }
        if !old.isEmpty, known == .refuse {
            var positions: [EventID: Position] = [:]
            for (event, place) in zip(events, places) { positions[event.id] = place.map { Position($0) } }
            return .refused(.someKnown(positions))
        }
        if let condition {
            let (after, head) = (condition.after?.rawValue ?? 0, UInt64(model.count))
            if after > head { return .refused(.afterBeyondHead(after: Position(after), head: Position(head))) }
            let first = (after..<head).first { !old.contains($0 + 1) && condition.query.accepts(model[Int($0)]) }
            if let first {
                return .refused(.conflict(AppendConflict(condition: condition, conflicting: Position(first + 1))))
            }
        }
        var positions: [UInt64] = []
        for (event, place) in zip(events, places) {
            if place == nil { model.append(event) }
            positions.append(place ?? UInt64(model.count))
        }
        return .positions(positions)
    }
}
