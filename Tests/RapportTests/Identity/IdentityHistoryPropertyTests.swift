import EventLog
@testable import Rapport
import TestSupport
import Testing

/// Random merges and unmerges, compared with a model that recomputes everything from scratch.
@Suite(.timeLimit(.minutes(5))) struct IdentityHistoryPropertyTests {
    private struct Folded {
        var history = IdentityHistory()
        var model: PlainIdentity
        var last: UInt64 = 0
        /// Views that were taken on the way, as of the last position then.
        var views: [IdentityView] = []
    }

    /// Merges and unmerges in any order: redundant ones, some of an id with itself, unmerges of what is undone already
    /// and of what was never merged.
    private static func fold(seed: UInt64, steps: Int = 70) throws -> Folded {
        var random = SeededGenerator(seed: seed)
        let ids = try (0..<10).map { try EntityTag.customer("C-\($0)") }
        var folded = Folded(model: PlainIdentity(ids: ids))
        var before = folded.model.canonicals(at: 0)
        for _ in 0..<steps {
            folded.last += UInt64.random(in: 1...2, using: &random)
            let step: IdentityStory.Step
            if Int.random(in: 0..<100, using: &random) < 60 {
                let survivor = ids[Int.random(in: 0..<ids.count, using: &random)]
                let absorbed = ids[Int.random(in: 0..<ids.count, using: &random)]
                folded.model.merge(survivor, absorbed, at: folded.last)
                step = .merge(String(survivor.id), String(absorbed.id))
            } else {
                let merge = UInt64.random(in: 1...folded.last, using: &random)
                if merge < folded.last { folded.model.unmerge(merge, at: folded.last) }
                step = .unmerge(merge)
            }
            let changes = IdentityStory.apply(step, at: folded.last, to: &folded.history)
            let after = folded.model.canonicals(at: folded.last)
            let expected = ids.sorted().compactMap { id in
                after[id].flatMap { $0 == before[id] ? nil : AliasChange(tag: id, canonical: $0) }
            }
            #expect(changes == expected, "seed \(seed), position \(folded.last)")
            before = after
            folded.views.append(folded.history.view(asOf: Position(folded.last)))
        }
        return folded
    }

    @Test("at every position the persons are the components of the merges that hold then", arguments: Seeds.from(0, 12))
    func persons(seed: UInt64) throws {
        let folded = try Self.fold(seed: seed)
        for moment in 0...folded.last + 1 {
            let view = folded.history.view(asOf: Position(moment))
            let canonicals = folded.model.canonicals(at: moment)
            let members = PlainIdentity.members(canonicals)
            let seen = Dictionary(uniqueKeysWithValues: folded.model.ids.map { ($0, view.canonical(of: $0)) })
            #expect(seen == canonicals, "position \(moment)")
            let together = Dictionary(uniqueKeysWithValues: folded.model.ids.map { ($0, view.members(of: $0)) })
            #expect(together == members, "position \(moment)")
        }
    }

    @Test("a view that was taken before knows nothing of what came later", arguments: Seeds.from(0, 4))
    func copies(seed: UInt64) throws {
        let folded = try Self.fold(seed: seed)
        for view in folded.views {
            let canonicals = folded.model.canonicals(at: view.position.rawValue)
            for id in folded.model.ids { #expect(view.canonical(of: id) == canonicals[id]) }
            let known = folded.history.view(asOf: view.position)
            #expect(view.allMerges == known.allMerges)
        }
    }

    @Test(
        "each merge is active from its position until it is undone, and is one of the person's",
        arguments: Seeds.from(0, 8))
    func merges(seed: UInt64) throws {
        let folded = try Self.fold(seed: seed)
        for moment in 0...folded.last {
            let view = folded.history.view(asOf: Position(moment))
            let known = folded.model.merges.filter { $0.position <= moment }
            #expect(view.allMerges.map(\.position.rawValue) == known.map(\.position))
            let undone = known.map { merge in merge.unmergedAt.flatMap { $0 <= moment ? $0 : nil } }
            #expect(view.allMerges.map(\.unmergedAt?.rawValue) == undone)
            let canonicals = folded.model.canonicals(at: moment)
            for id in folded.model.ids {
                let active = known.filter { $0.isActive(moment) && canonicals[$0.survivor] == canonicals[id] }
                #expect(view.merges(of: id).map(\.position.rawValue) == active.map(\.position))
            }
            let merge = view.merge(at: Position(moment))
            #expect((merge != nil) == known.contains(where: { $0.position == moment }))
            #expect(merge == merge.flatMap { view.merge($0.eventID) })
        }
    }

    @Test(
        "what a person is holds in the whole of its stretch of positions, and is something else beyond",
        arguments: Seeds.from(0, 8))
    func stretches(seed: UInt64) throws {
        let folded = try Self.fold(seed: seed, steps: 40)
        let members = (0...folded.last).map { PlainIdentity.members(folded.model.canonicals(at: $0)) }
        for moment in 0...folded.last {
            let view = folded.history.view(asOf: Position(moment))
            for id in folded.model.ids {
                let person = view.person(of: id)
                #expect(person.members == members[Int(moment)][id] && person.canonical == person.members.first)
                let (since, until) = (person.since.rawValue, person.until?.rawValue ?? folded.last + 1)
                #expect(since <= moment && moment < until)
                let canonical = person.canonical
                #expect((since..<until).allSatisfy { members[Int($0)][canonical] == person.members })
                if since > 0 { #expect(members[Int(since) - 1][canonical] != person.members) }
                if let until = person.until { #expect(members[Int(until.rawValue)][canonical] != person.members) }
            }
        }
    }

    @Test(
        "a path is as short as can be, its merges hold, and each goes on where the one before ends",
        arguments: Seeds.from(0, 8))
    func paths(seed: UInt64) throws {
        let folded = try Self.fold(seed: seed, steps: 30)
        for moment in 0...folded.last {
            let view = folded.history.view(asOf: Position(moment))
            for from in folded.model.ids {
                let distances = folded.model.distances(from: from, at: moment)
                for to in folded.model.ids {
                    let path = view.path(from: from, to: to)
                    #expect(path?.count == distances[to])
                    guard let path else { continue }
                    var id = from
                    for merge in path {
                        #expect(merge.unmergedAt == nil && (merge.survivor == id || merge.absorbed == id))
                        id = merge.survivor == id ? merge.absorbed : merge.survivor
                    }
                    #expect(id == to)
                }
            }
        }
    }

    @Test("without a merge the persons are those that undoing it gives", arguments: Seeds.from(0, 8))
    func parting(seed: UInt64) throws {
        let folded = try Self.fold(seed: seed)
        let view = folded.history.view(asOf: Position(folded.last))
        for merge in view.allMerges where merge.unmergedAt == nil {
            var model = folded.model
            model.unmerge(merge.position.rawValue, at: folded.last + 1)
            let members = PlainIdentity.members(model.canonicals(at: folded.last + 1))
            let parted = view.parted(without: merge)
            for id in view.members(of: merge.survivor) { #expect(parted.members(of: id) == members[id]) }
        }
    }
}
