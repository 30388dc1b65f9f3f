import Foundation
import TestSupport
import Testing

@testable import RapportCLI

/// The company of ``TinyOrders`` with a funnel of events, and a deal whose stage is called as if it were HTML.
struct ReportCompany {
    /// What the stage is called: shown as it is, it would run a script.
    static let hostileStage = "</script><script>document.documentElement.setAttribute('data-hacked','1')</script>"

    let data: TemporaryDirectory
    /// A library that draws nothing.
    let library: String
    let funnel: String

    init() async throws {
        data = try await TinyOrders.directory()
        let deal =
            #"{"id":"00000000-0000-7000-8000-000000000099","occurredAt":"2017-02-03T09:00:00Z","#
            + #""type":"OpportunityOpened","tags":["opportunity:O-9","customer:C-1"],"data":{"opportunityId":"O-9","#
            + #""customerId":"C-1","pipelineId":"sales","pipelineVersion":1,"stage":"\#(Self.hostileStage)","#
            + #""amount":{"minorUnits":"7000","currency":"EUR"},"owner":"U-1"}}"# + "\n"
        let run = try await rapport("append", "--data", data.path, input: deal)
        try #require(run.status == 0, "\(run.errors)")
        library = try data.write(ChartLibraryTests.script, to: "chart.js")
        funnel = try data.write(
            "funnel: buying\ntitle: \"Asked & <bought>\"\nsteps:\n"
                + "  - {name: Opened, event: OpportunityOpened}\n  - {name: Won, event: OpportunityWon}\n"
                + "window: 90 d\n",
            to: "funnel.yaml")
    }

    var file: String { data.path + "/page.html" }

    /// Runs `report` with a library that draws nothing.
    func report(_ options: String...) async throws -> CommandRun {
        try await Command(["report", file, "--data", data.path, "--charts", library] + options).run()
    }

    /// The page that was written last.
    func html() throws -> String { try String(contentsOfFile: file, encoding: .utf8) }

    /// Writes a page and takes it apart.
    func page(_ options: String...) async throws -> ParsedPage {
        let run = try await Command(
            ["report", file, "--force", "--data", data.path, "--charts", library] + options
        ).run()
        try #require(run.status == 0, "\(run.errors)")
        return try ParsedPage(html())
    }

    /// What another command answers, read from its JSON.
    func answer<Answer: Decodable>(_ type: Answer.Type, _ question: String...) async throws -> Answer {
        let run = try await Command(question + ["--json", "--data", data.path]).run()
        try #require(run.status == 0, "\(run.errors)")
        return try JSONDecoder().decode(Answer.self, from: Data(run.printed.utf8))
    }
}
