import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5)))
struct ProfileTests {
    @Test func profileShowsEachValueWithItsEvent() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("profile", "C-1", "--data", directory.path)
        #expect(run.errors == "")
        #expect(
            withoutToday(run.output) == """
                C-1  王小明
                5 events from 2017-01-05 to 2017-03-05
                1 interaction, the last by phone on 2017-03-05

                Field           Value           Since       Recorded    Event
                ──────────────  ──────────────  ──────────  ──────────  ─────  ────────
                channel         shop            2017-01-05  <recorded>      2
                kind            person          2017-01-05  <recorded>      2
                last nps score  10              2017-01-25  <recorded>     13
                name            王小明          2017-01-05  <recorded>      2  personal
                phone           +49 30 5550100  2017-01-05  <recorded>      2  personal
                region          north           2017-01-05  <recorded>      2

                Won     Won value  Open  Open value  Lost
                ───  ────────────  ────  ──────────  ────
                  1  1,000.00 EUR     0    0.00 EUR     0
                at position 15\n
                """)
    }

    @Test func profileIsJSON() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("profile", "C-1", "--data", directory.path, "--json")
        #expect(try canonical(run.output) == canonical(Self.expected))
    }

    @Test func daysBelongToTheZone() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("profile", "C-1", "--data", directory.path, "--zone", "Pacific/Honolulu")
        #expect(run.output.contains("5 events from 2017-01-04 to 2017-03-04\n"))
    }

    @Test func anUnknownCustomerIsNotFound() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("profile", "C-9", "--data", directory.path)
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(
            run.errors == "rapport: customer C-9: no event is about it; expected an id with a customer: tag\n")
    }

    @Test func aCustomerOfWhomOnlyOtherEventsTellIsShown() async throws {
        let directory = try await TinyCompany.directory()
        let events = ["2017-04-02T09:00:00Z", "2017-04-01T09:00:00Z"].map {
            #"{"type":"shop.ParcelSent","tags":["customer:C-7"],"occurredAt":"\#($0)"}"# + "\n"
        }
        _ = try await rapport("append", "--data", directory.path, input: events.joined())
        let run = try await rapport("profile", "C-7", "--data", directory.path)
        #expect(run.status == 0, "\(run.errors)")
        #expect(
            run.output == """
                C-7
                2 events from 2017-04-01 to 2017-04-02

                None of these events gives the profile a field; rapport replay --customer C-7 shows them.
                at position 17\n
                """)
        let json = try await rapport("profile", "C-7", "--data", directory.path, "--json")
        let expected = """
            {"customerID": "C-7", "events": 2, "fields": [], "sales": [], "interactions": 0, "position": 17,
             "orders": 0, "cases": 0, "touchpoints": 0, "complaints": 0, "suggestions": 0, "referrals": 0,
             "firstSeen": "2017-04-01T09:00:00Z", "lastSeen": "2017-04-02T09:00:00Z"}
            """
        #expect(try canonical(json.output) == canonical(expected))
        #expect(try await rapport("profile", "C-8", "--data", directory.path).status == 2)
    }

    private static func field(_ name: String, _ value: String, _ day: String, _ position: Int, _ isPersonal: Bool)
        -> String
    {
        let id = "00000000-0000-7000-8000-0000000000" + (position < 10 ? "0\(position)" : "\(position)")
        return """
            {"name": "\(name)", "value": "\(value)", "isPersonal": \(isPersonal), "position": \(position),
             "occurredAt": "2017-\(day)T09:00:00Z", "recordedAt": "", "eventID": "\(id)"}
            """
    }

    private static let expected = """
        {
          "customerID": "C-1",
          "events": 5,
          "fields": [
            \(field("channel", "shop", "01-05", 2, false)),
            \(field("kind", "person", "01-05", 2, false)),
            \(field("last nps score", "10", "01-25", 13, false)),
            \(field("name", "王小明", "01-05", 2, true)),
            \(field("phone", "+49 30 5550100", "01-05", 2, true)),
            \(field("region", "north", "01-05", 2, false))
          ],
          "firstSeen": "2017-01-05T09:00:00Z",
          "interactions": 1,
          "orders": 0, "cases": 0, "touchpoints": 0, "complaints": 0, "suggestions": 0, "referrals": 0,
          "lastChannel": "phone",
          "lastInteraction": "2017-03-05T09:00:00Z",
          "lastSeen": "2017-03-05T09:00:00Z",
          "position": 15,
          "sales": [{"currency": "EUR", "won": 1, "wonValue": 100000, "lost": 0, "open": 0, "openValue": 0}]
        }
        """
}
