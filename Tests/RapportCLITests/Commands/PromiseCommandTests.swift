import Foundation
import Testing
import TestSupport

/// `promises` over the orders of ``TinyOrders``, to which something was promised in 2017.
///
/// | order | promised | for | outcome by the end of March |
/// |---|---|---|---|
/// | A-1 | 01-10 | 01-11, from 01-11 on for 01-13 | broken: delivered 01-12 |
/// | A-2 | 01-20 | 01-25 | cancelled 01-21 |
/// | A-3 | 02-05 | 02-10 | overdue |
/// | A-4 | 02-15 | 06-01 | open |
/// | A-9 | 02-16 | 02-20 | nobody has placed it |
@Suite(.timeLimit(.minutes(5)))
struct PromiseCommandTests {
    private static let question = ["promises", "--at", "2017-03-31"]

    private typealias Promise = (day: String, order: String, customer: String, due: String, reason: String)

    private static let promises: [Promise] = [
        ("01-10T10", "A-1", "C-1", "1484125200000000", ""), ("01-11T09", "A-1", "C-1", "1484298000000000", "weather"),
        ("01-20T10", "A-2", "C-2", "1485334800000000", ""), ("02-05T10", "A-3", "C-1", "1486717200000000", ""),
        ("02-15T10", "A-4", "C-2", "1496307600000000", ""), ("02-16T10", "A-9", "C-2", "1487581200000000", ""),
    ]

    private static func directory() async throws -> TemporaryDirectory {
        let directory = try await TinyOrders.directory()
        let lines = promises.map { promise -> String in
            #"{"occurredAt":"2017-\#(promise.day):00:00Z","type":"DeliveryPromised","#
                + #""tags":["order:\#(promise.order)","customer:\#(promise.customer)"],"#
                + #""data":{"orderId":"\#(promise.order)","promisedAtUs":"\#(promise.due)","#
                + #""reason":"\#(promise.reason)"}}"#
        }
        let run = try await rapport("append", "--data", directory.path, input: lines.joined(separator: "\n") + "\n")
        try #require(run.status == 0, "\(run.errors)")
        return directory
    }

    /// What a question prints on standard output.
    private static func output(_ question: [String]) async throws -> String {
        let directory = try await Self.directory()
        let run = try await Command(question + ["--data", directory.path]).run()
        #expect(run.errors == "")
        return run.output
    }

    /// Lines whose cells are one space apart.
    private static func rows(_ output: String) -> [String] {
        output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    }

    @Test func promisesAreATable() async throws {
        let rows = Self.rows(try await Self.output(Self.question + ["--period", "month"]))
        #expect(rows.first == "Promises of delivery, as of 2017-03-31 (UTC)")
        #expect(
            rows.contains(
                "2017-01 2 0 1 0 0 1 0.0% 0.0%–79.4% 100.0% 1 d 1 d 1 1 d 1,000,000 –"))
        #expect(rows.contains("2017-02 1 0 0 1 0 0 0.0% 0.0%–79.4% – – – 0 0 s 1,000,000 –"))
        #expect(rows.contains("2017-06 1 0 0 0 1 0 – – – – – 0 0 s – –"))
        #expect(rows.contains { $0.hasPrefix("all 4 0 1 1 1 1 0.0% 0.0%–65.8% 100.0% 1 d 1 d 1 12 h") })
        #expect(rows.contains("Not in these figures: 1 promise of an unknown order"))
        #expect(rows.last == "at position 28")
    }

    @Test func promisesAreCSV() async throws {
        let csv = try await Self.output(Self.question + ["--by", "channel", "--csv"])
        let lines = csv.split(separator: "\n")
        #expect(lines.first?.hasPrefix("period,group,orders,kept,broken,overdue,open,cancelled,") == true)
        #expect(lines.count == 3)
        #expect(lines[1].hasPrefix("all,shop,1,0,0,0,0,1,0,0,,,,,,,,,1,0,0,"))
        #expect(lines[2].hasPrefix("all,web,3,0,1,1,1,0,0,2,0,0,"))
    }

    @Test func promisesAreJSON() async throws {
        let json = try await Self.output(["promises", "--at", "2017-01-15", "--json"])
        let answer = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(answer["now"] as? String == "2017-01-15T23:59:59.999999Z")
        #expect(answer["withoutPromise"] as? Int == 0)
        let overall = try #require((answer["overall"] as? [[String: Any]])?.first)
        #expect(overall["orders"] as? Int == 1 && overall["broken"] as? Int == 1)
        #expect((overall["defects"] as? [String: Any])?["perMillion"] as? Int == 1_000_000)
        #expect((overall["slip"] as? [String: Any])?["medianMs"] as? Int == 86_400_000)
    }

    @Test func ordersAreListedByWhatHasBecomeOfThem() async throws {
        #expect(
            try await Self.output(Self.question + ["--list", "overdue", "--where", "channel=web"]) == """
                Promised    Order  Outcome  Customer  Channel  Last promise  Promises  Arrived       Slip  Reason
                ──────────  ─────  ───────  ────────  ───────  ────────────  ────────  ───────  ─────────  ──────
                2017-02-10  A-3    overdue  C-1       web      2017-02-10           1           49 d 15 h
                at position 28\n
                """)
        #expect(
            try await Self.output(Self.question + ["--list", "broken", "--csv"]) == """
                orderID,outcome,customer,channel,placedAt,firstPromise,lastPromise,promises,confidenceBp,reason,\
                deliveredAt,cancelledAt,slipMs,inflationMs
                A-1,broken,C-1,web,2017-01-10T09:00:00Z,2017-01-11T09:00:00Z,2017-01-13T09:00:00Z,2,,weather,\
                2017-01-12T09:00:00Z,,86400000,172800000

                """)
        #expect(try await Self.output(Self.question + ["--list", "kept"]) == "No such orders.\nat position 28\n")
    }

    @Test func whatWasKnownBeforeAnyPromiseIsNothing() async throws {
        let output = try await Self.output(["promises", "--as-of", "22", "--at", "2017-03-31"])
        #expect(
            output.hasPrefix(
                "Promises of delivery, as of 2017-03-31 (UTC)\nNo promises.\n\n"
                    + "Not in these figures: 4 orders without a promise\n"))
    }

    @Test(
        arguments: [
            (["promises", "--by", "planet"], "no dimension is named planet; expected channel, customer, region"),
            (
                ["promises", "--list", "open", "--where", "planet=x"],
                "no dimension is named planet; expected channel, customer, region"
            ),
        ] as [([String], String)])
    func whatIsNotThereIsTold(question: [String], message: String) async throws {
        let directory = try await Self.directory()
        let run = try await Command(question + ["--at", "2017-03-31", "--data", directory.path]).run()
        #expect(run.status == 2)
        #expect(run.errors == "rapport: \(message)\n")
    }

    @Test(arguments: [
        ["promises", "--list", "late"], ["promises", "--list", "open", "--by", "channel"],
        ["promises", "--where", "channel=web"], ["promises", "--limit", "3"], ["promises", "--period", "decade"],
        ["promises", "--from", "2017-02-01", "--to", "2017-01-01"],
        ["promises", "--list", "open", "--where", "channel"],
        ["promises", "--list", "open", "--from", "2017-01-01"],
    ])
    func nonsenseIsRefused(question: [String]) async throws {
        let run = try await Command(question + ["--data", "nowhere"]).run()
        #expect(run.status == 64, "\(run.errors)")
        #expect(run.output == "")
    }
}
