@testable import EventLog
import Foundation
import Testing
import TestSupport

/// Random commands, carried out on a log and on a plain list of events: what comes of each must be the same.
///
/// A failure names its seed, and prints the shortest sequence that still fails, to be kept in `KeptSequences.swift`.
@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["RAPPORT_MODEL_COMMANDS"] != nil, "run by hand, by itself"),
    .timeLimit(.minutes(ModelSize.minutes)))
struct ModelTests {
    @Test("kept sequences give what the model gives", arguments: KeptSequence.all)
    func kept(kept: KeptSequence) async throws {
        let found =
            kept.sequence.setting.hasOther
            ? try await differenceBesideOther(in: kept.sequence) : try await ModelRun.difference(in: kept.sequence)
        let difference = found?.description ?? "none"
        #expect(found == nil, "\(difference)")
    }

    @Test("random commands give what the model gives", arguments: 0..<ModelSize.lanes)
    func randomCommands(lane: Int) async throws {
        for number in stride(from: lane, to: ModelSize.sequences, by: ModelSize.lanes) {
            let seed = ModelSize.seed &+ UInt64(number)
            ModelSize.begin(seed)
            let sequence = ModelCommands.sequence(seed: seed, ModelSize.commandsOfSequence)
            guard let found = try await ModelRun.difference(in: sequence) else { continue }
            let shortest = await sequence.shortened(to: found, attempts: 400) { shorter in
                (try? await ModelRun.difference(in: shorter)) != nil
            }
            record(found, seed, shortest)
            return
        }
    }

    @Test("random commands to two processes give what the model gives")
    func twoProcesses() async throws {
        for number in 0..<ModelSize.sequencesBesideOther {
            let seed = ModelSize.seed &+ UInt64(number)
            let sequence = ModelCommands.sequence(seed: seed, ModelSize.commandsBesideOther, hasOther: true)
            guard let found = try await differenceBesideOther(in: sequence) else { continue }
            let shortest = await sequence.shortened(to: found, attempts: 60) { shorter in
                (try? await differenceBesideOther(in: shorter)) != nil
            }
            record(found, seed, shortest)
            return
        }
    }

    private func record(_ found: ModelDifference, _ seed: UInt64, _ shortest: ModelSequence) {
        Issue.record("RAPPORT_MODEL_SEED=\(seed): \(found)\nfails as well, to be kept:\n\(shortest.literal)")
    }

    /// The sequence carried out by this process and another one.
    private func differenceBesideOther(in sequence: ModelSequence) async throws -> ModelDifference? {
        let directory = try TemporaryDirectory()
        let path = directory.path
        try OtherProcess.prepare(sequence.setting, in: path)
        async let difference = ModelRun.difference(in: sequence, besideOtherIn: path)
        await #expect(processExitsWith: .success) { [path = path as String] in
            try await OtherProcess.serve(in: path)
        }
        let found = try await difference
        withExtendedLifetime(directory) {}
        return found
    }

    // MARK: The test itself

    @Test("what is wrong is found, and a few commands are left that show it")
    func findsWhatIsWrong() async throws {
        // The model is the wrong one here, which is the same to the comparison.
        var careless = ModelLog()
        careless.ignoresConditions = true
        let wrong = careless
        for seed in 1...20 as ClosedRange<UInt64> {
            let sequence = ModelCommands.sequence(seed: seed, 40)
            guard let found = try await ModelRun.difference(in: sequence, from: wrong) else { continue }
            let shortest = await sequence.shortened(to: found, attempts: 200) { shorter in
                (try? await ModelRun.difference(in: shorter, from: wrong)) != nil
            }
            #expect(shortest.commands.count <= 4, "\(shortest.literal)")
            #expect(shortest.literal.contains("unless:"))
            return
        }
        Issue.record("a model without conditions is like the log")
    }

    @Test("what is left out leaves only what is needed")
    func leavesOutWhatIsNotNeeded() async {
        let needed = [3, 40, 41, 97]
        var attempts = 500
        let shortest = await Shrinking.shortest(Array(0..<100), attempts: &attempts) { fewer in
            needed.allSatisfy { fewer.contains($0) }
        }
        #expect(shortest == needed)
        #expect(attempts > 300)
        var few = 3
        let notShortest = await Shrinking.shortest(Array(0..<100), attempts: &few) { $0.contains(99) }
        #expect(few == 0)
        #expect(notShortest.contains(99))
    }

    @Test("a sequence is printed as the code that it is kept as", arguments: KeptSequence.all)
    func literals(kept: KeptSequence) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "KeptSequences.swift")
        let code = try String(contentsOf: file, encoding: .utf8).filter { !$0.isWhitespace }
        let literal = kept.sequence.literal.filter { !$0.isWhitespace }
        #expect(code.contains(literal), "\(kept.sequence.literal)")
    }

    @Test("the same seed gives the same commands, and all kinds of them")
    func sameCommands() {
        let sequence = ModelCommands.sequence(seed: 3, 3_000)
        #expect(sequence == ModelCommands.sequence(seed: 3, 3_000))
        let kinds = Set(sequence.commands.map { $0.literal.prefix { $0 != "(" } })
        #expect(kinds.count == 13)
    }
}
