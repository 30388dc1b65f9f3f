import Testing
import TestSupport

/// `resolve`: which person an id or a value stands for, now and then.
@Suite(.timeLimit(.minutes(10)))
struct ResolveCommandTests {
    private let company: MergedCompany

    init() async throws { company = try await MergedCompany() }

    @Test func whoWasNeverMergedIsOneId() async throws {
        for id in ["C-1", "customer:C-1"] {
            let text = try await company.output("resolve", id)
            #expect(text == "customer:C-1\n1 id, which was never merged\nat position 16\n")
        }
        let answer = try jsonObject(try await company.run("resolve", "C-1", "--json"))
        let person = try #require((answer["persons"] as? [[String: Any]])?.first)
        #expect(person["id"] as? String == "customer:C-1")
        #expect(person["members"] as? [String] == ["customer:C-1"])
        #expect(person["from"] == nil && person["history"] == nil)
    }

    @Test func anIdStandsForThePersonItIsMergedInto() async throws {
        try await company.merge("C-1", "C-2", 99)
        let lines = try await company.run("resolve", "C-2").lines
        #expect(lines.count == 8, "\(lines)")
        #expect(
            lines.prefix(4) == [
                "customer:C-1", "stands for customer:C-2", "2 ids: customer:C-1, customer:C-2", "since position 17",
            ])
        #expect(lines[4].hasPrefix("Merge  Recorded"))
        #expect(lines[6].hasPrefix("   17  ") && lines[6].hasSuffix("  same_phone"), "\(lines[6])")
        #expect(lines[6].contains("  customer:C-1  customer:C-2  user:7"), "\(lines[6])")
        #expect(lines[7] == "at position 17")
        let csv = try await company.output("resolve", "C-2", "--csv")
        #expect(
            csv == """
                person,id,isAsked,from
                customer:C-1,customer:C-1,false,17
                customer:C-1,customer:C-2,true,17\n
                """)
    }

    @Test func beforeTheMergeTheyWereTwo() async throws {
        try await company.merge("C-1", "C-2", 99)
        let text = try await company.output("resolve", "C-2", "--as-of", "16")
        #expect(text.hasPrefix("customer:C-2\n1 id, which was never merged\nas of position 16, "), "\(text)")
        // What came later changes nothing of the answer as of a position.
        let merged = try await company.run("resolve", "C-2", "--as-of", "17", "--history").printed
        try #require(try await company.run("unmerge", "17").status == 0)
        #expect(try await company.run("resolve", "C-2", "--as-of", "17", "--history").printed == merged)
    }

    @Test func theHistoryHasASpanForEachPerson() async throws {
        try await company.merge("C-1", "C-2", 99)
        try await company.merge("C-3", "C-1", 98)
        try #require(try await company.run("unmerge", "18").status == 0)
        let answer = try jsonObject(try await company.run("resolve", "C-2", "--history", "--json"))
        let person = try #require((answer["persons"] as? [[String: Any]])?.first)
        let spans = try #require(person["history"] as? [[String: Any]])
        #expect(
            spans.map { $0["person"] as? String } == ["customer:C-2", "customer:C-1", "customer:C-3", "customer:C-1"])
        #expect(spans.map { $0["from"] as? Int } == [nil, 17, 18, 19])
        #expect(spans.map { $0["to"] as? Int } == [17, 18, 19, nil])
        #expect(spans.map { $0["members"] as? Int } == [1, 2, 3, 2])
        #expect(try await company.output("resolve", "C-2", "--history").contains("start  17  customer:C-2"))
    }

    @Test func theHistoryIsCSVToo() async throws {
        try await company.merge("C-1", "C-2", 99)
        let csv = try await company.output("resolve", "C-2", "--history", "--csv")
        #expect(
            csv == """
                id,from,to,person,members
                customer:C-2,,17,customer:C-2,1
                customer:C-2,17,,customer:C-1,2\n
                """)
    }

    @Test func aLeadIsTheCustomerThatItBecame() async throws {
        try await company.append(#""type":"LeadCaptured","tags":["lead:L-7"],"data":{"leadId":"L-7"}"#)
        #expect(try await company.output("resolve", "lead:L-7").hasPrefix("lead:L-7\n1 id"))
        try await company.append(
            #""type":"LeadConverted","tags":["lead:L-7","customer:C-2"],"data":{"leadId":"L-7","customerId":"C-2"}"#)
        try await company.merge("C-1", "C-2", 99)
        let text = try await company.output("resolve", "lead:L-7")
        #expect(text.hasPrefix("customer:C-1\nstands for lead:L-7\n2 ids: customer:C-1, customer:C-2\n"), "\(text)")
    }

    @Test func aValueIsLookedUp() async throws {
        try await company.merge("C-2", "C-1", 99)
        let options = ["--phone", "030 5550100", "--country", "DE"]
        let run = try await company.run(["resolve"] + options)
        #expect(run.output.hasPrefix("customer:C-2\nstands for customer:C-1\n2 ids: "), "\(run.output)\(run.errors)")
        let accesses = try await company.output("subject", "accesses", "C-1")
        #expect(accesses.contains("lookup"), "\(accesses)")
        let nobody = try await company.run("resolve", "--email", "anna@example.com")
        #expect(nobody.status == 2 && nobody.output == "", "\(nobody.errors)")
        #expect(nobody.errors.hasPrefix("rapport: nobody is recognised by this value"))
    }

    @Test func whoIsUnknownIsNotFound() async throws {
        for (options, status) in [(["C-9"], 2), (["lead:L-9"], 2), (["C-1", "--as-of", "99"], 2)] {
            let run = try await company.run(["resolve"] + options)
            #expect(run.status == Int32(status), "\(options): \(run.errors)")
        }
        let early = try await company.run("resolve", "C-3", "--as-of", "15")
        #expect(early.status == 2 && early.errors.contains("customer:C-3: no event is about it"), "\(early.errors)")
    }

    @Test(arguments: [
        [], [""], ["C-1", "C-2"], ["C-1", "--country", "DE"], ["--email", "--phone", "1"], ["--email", " "],
        ["--phone", "1", "--country", "DEU"], ["--email", "a@example.com", "--country", "DE"],
        ["C-1", "--as-of", "soon"],
    ])
    func wrongUsage(arguments: [String]) async throws {
        let run = try await company.run(["resolve"] + arguments)
        #expect(run.status == 64, "\(run.output)\(run.errors)")
    }
}
