import ArgumentParser
import Rapport

/// `rapport profile`: what is known of one customer.
struct ProfileCommand: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: "Show what is known of a customer, and from which event.",
        discussion: """
            Each value is the newest one, with the day it became true, the day it was recorded, and the position of \
            the event that says so (rapport replay --from P --to P shows it). --csv gives these values.

              rapport profile C-1 --data crm
              rapport profile C-1 --as-of 2026-06-30 --at 2025-12-31 --data crm
            """)

    @OptionGroup var query: QueryOptions
    @OptionGroup var validTime: ValidTimeOptions

    @Argument(help: "The customer's id: of the tag customer:C-1 the part C-1.")
    var id: String

    func validate() throws {
        guard !id.isEmpty else { throw ValidationError("An id is not empty.") }
    }

    var happenedBy: TimeBound? { validTime.at }
    var models: [String] { ["profile", "pipeline"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        guard let profile = try await crm.profile(of: id) else {
            throw CommandFailure(.notFound, "customer \(id): no event is about it; expected an id with a customer: tag")
        }
        let calendar = try query.calendar
        return Reply(profile, at: profile.position, csv: profile.csv) { profile.text(for: $0, calendar) }
    }
}
