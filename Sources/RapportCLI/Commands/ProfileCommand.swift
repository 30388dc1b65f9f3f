import ArgumentParser
import Rapport

/// `rapport profile`: what is known of one customer.
struct ProfileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: "Show what is known of a customer, and from which event.",
        discussion: """
            Each value is the newest one, with the day it became true, the day it was recorded, and the position of \
            the event that says so (rapport replay --from P --to P shows it). --csv gives these values.

              rapport profile C-1 --data crm
            """)

    @OptionGroup var query: QueryOptions

    @Argument(help: "The customer's id: of the tag customer:C-1 the part C-1.")
    var id: String

    func run() async throws {
        let profile = try await query.ask(["profile", "pipeline"]) { try await $0.profile(of: id) }
        guard let profile else {
            throw CommandFailure(.notFound, "customer \(id): no event is about it; expected an id with a customer: tag")
        }
        let calendar = try query.calendar
        try query.print(profile, at: profile.position, csv: profile.csv) { profile.text(for: $0, calendar) }
    }
}
