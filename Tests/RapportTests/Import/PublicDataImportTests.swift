import EventLog
import Foundation
import Rapport
import SwiftProtobuf
import Testing

/// The mappings in `schemas/imports` on the data they are written for.
@Suite struct PublicDataImportTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let datasets = ProcessInfo.processInfo.environment["RAPPORT_DATASETS"]

    func mapping(_ name: String) throws -> ImportMapping {
        try ImportMapping(path: Self.root.appending(path: "schemas/imports/\(name).yaml").path)
    }

    private static let pipeline = """
        opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\r
        1C1I7A6R,Moses Frase,GTXPro,Cancity,Won,2016-10-20,2017-03-01,1054\r
        Z063OYW0,Darcel Schlecht,MG Special,Isdom,Lost,2016-10-25,2016-10-25,0\r
        EC4QE1BX,Darcel Schlecht,MG Special,,Engaging,2016-11-02,,\r
        MV1LWRNH,Moses Frase,GTX Basic,Codehow,Prospecting,,,\r

        """

    @Test func pipelineRowsBecomeDeals() async throws {
        let folder = ImportFolder()
        let path = try folder.write("sales_pipeline.csv", Self.pipeline)
        try folder.write(
            "sales_teams.csv", "sales_agent,manager,regional_office\nMoses Frase,Dustin Brinkmann,Central\n")
        try folder.write("products.csv", "product,series,sales_price\nGTX Pro,GTX,4821\nMG Special,MG,55\n")
        let report = try await folder.run(try mapping("maven"), [path])
        #expect(report.badRowCount == 0 && report.appended == 7)
        #expect(
            folder.events.map(\.head) == [
                "2016-10-20T00:00:00Z pipeline:sales",
                "2016-10-20T00:00:00Z opportunity:1C1I7A6R customer:Cancity",
                "2017-03-01T00:00:00Z opportunity:1C1I7A6R customer:Cancity",
                "2016-10-25T00:00:00Z opportunity:Z063OYW0 customer:Isdom",
                "2016-10-25T00:00:00Z opportunity:Z063OYW0 customer:Isdom",
                "2016-11-02T00:00:00Z opportunity:EC4QE1BX",
                "2018-01-01T00:00:00Z opportunity:MV1LWRNH customer:Codehow",
            ])
        #expect(
            folder.events.prefix(3).map(\.id.description) == [
                "9a57e410-c80e-8796-ad29-7543b360f8fe", "b011196c-c063-8045-9070-8fd12f76f3fd",
                "2530d7e9-05b8-882c-a8a1-debdc9267f00",
            ])
        let opened = try OpportunityOpened(serializedBytes: folder.events[1].data)
        #expect(opened.stage == "Engaging" && opened.owner == "Moses Frase")
        #expect(
            opened.attributes.map { "\($0.name)=\($0.value)" } == [
                "product=GTXPro", "series=GTX", "manager=Dustin Brinkmann", "region=Central",
            ])
        #expect(try OpportunityWon(serializedBytes: folder.events[2].data).amount.minorUnits == 105_400)
        #expect(folder.events[4].type == OpportunityLost.eventType)
        let prospect = try OpportunityOpened(serializedBytes: folder.events[6].data)
        #expect(prospect.stage == "Prospecting")
        #expect(prospect.attributes.last.map { "\($0.name)=\($0.value)" } == "date_unknown=true")
    }

    @Test func surveysOfEveryYearBecomeTheSameEvent() async throws {
        let folder = ImportFolder()
        let paths = [
            try folder.write("2010_x.csv", "RESPNUM,TERM,STRATA,AIRLINE,Q6N\n1,2,1,25,4\n2,2,1,25,0\n3,2,1,25,6\n"),
            try folder.write(
                "2016_x.csv", "*RESPNUM,INTDATE,BAREA,STRATA,AIRLINE,Q7ALL\n1,05/11/2016 12:00:00 AM,C,3,DELTA,5\n"),
            try folder.write(
                "2018_x.csv", "RESPNUM,BAREA,STRATA,AIRLINE,Q7ALL,NETPRO  \n1,G,3,A,BLANK,9\n2,G,3,A,7,11\n"),
        ]
        let report = try await folder.run(try mapping("sfo"), paths)
        #expect(
            report.badRows.map(\.description) == ["2018_x.csv:3: Q7ALL: '7' is neither within 1..5 nor a no-answer"])
        #expect(
            folder.events.map(\.head) == [
                "2010-05-15T07:00:00Z survey:sfo-overall", "2010-05-15T07:00:00Z survey:sfo-overall",
                "2010-05-15T07:00:00Z survey:sfo-overall", "2016-05-11T07:00:00Z survey:sfo-overall",
                "2018-05-15T07:00:00Z survey:sfo-overall",
            ])
        #expect(folder.events.first?.id.description == "ef0f7ad1-7b31-8e2a-8696-b1984ce9f7f3")
        let surveys = try folder.events.map { try SurveyAnswered(serializedBytes: $0.data) }
        #expect(surveys.map(\.responseID) == ["2010-1", "2010-2", "2010-3", "2016-1", "2018-1"])
        let results = surveys.flatMap(\.answers).map(\.result)
        #expect(
            results == [
                .score(4), .noAnswer(.notAnswered), .noAnswer(.notApplicable), .score(5), .noAnswer(.notAnswered),
                .score(9),
            ])
        #expect(
            surveys.last?.dimensions.map { "\($0.name)=\($0.value)" } == [
                "year=2018", "boarding_area=G", "airline=A", "stratum=3",
            ])
    }

    // MARK: The data themselves, which are imported once for all tests that read them

    @Test(.enabled(if: datasets != nil)) func allOfMavenIsImported() async throws {
        let maven = try await GoldenImport.shared(.maven)
        let report = maven.report
        #expect(report.rows == 8_885 && report.badRowCount == 0 && report.changedRowCount == 0)
        #expect(report.warnings == [])
        let counts = Dictionary(uniqueKeysWithValues: report.events.map { ($0.name, $0.count) })
        #expect(counts == ["registered": 85, "pipeline": 1, "opened": 8_800, "won": 4_238, "lost": 2_473])
        var won: Int64 = 0
        for event in try maven.events() where event.type == OpportunityWon.eventType {
            won += try OpportunityWon(serializedBytes: event.data).amount.minorUnits
        }
        #expect(won == 1_000_553_400)
        #expect(maven.again.alreadyThere == 15_597)
    }

    @Test(.enabled(if: datasets != nil)) func allOfTheSurveysIsImported() async throws {
        let files = try GoldenDataSets.files(of: "sfo_survey", ending: ".csv")
        #expect(files.count == 9)
        let surveys = try await GoldenImport.shared(.sfo)
        let report = surveys.report
        #expect(report.appended == 28_665 && report.badRowCount == 0 && report.warnings == [])
        var scores: [SurveyMetric: [Int32]] = [:]
        for event in try surveys.events() {
            for answer in try SurveyAnswered(serializedBytes: event.data).answers {
                if case .score(let score) = answer.result { scores[answer.metric, default: []].append(score) }
            }
        }
        #expect(scores[.csat]?.count == 27_188 && scores[.nps]?.count == 5_396)
        #expect(scores[.nps]?.count { $0 >= 9 } == 2_704 && scores[.nps]?.count { $0 <= 6 } == 789)
    }
}
