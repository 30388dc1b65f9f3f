import Foundation
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5)))
struct RestoreTests {
    private let place: TemporaryDirectory
    private let backup: String
    private let restored: String

    init() throws {
        place = try TemporaryDirectory()
        backup = place.path + "/backup"
        restored = place.path + "/restored"
    }

    /// A data directory of which there is a backup.
    private func backedUp() async throws -> TemporaryDirectory {
        let data = try await TinyCompany.directory()
        let run = try await rapport("backup", backup, "--data", data.path)
        try #require(run.status == 0, "\(run.errors)")
        return data
    }

    private func logID(of directory: String) async throws -> String {
        let run = try await rapport("status", "--data", directory, "--json")
        let status = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        return try #require(status?["logId"] as? String)
    }

    @Test func everythingIsRestoredUnderTheSameID() async throws {
        let data = try await backedUp()
        let id = try await logID(of: data.path)
        let run = try await rapport("restore", backup, "--into", restored)
        #expect(run.errors == "")
        #expect(run.status == 0)
        #expect(run.output == "15 events restored as log \(id)\nat position 15\n")
        // The keys of persons are not in it: they have a backup of their own.
        let withheld = try await rapport("replay", "--json", "--personal", "--data", restored)
        #expect(withheld.status == 0)
        #expect(withheld.output.contains(#""withheld":"key missing""#) && !withheld.output.contains("王小明"))
        try FileManager.default.copyItem(atPath: data.path + "/keys", toPath: restored + "/keys")
        for question in [["replay", "--json", "--personal"], ["pipeline"], ["verify"]] {
            let before = try await Command(question + ["--data", data.path]).run()
            let after = try await Command(question + ["--data", restored]).run()
            #expect(after.status == 0)
            #expect(after.output == before.output)
        }
        _ = try await rapport("append", "--data", restored, input: #"{"type":"own.a"}"#)
        let next = try await rapport("backup", backup, "--data", restored)
        #expect(next.output.hasPrefix("1 event added, "))
    }

    @Test func anEarlierPositionNeedsFork() async throws {
        _ = try await backedUp()
        let run = try await rapport("restore", backup, "--into", restored, "--to", "10")
        #expect(run.status == 3)
        #expect(run.output == "")
        #expect(run.errors.hasPrefix("rapport: position 10 is before the end of the backup, position 15: "))
        #expect(run.errors.hasSuffix("; --fork makes one\n"))
        #expect(!FileManager.default.fileExists(atPath: restored))
    }

    @Test func aForkNamesTheLogItComesFrom() async throws {
        let data = try await backedUp()
        let old = try await logID(of: data.path)
        let run = try await rapport("restore", backup, "--into", restored, "--to", "10", "--fork")
        #expect(run.errors == "")
        let new = try await logID(of: restored)
        #expect(new != old)
        #expect(
            run.output == "10 events restored as log \(new), which goes its own way from \(old)\nat position 11\n")
        let events = try await rapport("replay", "--data", restored, "--from", "11")
        #expect(events.lines[0].contains("rapport.log.v1.LogForked  log:\(old)  position=10"), "\(events.output)")
        let json = try await rapport("replay", "--data", restored, "--tag", "log:\(old)", "--json")
        #expect(json.lines[0].contains(#""data":{"logId":"\#(old)","position":"10"}"#), "\(json.output)")
        #expect(try await rapport("verify", "--data", restored).lines.last == "at position 11")
        #expect(try await rapport("funnel", "--data", restored).lines.last == "at position 11")
        let appended = try await rapport("append", "--data", restored, input: #"{"type":"own.a"}"#)
        #expect(appended.lines.last == "at position 12")
        let refused = try await rapport("backup", backup, "--data", restored)
        #expect(refused.status == 3)
    }

    /// The event of a fork is copied like any other.
    @Test func aCopyOfAForkHasTheSameEvents() async throws {
        _ = try await backedUp()
        _ = try await rapport("restore", backup, "--into", restored, "--to", "3", "--fork")
        let lines = try await rapport("replay", "--data", restored, "--json").output
        let copy = place.path + "/copy"
        #expect(try await rapport("append", "--data", copy, input: lines).status == 0)
        let copied = try await rapport("replay", "--data", copy, "--json").output
        let (before, after) = (lines.split(separator: "\n"), copied.split(separator: "\n"))
        #expect(before.count == 4)
        #expect(try before.map { try canonical(String($0)) } == after.map { try canonical(String($0)) })
        let forged = #"{"type":"rapport.log.v1.LogForked"}"#
        #expect(try await rapport("append", "--data", copy, input: forged).status == 6)
    }

    @Test func aTimeStandsForWhatWasRecordedByThen() async throws {
        _ = try await backedUp()
        let early = try await rapport("restore", backup, "--into", restored, "--to-time", "2017-12-31", "--fork")
        #expect(early.status == 2)
        #expect(early.errors == "rapport: the backup has no event that was recorded by then\n")
        let run = try await rapport("restore", backup, "--into", restored, "--to-time", "2999-12-31", "--json")
        let report = try #require(
            try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any], "\(run.errors)")
        #expect(Set(report.keys) == ["logId", "position", "restored"])
        #expect(report["restored"] as? Int == 15)
        #expect(report["position"] as? Int == 15)
    }

    @Test func theJSONOfAForkNamesItsOrigin() async throws {
        let data = try await backedUp()
        let old = try await logID(of: data.path)
        let run = try await rapport("restore", backup, "--into", restored, "--to", "1", "--fork", "--json")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        #expect(report["forkedFrom"] as? String == old)
        #expect(report["restored"] as? Int == 1)
        #expect(report["position"] as? Int == 2)
    }

    // MARK: Refusals

    @Test func aLogIsNeverOverwritten() async throws {
        let data = try await backedUp()
        for folder in [data.path, backup] {
            let run = try await rapport("restore", backup, "--into", folder)
            #expect(run.status == 3)
            #expect(run.errors == "rapport: \(folder): holds a log already; expected a folder without one\n")
        }
        #expect(try await rapport("verify", "--data", data.path).status == 0)
    }

    @Test func whatIsNotThereIsNotRestored() async throws {
        let data = try await backedUp()
        let none = try await rapport("restore", data.path, "--into", restored)
        #expect(none.status == 2)
        #expect(
            none.errors == "rapport: \(data.path): no backup here; expected a folder that a backup was made in\n")
        let beyond = try await rapport("restore", backup, "--into", restored, "--to", "16", "--fork")
        #expect(beyond.status == 2)
        #expect(
            beyond.errors == "rapport: position 16 is not in the backup, which ends at position 15\n")
        #expect(!FileManager.default.fileExists(atPath: restored))
    }

    @Test(arguments: [["--to", "0"], ["--to", "3", "--to-time", "2017-01-01"], ["--to-time", "yesterday"]])
    func thePointMakesSense(options: [String]) async throws {
        #expect(try await Command(["restore", backup, "--into", restored] + options).run().status == 64)
    }
}
