import Testing
import TestSupport

/// `sla` and `service-levels` over two cases of a Monday: K-1 was answered after an hour, K-2 not until noon.
@Suite(.timeLimit(.minutes(5)))
struct SLACommandTests {
    private let data: TemporaryDirectory

    private static let lines = [
        #"{"occurredAt":"2024-03-04T09:00:00Z","type":"CaseOpened","tags":["case:K-1"],"data":{"caseId":"K-1"}}"#,
        #"{"occurredAt":"2024-03-04T10:00:00Z","type":"CaseResponded","tags":["case:K-1"],"data":{"caseId":"K-1"}}"#,
        #"{"occurredAt":"2024-03-04T09:00:00Z","type":"CaseOpened","tags":["case:K-2"],"data":{"caseId":"K-2"}}"#,
    ]

    private static let gold = """
        service_level: gold
        calendar: desk
        targets: [{metric: first_response, within: 2 h, clock: business}]

        """

    /// A data directory with the cases, and files with definitions beside it.
    init() async throws {
        data = try TemporaryDirectory()
        let run = try await rapport("append", "--data", data.path, input: Self.lines.joined(separator: "\n") + "\n")
        try #require(run.status == 0, "\(run.errors)")
    }

    private static func calendar(_ name: String, _ hours: String) -> String {
        "calendar: \(name)\nzone: UTC\nhours: {monday: \(hours)}\n"
    }

    private func run(_ arguments: String...) async throws -> CommandRun {
        try await Command(arguments + ["--data", data.path]).run()
    }

    /// Saves the calendar and the service level.
    private func save() async throws {
        let desk = try data.write(Self.calendar("desk", "09:00-17:00"), to: "desk.yaml")
        let gold = try data.write(Self.gold, to: "gold.yaml")
        for (file, words) in [(desk, "calendar desk"), (gold, "service level gold")] {
            let run = try await run("service-levels", "--save", file)
            try #require(run.output.hasPrefix("\(words) saved: version 1, position "), "\(run.output)\(run.errors)")
        }
    }

    @Test func aDefinitionIsSavedOnceAndListed() async throws {
        try await save()
        let again = try await run("service-levels", "--save", "\(data.path)/desk.yaml")
        #expect(again.output == "this calendar is saved as desk already: version 1, position 4\n", "\(again.errors)")
        let list = try await run("service-levels", "--csv")
        #expect(list.lines.first == "kind,name,version,calendar,zone,targets,savedAt,position")
        #expect(list.lines.dropFirst().first?.hasPrefix("calendar,desk,1,,UTC,,20") == true, "\(list.output)")
        #expect(list.lines.last?.hasPrefix("serviceLevel,gold,1,desk,,1,20") == true, "\(list.output)")
        let shown = try await run("service-levels", "--show", "gold")
        #expect(shown.output.contains(#""service_level""#), "\(shown.errors)")
        let retired = try await run("service-levels", "--retire", "gold")
        #expect(retired.output == "service level gold retired: position 6\n", "\(retired.errors)")
    }

    @Test func promisesAreCountedAndListed() async throws {
        try await save()
        let at = ["--at", "2024-03-04T12:00:00Z", "--csv"]
        let summary = try await run("sla", at[0], at[1], at[2])
        let row = ",1,first_response,7200000,business,2,1,1,1,0,0,5000,"
        #expect(summary.lines.last?.hasPrefix(row) == true, "\(summary.output)\(summary.errors)")
        let queue = try await run("sla", "--queue", at[0], at[1], at[2])
        let clock =
            "K-2,open,,,,,2024-03-04T09:00:00Z,first_response,1,10800000,-3600000,2024-03-04T11:00:00Z,,true"
        #expect(queue.lines.dropFirst() == [Substring(clock)], "\(queue.output)\(queue.errors)")
        let text = try await run("sla", "--breaches", at[0], at[1])
        #expect(text.output.contains("1 clock, broken: 1"), "\(text.output)\(text.errors)")
    }

    @Test func anotherCalendarIsCompared() async throws {
        try await save()
        let late = try data.write(Self.calendar("late", "11:00-17:00"), to: "late.yaml")
        let compared = try await run("sla", "--calendar", late, "--at", "2024-03-04T12:00:00Z", "--csv")
        let row: Substring = "1,2,1,1,1,0,0,1,0,0,2,0,1,14400000,3600000"
        #expect(compared.lines.last == row, "\(compared.output)\(compared.errors)")
    }

    @Test func badInputIsToldWithItsPlace() async throws {
        try await save()
        let unknown = try await run("sla", "--level", "silver")
        #expect(unknown.status == 2)
        #expect(unknown.errors.contains(#"no service level is saved as "silver"; expected gold"#))
        let calendar = try await run("sla", "--calendar", "night")
        #expect(calendar.status == 2)
        #expect(calendar.errors.contains(#"no calendar is saved as "night"; expected desk"#))
        let closed = try data.write("calendar: desk\nzone: UTC\n", to: "closed.yaml")
        let never = try await rapport("service-levels", "--check", closed)
        #expect(never.status == 6)
        #expect(never.errors.contains("(neverOpen)"))
        let overlap = try data.write(Self.calendar("desk", "[09:00-12:00, 11:00-13:00]"), to: "overlap.yaml")
        let refused = try await run("service-levels", "--save", overlap)
        #expect(refused.status == 6)
        #expect(refused.errors.contains("overlap.yaml:3:31: '11:00-13:00' begins before the end"), "\(refused.errors)")
        let both = try await run("sla", "--queue", "--breaches")
        #expect(both.status == 64)
    }

    @Test func whatIsNotSavedIsToldByItsName() async throws {
        try await save()
        let night = try data.write(Self.gold.replacing("calendar: desk", with: "calendar: night"), to: "night.yaml")
        for arguments in [["sla", "--file", night], ["service-levels", "--save", night]] {
            let refused = try await Command(arguments + ["--data", data.path]).run()
            #expect(refused.status == 2)
            #expect(refused.errors.contains(#"no calendar is saved as "night"; expected desk"#), "\(refused.errors)")
        }
        let retired = try await run("service-levels", "--retire", "gold")
        try #require(retired.status == 0, "\(retired.errors)")
        let asked = try await run("sla", "--level", "gold")
        #expect(asked.status == 2)
        #expect(asked.errors.contains(#"no service level is saved as "gold"; none is saved"#), "\(asked.errors)")
        let unnamed = try await run("sla")
        #expect(unnamed.status == 2)
        #expect(unnamed.errors.contains("which service level?; none is saved"), "\(unnamed.errors)")
    }
}
