import EventLog
import Foundation
import Rapport
import Testing
import TestSupport

@Suite("The program of the README")
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

    private static func win(_ opportunity: String, in crm: Rapport) async throws -> Bool {
        // README program: begin
        let deal = try Tag.opportunity(opportunity)
        let wins = try Query(types: [OpportunityWon.eventType], tags: [deal])
        let appended = try await crm.log.decide(wins, from: false) { isWon, _ in
            isWon = true
        } decision: { isWon in
            isWon ? [] : [try NewEvent(OpportunityWon(), about: [deal])]
        }
        // README program: end
        return appended != nil
    }
}
