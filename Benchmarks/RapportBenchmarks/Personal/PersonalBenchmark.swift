import EventLog
import Sealing

/// What it costs that personal values are sealed: at each append, at each look, and when somebody is erased.
struct PersonalBenchmark {
    private let options: BenchmarkOptions

    init(_ options: BenchmarkOptions) {
        self.options = options
    }

    func run() async throws {
        let masterKey = try Self.masterKey()
        try SealingBenchmark(in: options.place + "/store", options, masterKey).run()
        try await PersonalAppends(in: options.place + "/appends", options, masterKey).run()
        try await PersonalCustomers(in: options.place + "/customers", options, masterKey).run()
    }

    /// A master key of this run.
    static func masterKey() throws -> MasterKeySource {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
        return .key(try LocalMasterKey(bytes: bytes, name: "the key of this benchmark"))
    }
}

extension Subject {
    /// A person with a personal part of `count` bytes in clear.
    init(_ person: Tag, bytes count: Int, _ random: inout SplitMix) {
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        self.init(id: person.text, part: .unsealed(bytes))
    }
}
