import Foundation
import Testing
import TestSupport

/// What `--csv` gives: one table for each question, in raw values.
@Suite(.timeLimit(.minutes(5)))
struct CSVTests {
    @Test(
        arguments: [
            (
                ["pipeline", "--at", "2017-02-12"],
                """
                pipeline,stage,currency,open,openValue
                sales,lead,EUR,1,50000
                sales,lead,USD,1,30000
                sales,contract,EUR,1,120000

                """
            ),
            (
                ["pipeline", "--by", "owner"],
                """
                value,currency,opened,open,openValue,won,wonValue,lost,lostValue,winRateBp,wonDaysCenti,lostDaysCenti
                U-1,EUR,1,0,0,1,100000,0,0,10000,4100,
                U-1,USD,1,1,30000,0,0,0,0,10000,4100,
                U-2,EUR,1,0,0,0,0,1,50000,0,,4000

                """
            ),
            (
                ["pipeline", "--cycle-times"],
                """
                outcome,deals,meanDaysCenti,medianDaysCenti,p75DaysCenti,p90DaysCenti
                won,1,4100,4100,4100,4100
                lost,1,4000,4000,4000,4000

                """
            ),
            (
                ["funnel"],
                """
                stage,deals,ofOpenedBp,ofPreviousBp
                lead,3,10000,10000
                offer,2,6667,6667
                contract,1,3333,5000

                """
            ),
            (["satisfaction"], "metric,survey,question,dimension\nnps,relationship,recommend,region\n"),
            (["funnel", "--from", "2018-01-01"], "stage,deals,ofOpenedBp,ofPreviousBp\n"),
            (["append"], "appended,known,position\n0,0,15\n"),
        ] as [([String], String)])
    func aQuestionIsOneTable(question: [String], table: String) async throws {
        let directory = try await TinyCompany.directory()
        let run = try await Command(question + ["--csv", "--data", directory.path]).run()
        #expect(run.errors == "")
        #expect(run.output == table)
    }

