import Foundation
import Testing
import TestSupport

@testable import RapportCLI

/// `funnels`: which funnels of events are saved.
@Suite(.timeLimit(.minutes(10)))
struct FunnelsCommandTests {
    private let visits: TinyVisits
    private let file: String

    init() async throws {
        visits = try await TinyVisits()
        file = try visits.file()
    }

    // MARK: Saving

    @Test func aFunnelIsSavedOnce() async throws {
        #expect(
            try await visits.output("funnels", "--save", file) == "funnel signup saved: version 1, position 11\n")
        #expect(
            try await visits.output("funnels", "--save", file)
                == "this funnel is saved as signup already: version 1, position 11\n")
        let other = try visits.file(TinyVisits.definition("window: 3 d\n"))
        let saved = try jsonObject(try await visits.run("funnels", "--save", other, "--json"))
        #expect(saved["name"] as? String == "signup" && saved["version"] as? Int == 2)
        #expect(saved["isNew"] as? Bool == true && saved["position"] as? Int == 12)
        #expect(saved["readModel"] as? String == "funnel-signup-v2")
    }

    @Test func savingIsARowOfCSV() async throws {
        let csv = try await visits.output("funnels", "--save", file, "--csv")
        #expect(csv.hasPrefix("name,version,isNew,savedAt,position,readModel\nsignup,1,true,20"), "\(csv)")
        #expect(csv.hasSuffix("Z,11,funnel-signup-v1\n"), "\(csv)")
    }

    @Test func whoSavesAFunnelStandsInTheLog() async throws {
        _ = try await visits.output("funnels", "--save", file, "--actor", "user:7")
        let line = try await visits.output("replay", "--from", "11", "--json")
        #expect(line.contains(#""actor":"user:7""#) && line.contains("FunnelDefined"), "\(line)")
    }

    @Test func aDefinitionIsReadFromStandardInput() async throws {
        let save = ["funnels", "--save", "-", "--data", visits.data.path]
        let run = try await Command(save, input: TinyVisits.definition()).run()
        #expect(run.output == "funnel signup saved: version 1, position 11\n", "\(run.errors)")
    }

    // MARK: Listing

    @Test func savedFunnelsAreListed() async throws {
        #expect(try await visits.output("funnels") == "No funnels.\nat position 10\n")
        try await visits.save(TinyVisits.definition(title: "注册漏斗"))
        _ = try await visits.output("behaviour", "--saved", "signup")
        let rows = try await visits.rows("funnels")
        #expect(rows.first == "Funnel Title Version Saved Event Rows")
        let row = try #require(rows.first { $0.hasPrefix("signup ") }, "\(rows)")
        #expect(row.hasPrefix("signup 注册漏斗 1 20") && row.hasSuffix("Z 11 up to date"), "\(row)")
        #expect(rows.last == "at position 11")
        let csv = try await visits.output("funnels", "--csv")
        let head = "name,title,version,savedAt,position,readModel,state\n"
        #expect(csv.hasPrefix(head + "signup,注册漏斗,1,20"), "\(csv)")
        #expect(csv.hasSuffix("Z,11,funnel-signup-v1,upToDate\n"), "\(csv)")
        let list = try jsonObject(try await visits.run("funnels", "--json"))
        let funnels = try #require(list["funnels"] as? [[String: Any]])
        #expect(funnels.map { $0["version"] as? Int } == [1] && list["position"] as? Int == 11)
    }

    // MARK: Showing

    @Test func whatIsShownIsAFunnelThatIsTaken() async throws {
        try await visits.save()
        let json = try await visits.output("funnels", "--show", "signup")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(object["funnel"] as? String == "signup" && (object["steps"] as? [Any])?.count == 3)
        let shown = try visits.file(json, "shown.json")
        #expect(
            try await visits.output("funnels", "--save", shown)
                == "this funnel is saved as signup already: version 1, position 11\n")
    }

    // MARK: Retiring

    @Test func aRetiredFunnelIsGone() async throws {
        try await visits.save()
        #expect(
            try await visits.output("funnels", "--retire", "signup", "--reason", "replaced")
                == "funnel signup retired: position 12\n")
        #expect(try await visits.output("funnels") == "No funnels.\nat position 12\n")
        #expect(try await visits.run("behaviour", "--saved", "signup").status == 2)
        #expect(
            try await visits.output("funnels", "--save", file) == "funnel signup saved: version 2, position 13\n")
        let json = try jsonObject(try await visits.run("funnels", "--retire", "signup", "--json"))
        #expect(json["name"] as? String == "signup" && json["position"] as? Int == 14)
    }

    @Test(arguments: ["--show", "--retire"])
    func aNameThatIsNotSavedIsTold(option: String) async throws {
        try await visits.save()
        let run = try await visits.run("funnels", option, "checkout")
        #expect(run.status == 2 && run.output == "", "\(run.output)")
        #expect(run.errors == "rapport: no funnel is saved as \"checkout\"; expected signup\n")
    }

    // MARK: Checking

    @Test func aDefinitionIsCheckedWithoutADataDirectory() async throws {
        let run = try await rapport("funnels", "--check", file)
        #expect(run.status == 0, "\(run.errors)")
        let rows = run.lines.map { $0.split(separator: " ").joined(separator: " ") }
        #expect(rows.first == "ok: funnel signup (Sign-up)")
        #expect(rows.contains("by customer, ordered, unique"), "\(rows)")
        #expect(rows.contains("signed TouchpointRecorded"), "\(rows)")
        let csv = try await rapport("funnels", "--check", file, "--csv")
        #expect(csv.lines.prefix(2) == ["step,isOptional,events", "viewed,false,TouchpointRecorded"])
        let json = try jsonObject(try await rapport("funnels", "--check", file, "--json"))
        #expect(json["name"] as? String == "signup" && (json["steps"] as? [Any])?.count == 3)
    }

    private static let mistakes: [(text: String, place: String, code: String)] = [
        ("", "signup.yaml", "unreadableDocument"),
        ("funnel: signup\n", "signup.yaml:1:", "missingKey"),
        (TinyVisits.definition("window: 0\n"), "signup.yaml:", "windowOutOfRange"),
        (TinyVisits.definition(steps: ["a", "a", "b"]), "signup.yaml:", "duplicateStepName"),
        (TinyVisits.definition("optional: yes\n"), "signup.yaml:", "unknownKey"),
    ]

    @Test(arguments: mistakes.indices)
    func aMistakeIsToldWithItsPlace(number: Int) async throws {
        let mistake = Self.mistakes[number]
        let path = try visits.file(mistake.text)
        for option in ["--check", "--save"] {
            let run = try await visits.run("funnels", option, path)
            #expect(run.status == 6 && run.output == "", "\(run.output)")
            #expect(run.errors.contains(mistake.place) && run.errors.contains("(\(mistake.code))"), "\(run.errors)")
        }
        #expect(try await visits.output("funnels").hasSuffix("at position \(TinyVisits.head)\n"))
    }

    @Test(arguments: ["--check", "--save"])
    func aFileThatIsMissingIsNotFound(option: String) async throws {
        let run = try await visits.run("funnels", option, "nowhere.yaml")
        #expect(run.status == 2)
        #expect(run.errors == "rapport: nowhere.yaml: cannot be opened for reading\n")
    }

    @Test(arguments: [
        ["--save", "a.yaml", "--check", "a.yaml"], ["--show", "a", "--retire", "a"], ["--reason", "replaced"],
        ["--retire", "a", "--reason", "no code"], ["--show", "a", "--csv"], ["--json", "--csv"], ["--actor", ""],
    ])
    func nonsenseIsRefused(words: [String]) async throws {
        let run = try await Command(["funnels"] + words + ["--data", "nowhere"]).run()
        #expect(run.status == 64, "\(run.errors)")
        #expect(run.output == "")
    }

    @Test func whereThereIsNoDirectoryItMustBeNamed() async throws {
        #expect(try await rapport("funnels").status == 64)
        #expect(try await rapport("funnels", "--save", file).status == 64)
    }
}
