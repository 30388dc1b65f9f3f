import EventLog
import Foundation
import Rapport
import Testing

@Suite("The program of the README")
struct ReadmeProgram {
    @Test("appends, and prints the profile and the sales it has made")
    func runs() async throws {
        let directory = TemporaryDirectory()
        let before = FileManager.default.currentDirectoryPath
        try #require(FileManager.default.changeCurrentDirectoryPath(directory.path))
        defer { _ = FileManager.default.changeCurrentDirectoryPath(before) }
        // README program: begin
        let crm = try Rapport(at: "crm-data")
        try await crm.append(
            CustomerRegistered.with { $0.customerID = "C-1" },
            personal: .with { $0.displayName = "王小明" }, of: .customer("C-1"))
        try await crm.append(
            OpportunityOpened.with { $0.opportunityID = "O-1" }, about: .opportunity("O-1"), .customer("C-1"))
        let won = OpportunityWon.with { $0.amount = .init(1_200_00, "EUR") }
        let position = try await crm.append(won, about: .opportunity("O-1"), .customer("C-1"))
        if let profile = try await crm.profile(of: "C-1", atLeast: position) {
            print(profile.value(of: "name") ?? "?", profile.sales.map { "\($0.won) won, \($0.wonValue) \($0.currency)" })
        }
        // README program: end
        let profile = try #require(try await crm.profile(of: "C-1", atLeast: position))
        #expect(profile.value(of: "name") == "王小明")
        #expect(profile.sales.first?.wonValue == 120_000)
    }
}