    @Test func aProfileIsItsFields() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("profile", "C-1", "--csv", "--data", directory.path)
        let id = "00000000-0000-7000-8000-0000000000"
        #expect(
            withoutRecordedTime(run.output) == """
                name,value,isPersonal,occurredAt,recordedAt,position,eventID
                channel,shop,false,2017-01-05T09:00:00Z,<recorded>,2,\(id)02
                kind,person,false,2017-01-05T09:00:00Z,<recorded>,2,\(id)02
                last nps score,10,false,2017-01-25T09:00:00Z,<recorded>,13,\(id)13
                name,王小明,true,2017-01-05T09:00:00Z,<recorded>,2,\(id)02
                phone,+49 30 5550100,true,2017-01-05T09:00:00Z,<recorded>,2,\(id)02
                region,north,false,2017-01-05T09:00:00Z,<recorded>,2,\(id)02

                """)
    }

    @Test func aTrendIsItsPeriods() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("satisfaction", "--metric", "nps", "--csv", "--data", directory.path)
        try #require(run.lines.count == 3, "\(run.errors)")
        #expect(
            run.lines[0] == """
                period,group,answers,noAnswer,notApplicable,mean,meanLower,meanUpper,nps,npsLower,npsUpper,topTwoBp,\
                topTwoLowerBp,topTwoUpperBp,smallSample,repeats,invited,answered,rateBp,average,averageLower,\
                averageUpper,signal
                """)
        #expect(run.lines[1].hasPrefix("2017-01,,1,0,0,10.0,,,100.0,-48.498"), "\(run.lines[1])")
        #expect(run.lines[2].hasPrefix("2017-02,,2,0,0,6.0,0.120"), "\(run.lines[2])")
        #expect(run.lines[2].contains(",,,,true,,,,,37.33"), "\(run.lines[2])")
        #expect(run.lines[2].hasSuffix(","), "\(run.lines[2])")
    }

    @Test func eventsAreRows() async throws {
        let directory = try await TinyCompany.directory()
        let replay = ["replay", "--csv", "--data", directory.path]
        let run = try await Command(replay + ["--from", "9", "--to", "9"]).run()
        #expect(
            withoutRecordedTime(run.output) == """
                position,recordedAt,id,type,schemaRevision,occurredAt,tags,subjects,data,dataBase64,actor,source,\
                correlationId,causationId,timeZone,purpose
                9,<recorded>,00000000-0000-7000-8000-000000000009,rapport.crm.v1.OpportunityWon,1,\
                2017-02-20T09:00:00Z,"[""opportunity:O-1"",""customer:C-1""]",,\
                "{""opportunityId"":""O-1"",""amount"":{""minorUnits"":""100000"",""currency"":""EUR""}}",,,,,,,

                """)
        #expect(try await Command(replay).run().lines.count == 16)
        let personal = ["--from", "2", "--to", "2"]
        #expect(!(try await Command(replay + personal).run().output.contains("王小明")))
        #expect(try await Command(replay + personal + ["--personal"]).run().output.contains("王小明"))
    }

    @Test func whatLooksAfterADirectoryAnswersInRowsToo() async throws {
        let directory = try await TinyCompany.directory()
        let data = ["--csv", "--data", directory.path]
        let status = try await Command(["status"] + data).run()
        #expect(status.lines[0] == "name,version,position,lag,state,failure,digest")
        #expect(status.lines.count > 3)
        #expect(status.lines.dropFirst().allSatisfy { $0.hasSuffix(",,15,notBuilt,,") }, "\(status.output)")
        let verified = try await Command(["verify"] + data).run()
        #expect(
            verified.lines[0] == "logId,position,damage,bytes,partsInClear,root,treeSize,checkpoints,treeLeftOut,"
                + "file,page,complaint")
        #expect(verified.lines[1].contains(",15,,") && verified.lines[1].hasSuffix("=,15,0,,,,"), "\(verified.output)")
        let rebuilt = try await Command(["rebuild", "profile"] + data).run()
        #expect(rebuilt.lines[0] == "name,position,digestBefore,digestAfter")
        #expect(rebuilt.lines[1].hasPrefix("profile,15,"), "\(rebuilt.output)")
        let backup = directory.path + "/backup"
        let backedUp = try await Command(["backup", backup] + data).run()
        #expect(backedUp.lines[0] == "logId,position,added,bytes,takenAt,verified")
        #expect(backedUp.lines[1].contains(",15,15,") && backedUp.lines[1].hasSuffix("Z,false"), "\(backedUp.output)")
        let restored = try await rapport("restore", backup, "--csv", "--into", directory.path + "/restored")
        #expect(restored.lines[0] == "logId,restored,position,forkedFrom")
        #expect(restored.lines[1].hasSuffix(",15,15,"), "\(restored.output)")
    }

    @Test func damageIsARowAndAFailure() async throws {
        let directory = try await TinyCompany.directory()
        try flipBits(of: "Müller GmbH", in: directory.path + "/log/data.mdb")
        let run = try await rapport("verify", "--csv", "--data", directory.path)
        #expect(run.status == 4)
        #expect(run.lines.count == 2 && run.lines[1].contains(",3,checksum,"), "\(run.output)")
    }

    @Test func eachLookIsARowUnderOneHeader() async throws {
        let directory = try await TinyCompany.directory()
        let command = try Command(["status", "--watch", "0.1", "--csv", "--data", directory.path])
        let run = try await command.run { command in
            try await poll { command.outputSoFar.count(where: \.isNewline) >= 3 }
            command.send(SIGINT)
        }
        #expect(run.status == 0)
        let columns = run.lines[0].split(separator: ",", omittingEmptySubsequences: false)
        #expect(columns.prefix(3) == ["time", "head", "eventsPerSecond"])
        #expect(columns.contains("profileLag"))
        for (number, line) in run.lines.dropFirst().enumerated() {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            #expect(cells.count == columns.count)
            #expect(cells[1] == "15" && cells[2] == (number == 0 ? "" : "0.0"))
        }
    }

    @Test(arguments: [
        ["funnel"], ["append"], ["replay"], ["status"], ["verify"], ["rebuild"], ["backup", "somewhere"],
        ["import", "mapping.yaml", "file.csv"],
    ])
    func jsonAndCSVExcludeEachOther(command: [String]) async throws {
        let run = try await Command(command + ["--json", "--csv", "--data", "nowhere"]).run()
        #expect(run.status == 64)
        #expect(run.errors.hasPrefix("rapport: --json and --csv exclude each other."), "\(run.errors)")
    }

    private func withoutRecordedTime(_ text: String) -> String {
        text.replacing(/20[2-9][0-9]-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/, with: "<recorded>")
    }
}
