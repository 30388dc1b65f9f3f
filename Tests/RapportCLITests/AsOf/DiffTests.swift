import Foundation
import TestSupport
import Testing

@testable import RapportCLI

/// `diff`: what has changed in an answer, and by which events.
@Suite(.timeLimit(.minutes(5)))
struct DiffTests {
    private func diff(_ words: String...) async throws -> CommandRun {
        let directory = try await TinyCompany.directory()
        return try await Command(["diff"] + words + ["--data", directory.path]).run()
    }

    @Test func aPipelineBetweenTwoPositionsDiffersInTheseValues() async throws {
        let run = try await diff("--from", "8", "--to", "15", "--without-events", "pipeline", "--csv")
        #expect(run.errors == "")
        #expect(
            run.output == """
                path,from,to,eventCount,events
                deals.lost,0,1,,
                deals.open,3,1,,
                deals.winRateBp,,5000,,
                deals.won,0,1,,
                stages[sales/lead/EUR].currency,EUR,,,
                stages[sales/lead/EUR].open,1,,,
                stages[sales/lead/EUR].openValue,50000,,,
                stages[sales/lead/EUR].pipeline,sales,,,
                stages[sales/lead/EUR].stage,lead,,,
                stages[sales/contract/EUR].currency,EUR,,,
                stages[sales/contract/EUR].open,1,,,
                stages[sales/contract/EUR].openValue,120000,,,
                stages[sales/contract/EUR].pipeline,sales,,,
                stages[sales/contract/EUR].stage,contract,,,
                totals[EUR].lost,0,1,,
                totals[EUR].lostValue,0,50000,,
                totals[EUR].open,2,0,,
                totals[EUR].openValue,170000,0,,
                totals[EUR].winRateBp,,5000,,
                totals[EUR].won,0,1,,
                totals[EUR].wonValue,0,100000,,

                """)
    }

    /// The positions of the events of each change, by the paths of the values.
    private func events(_ run: CommandRun) throws -> [String: Set<String>] {
        let json = try JSONTree(parsing: Array(run.printed.utf8))
        guard case .array(let changes)? = json.member("changes") else { return [:] }
        var events: [String: Set<String>] = [:]
        for change in changes {
            guard case .array(let positions)? = change.member("events") else { continue }
            events[change.member("path")?.plainText ?? ""] = Set(positions.map(\.text))
        }
        return events
    }

    @Test func eachValueLeadsToTheEventsThatChangedIt() async throws {
        let run = try await diff("--from", "8", "pipeline", "--json")
        #expect(run.errors == "")
        let events = try events(run)
        // The win at 9, the loss at 11, which another stage at 10 may be needed for.
        for path in ["deals.won", "totals[EUR].won", "totals[EUR].wonValue"] {
            #expect(events[path] == ["9"], "\(path)")
        }
        for path in ["deals.lost", "totals[EUR].lost", "totals[EUR].lostValue"] {
            #expect(events[path]?.subtracting(["10"]) == ["11"], "\(path)")
        }
        // Neither of the two counts among the open deals any more.
        for path in ["deals.winRateBp", "deals.open", "totals[EUR].openValue"] {
            #expect(events[path]?.subtracting(["10"]) == ["9", "11"], "\(path)")
        }
        // The one that was lost came into this stage and left it in between.
        #expect(events["stages[sales/contract/EUR].open"] == ["9"])
        let json = try JSONTree(parsing: Array(run.printed.utf8))
        #expect(json.member("question")?.text == #"["pipeline"]"#)
        #expect(json.member("from")?.text == "8" && json.member("to")?.text == "15")
    }

    @Test func aFunnelAndAProfileHaveTheirEvents() async throws {
        let funnel = try events(await diff("--from", "6", "--to", "8", "funnel", "--pipeline", "sales", "--json"))
        #expect(funnel["steps[contract].deals"]?.contains("8") == true, "\(funnel)")
        let profile = try await diff("--from", "4", "profile", "C-1", "--json")
        let events = try events(profile)
        #expect(events["fields[last nps score].value"] == ["13"], "\(profile.output)")
        #expect(events["interactions"] == ["12"])
        #expect(events["sales[EUR].won"]?.contains("9") == true)
        #expect(events["fields[phone].value"] == nil)
    }

    @Test func theTableEndsWithBothPositions() async throws {
        let run = try await diff("--from", "11", "--to", "12", "profile", "C-1")
        let rows = run.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(rows.first == "Value From To Events")
        #expect(rows.contains("interactions 0 1 12"), "\(run.output)")
        #expect(rows.contains("lastChannel – phone 12"), "\(run.output)")
        #expect(rows.last == "from position 11 to position 12")
        let none = try await diff("--from", "10", "--to", "10", "profile", "C-1")
        #expect(none.output == "Nothing has changed.\nfrom position 10 to position 10\n")
        // The position that each answer is of is no difference.
        let quiet = try await diff("--from", "13", "--to", "14", "profile", "C-1")
        #expect(quiet.output == "Nothing has changed.\nfrom position 13 to position 14\n")
    }

    /// Nobody had heard of the customer at the first position.
    @Test func whatWasNotThereYetIsAdded() async throws {
        let run = try await diff("--from", "1", "--to", "2", "--without-events", "profile", "C-1", "--csv")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.lines.contains("customerID,,C-1,,"), "\(run.output)")
        #expect(run.lines.contains("fields[phone].value,,+49 30 5550100,,"))
        #expect(!run.lines.contains { $0.hasPrefix("position,") })
        let never = try await diff("--from", "1", "profile", "C-9")
        #expect(never.status == 2)
        #expect(never.errors.hasPrefix("rapport: customer C-9: no event is about it"))
    }

    @Test func aTimelineHasNoEventsBesideItsOwn() async throws {
        let run = try await diff("--from", "9", "--to", "12", "timeline", "C-1", "--json")
        let events = try events(run)
        #expect(events["total"] == nil)
        let json = try JSONTree(parsing: Array(run.printed.utf8))
        #expect(json.member("changes")?.text.contains(#"{"from":3,"path":"total","to":4}"#) == true, "\(run.output)")
    }

    @Test(
        arguments: [
            (
                ["--from", "9", "--to", "8", "pipeline"], 6,
                "--from is position 9, --to position 8; expected --to at or"
            ),
            (["--from", "16", "pipeline"], 2, "position 16 is not in the log, which ends at position 15"),
            (["--from", "2000-01-01", "pipeline"], 2, "nothing was recorded by 2000-01-01T23:59:59.999999Z"),
            (["--from", "3", "pipeline", "--as-of", "5"], 64, "diff asks as of --from and --to; leave --as-of"),
            (["--from", "3", "status"], 64, "'status' asks no question; expected one of find, lookup, customer"),
            (["--from", "3"], 64, "which question?; expected one of find"),
            (["--from", "3", "funnel", "--colour"], 64, "Unknown option '--colour'"),
            (["--from", "3", "funnel", "--json", "--csv"], 64, "--json and --csv exclude each other."),
            (["pipeline"], 64, "Missing expected argument '--from <position|time>'"),
        ] as [([String], Int32, String)])
    func whatCannotBeComparedIsTold(words: [String], status: Int32, message: String) async throws {
        let directory = try await TinyCompany.directory()
        let run = try await Command(["diff"] + words + ["--data", directory.path]).run()
        #expect(run.status == status)
        #expect(run.errors.hasPrefix("rapport: " + message), "\(run.errors)")
        #expect(run.output == "")
    }

    /// All words behind the options are captured, a request for help as well.
    @Test(arguments: [["diff"], ["diff", "--from", "3"], ["explain"], ["explain", "won"]])
    func helpIsGivenWhereverItIsAskedFor(words: [String]) async throws {
        for flag in ["--help", "-h"] {
            let run = try await Command(words + [flag]).run()
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.contains("USAGE: rapport \(words[0]) "), "\(run.output)")
        }
    }
}
