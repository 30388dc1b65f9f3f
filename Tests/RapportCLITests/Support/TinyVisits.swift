import TestSupport
import Testing

/// Visits of five customers, few enough to work out every figure of a funnel by hand; the event at position N is the
/// Nth of these.
///
/// | customer | channel | viewed | signed | bought |
/// |---|---|---|---|---|
/// | C-1 | web | 03-01 09:00 | 03-01 10:00 | 03-03 10:00 |
/// | C-2 | web | 03-02 09:00 | 03-02 11:00 | |
/// | C-3 | app | 03-05 09:00 | | |
/// | C-4 | app | 04-01 09:00 | 04-01 09:30 | 04-02 09:30 |
/// | C-5 | web | | 03-06 09:00 | |
struct TinyVisits: Sendable {
    let data: TemporaryDirectory

    /// The position of the last event.
    static let head = 10

    /// A data directory that holds the visits.
    init() async throws {
        data = try TemporaryDirectory()
        let run = try await rapport("append", "--data", data.path, input: Self.lines.joined(separator: "\n") + "\n")
        try #require(run.status == 0, "\(run.errors)")
    }

    private static let lines: [String] = visits.enumerated().map { index, visit in
        #"{"id":"\#(MergedCompany.id(index + 1))","occurredAt":"2017-\#(visit.time):00Z","type":"TouchpointRecorded","#
            + #""tags":["customer:\#(visit.customer)"],"data":{"customerId":"\#(visit.customer)","#
            + #""name":"\#(visit.name)","channel":"\#(visit.channel)"}}"#
    }

    private static let visits: [(time: String, customer: String, name: String, channel: String)] = [
        ("03-01T09:00", "C-1", "viewed", "web"), ("03-01T10:00", "C-1", "signed", "web"),
        ("03-03T10:00", "C-1", "bought", "web"), ("03-02T09:00", "C-2", "viewed", "web"),
        ("03-02T11:00", "C-2", "signed", "web"), ("03-05T09:00", "C-3", "viewed", "app"),
        ("04-01T09:00", "C-4", "viewed", "app"), ("04-01T09:30", "C-4", "signed", "app"),
        ("04-02T09:30", "C-4", "bought", "app"), ("03-06T09:00", "C-5", "signed", "web"),
    ]

    // MARK: Definitions

    /// A funnel over the three steps, broken down by channel.
    ///
    /// - Parameters:
    ///   - steps: what the steps are called.
    ///   - more: further lines.
    static func definition(
        title: String = "Sign-up", steps: [String] = ["viewed", "signed", "bought"], _ more: String = ""
    ) -> String {
        let items = zip(steps, ["viewed", "signed", "bought"]).map { name, event in
            """
              - name: \(name)
                event: TouchpointRecorded
                where:
                  - property: name
                    is: \(event)

            """
        }
        return "funnel: signup\ntitle: \(title)\nsteps:\n" + items.joined() + "breakdown:\n  by: channel\n" + more
    }

    /// Writes a definition to a file beside the data; answers its path.
    func file(_ definition: String = TinyVisits.definition(), _ name: String = "signup.yaml") throws -> String {
        try data.write(definition, to: name)
    }

    // MARK: Commands

    /// Runs a command on the data directory.
    func run(_ arguments: [String]) async throws -> CommandRun {
        try await Command(arguments + ["--data", data.path]).run()
    }

    func run(_ arguments: String...) async throws -> CommandRun { try await run(arguments) }

    /// What a command prints that succeeds.
    func output(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws -> String {
        let run = try await run(arguments)
        #expect(run.status == 0, "\(run.errors)", sourceLocation: sourceLocation)
        return run.output
    }

    /// Its lines, with single spaces between the cells.
    func rows(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws -> [String] {
        let run = try await run(arguments)
        #expect(run.status == 0, "\(run.errors)", sourceLocation: sourceLocation)
        return run.lines.map { $0.split(separator: " ").joined(separator: " ") }
    }

    /// Saves the funnel of a definition.
    func save(_ definition: String = TinyVisits.definition()) async throws {
        let run = try await run("funnels", "--save", file(definition))
        try #require(run.status == 0, "\(run.errors)")
    }
}
