import EventLog
import LMDB
@testable import Rapport
import SwiftProtobuf
import Testing
import TestSupport

/// Which value of a field counts, against a model that keeps everything that was ever said.
@Suite struct FieldValuesTests {
    private struct Saying {
        let value: String
        let moment: Moment
        let origin: EntityTag
    }

    /// What a run of random events comes to.
    private struct Run {
        var said: [Saying] = []
        var merges: [MergeRecord] = []
    }

    /// At each position somebody says something of the field, or two of four customers are merged.
    private static func run(_ random: inout SeededGenerator) throws -> Run {
        let ids = try (1...4).map { try EntityTag.customer("C-\($0)") }
        var run = Run()
        for position in 1...UInt64.random(in: 4...40, using: &random) {
            let first = Int.random(in: 0..<ids.count, using: &random)
            let second = (first + Int.random(in: 1..<ids.count, using: &random)) % ids.count
            if Int.random(in: 0..<5, using: &random) > 0 {
                let moment = Moment(
                    occurredAt: Int64.random(in: 0..<12, using: &random), recordedAt: Int64(position),
                    position: position)
                run.said.append(Saying(value: "\(position)", moment: moment, origin: ids[first]))
                continue
            }
            let message = CustomersMerged.with { message in
                message.survivorID = String(ids[first].id)
                message.absorbedID = String(ids[second].id)
                let side = [MergeSide.survivor, .absorbed, .unspecified].randomElement(using: &random)
                guard let side, side != .unspecified else { return }
                let choice = FieldChoice.with { choice in
                    choice.field = "city"
                    choice.side = side
                }
                message.fieldChoice = [choice]
            }
            run.merges.append(
                MergeRecord(
                    message, IdentityStory.header(position), survivor: ids[first], absorbed: ids[second]))
        }
        return run
    }

    /// By going through everything, saying by saying.
    private static func expected(_ run: Run) -> String? {
        var groups: [(ids: Set<EntityTag>, said: [Saying])] = []
        for id in Set(run.said.map(\.origin) + run.merges.flatMap { [$0.survivor, $0.absorbed] }) {
            groups.append(([id], run.said.filter { $0.origin == id }))
        }
        for merge in run.merges {
            guard let left = groups.firstIndex(where: { $0.ids.contains(merge.survivor) }),
                let right = groups.firstIndex(where: { $0.ids.contains(merge.absorbed) }), left != right
            else { continue }
            var (survivor, absorbed) = (groups[left].said, groups[right].said)
            func isBefore(_ saying: Saying) -> Bool { saying.moment.position <= merge.position.rawValue }
            switch merge.fieldChoice["city"] {
            case .survivor: if survivor.contains(where: isBefore) { absorbed.removeAll(where: isBefore) }
            case .absorbed: if absorbed.contains(where: isBefore) { survivor.removeAll(where: isBefore) }
            default: break
            }
            groups[left] = (groups[left].ids.union(groups[right].ids), survivor + absorbed)
            groups.remove(at: right)
        }
        let all = groups.flatMap(\.said)
        return all.max { ($0.moment.occurredAt, $0.moment.position) < ($1.moment.occurredAt, $1.moment.position) }?
            .value
    }

    /// By what a row keeps, folded in some order.
    private static func found(_ run: Run, _ random: inout SeededGenerator) throws -> String? {
        let canonical = try EntityTag.customer("C-1")
        var state = ProfileState()
        for saying in run.said.shuffled(using: &random) {
            state.set("city", to: saying.value, saying.moment, saying.origin == canonical ? "" : saying.origin.text)
        }
        var bytes: [UInt8] = []
        state.encode(into: &bytes)
        var reader = ByteReader(bytes.rawSpan)
        let stored = try ProfileState(decoding: &reader)
        #expect(stored == state)
        var values = FieldValues()
        for field in stored.fields {
            let origin = field.origin.isEmpty ? canonical : EntityTag(unchecked: field.origin)
            for said in [ProfileState.Said(value: field.value, moment: field.moment)] + field.later {
                values.add(
                    field.name, .init(value: said.value, moment: said.moment, isPersonal: false, origin: origin),
                    first: field.first)
            }
        }
        return values.newest(after: run.merges)["city"]?.value
    }

    @Test("rows keep as much as any merge, chosen side and later word can ask for")
    func everyRun() throws {
        var random = SeededGenerator(seed: 7)
        for number in 0..<2_000 {
            let run = try Self.run(&random)
            #expect(try Self.found(run, &random) == Self.expected(run), "run \(number)")
        }
    }

    @Test("in whatever order events come, a row has the same bytes")
    func order() throws {
        var random = SeededGenerator(seed: 8)
        for _ in 0..<200 {
            let run = try Self.run(&random)
            let rows = (0..<3).map { _ in
                var state = ProfileState()
                for saying in run.said.shuffled(using: &random) {
                    state.set("city", to: saying.value, saying.moment, saying.origin.text)
                }
                var bytes: [UInt8] = []
                state.encode(into: &bytes)
                return bytes
            }
            #expect(rows[0] == rows[1] && rows[1] == rows[2])
        }
    }

    @Test("a field whose events come in order keeps one value")
    func compact() throws {
        var state = ProfileState()
        for position in 1...UInt64(50) {
            let moment = Moment(occurredAt: Int64(position), recordedAt: 0, position: position)
            state.set("city", to: "\(position)", moment, "")
        }
        let field = try #require(state.fields.first)
        #expect(state.fields.count == 1 && field.value == "50" && field.later == [] && field.first == 1)
    }
}
