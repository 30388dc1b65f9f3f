import Foundation

/// How much the model tests try: `RAPPORT_MODEL_COMMANDS` in the environment says how many commands, in sequences of
/// some hundreds; `RAPPORT_MODEL_SEED` gives the seed of the first sequence, each other one has the next seed.
enum ModelSize {
    static let commands = variable("RAPPORT_MODEL_COMMANDS") ?? 2_400
    static let seed = UInt64(variable("RAPPORT_MODEL_SEED") ?? 1)
    static let commandsOfSequence = 300
    /// Sequences at the same time.
    static let lanes = 4
    /// Beside a second process, which takes its time to start.
    static let commandsBesideOther = 120

    static var sequences: Int { max(1, commands / commandsOfSequence) }
    static var sequencesBesideOther: Int { max(1, sequences / 100) }
    static var minutes: Int { 5 + commands / 10_000 }

    /// Says by hand which seed comes next: a process that ends by itself tells nothing else.
    static func begin(_ seed: UInt64) {
        guard variable("RAPPORT_MODEL_COMMANDS") != nil else { return }
        FileHandle.standardError.write(Data("model test: seed \(seed)\n".utf8))
    }

    private static func variable(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }
}
