import EventLog
import Foundation
import Rapport
import Testing
import TestSupport

@Suite("The programs of the README", .timeLimit(.minutes(5)))
struct ReadmeProgram {
    @Test("appends, and prints the profile and the sales it has made")
    func runs() async {
        // In a process of its own: other tests start programs in the folder that this one would leave.
        await #expect(processExitsWith: .success) { try await ReadmeProgram.runInItsFolder() }
    }

    private static func runInItsFolder() async throws {
        let directory = try TemporaryDirectory()
        try #require(FileManager.default.changeCurrentDirectoryPath(directory.path))
        // README program: begin
        let crm = try Rapport(at: "crm-data")
        try await crm.append(
            CustomerRegistered.with { $0.customerID = "C-1" },
            personal: .with { $0.displayName = "王小明" }, of: .customer("C-1"))
        try await crm.append(
            OpportunityOpened.with { $0.opportunityID = "O-1" }, about: .opportunity("O-1"), .customer("C-1"))
        let won = OpportunityWon.with { $0.amount = Money(120_000, "EUR") }
        let position = try await crm.append(won, about: .opportunity("O-1"), .customer("C-1"))
        if let profile = try await crm.profile(of: "C-1", atLeast: position) {
            print(profile.value(of: "name") ?? "?", profile.sales)
        }
        // README program: end
        let profile = try #require(try await crm.profile(of: "C-1", atLeast: position))
        #expect(profile.value(of: "name") == "王小明")
        #expect(profile.sales.first?.wonValue == 120_000)
    }

    @Test("saves the funnel of a file, and prints how many have come how far")
    func savesAFunnel() async throws {
        let directory = try TemporaryDirectory()
        let crm = try Rapport(at: directory.path)
        try await crm.append(LeadConverted.with { $0.leadID = "L-1" }, about: .lead("L-1"), .customer("C-1"))
        try await crm.append(
            OpportunityWon.with { $0.opportunityID = "O-1" }, about: .opportunity("O-1"), .customer("C-1"))
        try await crm.append(OrderPlaced.with { $0.orderID = "A-1" }, about: .order("A-1"), .customer("C-1"))
        let file = Self.funnelFile.path
        // README program: begin
        let definition = try FunnelDefinition(yaml: String(contentsOfFile: file, encoding: .utf8), file: file)
        try await crm.saveFunnel(definition)
        let funnel = try await crm.behaviour(BehaviourQuestion(.saved(name: definition.name), now: .now()))
        for step in funnel.steps { print(step.name, step.count) }
        // README program: end
        #expect(funnel.steps.map(\.count) == [1, 0, 1, 1, 0])
        #expect(funnel.readModel == "funnel-lead-to-order-v1")
        withExtendedLifetime(directory) {}
    }

    @Test("shows the funnel that stands in schemas")
    func showsTheFunnelOfTheFile() throws {
        let readme = try String(contentsOf: Self.package.appending(path: "README.md"), encoding: .utf8)
        let blocks = readme.components(separatedBy: "```yaml\n").dropFirst()
        let block = try #require(blocks.first?.components(separatedBy: "```").first)
        let shown = try FunnelDefinition(yaml: block)
        #expect(try FunnelDefinition(yaml: String(contentsOf: Self.funnelFile, encoding: .utf8)) == shown)
    }

    private static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let funnelFile = package.appending(path: "schemas/funnels/lead-to-order.yaml")

    @Test("wins an opportunity only once, however many try")
    func winsOnce() async throws {
        let directory = try TemporaryDirectory()
        let crm = try Rapport(at: directory.path)
        let won = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { try await Self.win("O-1", in: crm) } }
            var count = 0
            for try await isMine in group where isMine { count += 1 }
            return count
        }
        #expect(won == 1)
    }

    /// What the page of the module shows.
    private static func win(_ opportunity: String, in crm: Rapport) async throws -> Bool {
        let deal = try Tag.opportunity(opportunity)
        let wins = try Query(types: [OpportunityWon.eventType], tags: [deal])
        let appended = try await crm.log.decide(wins, from: false) { isWon, _ in
            isWon = true
        } decision: { isWon in
            isWon ? [] : [try NewEvent(OpportunityWon(), about: [deal])]
        }
        return appended != nil
    }
}
