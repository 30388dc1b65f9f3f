import Testing
import TestSupport

/// `explain-link`: the way from one id to another, and what was on it.
@Suite(.timeLimit(.minutes(10)))
struct ExplainLinkTests {
    private let company: MergedCompany

    init() async throws { company = try await MergedCompany() }

    private func positions(_ answer: [String: Any], _ member: String) -> [Int?] {
        (answer[member] as? [[String: Any]] ?? []).map { $0["position"] as? Int }
    }

    @Test func theWayGoesFromMergeToMerge() async throws {
        try await company.merge("C-1", "C-2", 99)
        try await company.merge("C-1", "C-3", 98)
        let answer = try jsonObject(try await company.run("explain-link", "C-2", "C-3", "--json"))
        #expect(answer["isOnePerson"] as? Bool == true)
        #expect(answer["person"] as? String == "customer:C-1")
        #expect(positions(answer, "path") == [17, 18])
        let back = try jsonObject(try await company.run("explain-link", "C-3", "C-2", "--json"))
        #expect(positions(back, "path") == [18, 17])
        let text = try await company.output("explain-link", "C-2", "C-3")
        #expect(text.hasPrefix("customer:C-2 and customer:C-3 are one person: customer:C-1\n\nMerge  "), "\(text)")
        #expect(text.hasSuffix("at position 18\n") && text.contains("user:7"), "\(text)")
        #expect(try await company.output("explain-link", "C-2", "C-3", "--csv").split(separator: "\n").count == 3)
    }

    @Test func aRuleIsNamedWithItsEvidence() async throws {
        try await company.append(
            #""type":"CustomersMerged","tags":["customer:C-1","customer:C-2"],"data":{"survivorId":"C-1","#
                + #""absorbedId":"C-2","rule":"email","rulesVersion":3,"evidence":["\#(MergedCompany.id(2))","#
                + #""\#(MergedCompany.id(999))"],"fieldChoice":[{"field":"city","side":"MERGE_SIDE_ABSORBED"}]}"#)
        let text = try await company.output("explain-link", "C-1", "C-2")
        #expect(text.contains("  rule email, version 3  "), "\(text)")
        #expect(
            text.contains("  merge 17 rests on position 2, CustomerRegistered, \(MergedCompany.id(2))\n"), "\(text)")
        #expect(text.contains("  merge 17 rests on \(MergedCompany.id(999)), which is not in the log\n"), "\(text)")
        #expect(text.contains("  merge 17 takes city of the absorbed\n"), "\(text)")
    }

    @Test func whatWasUndoneIsNamed() async throws {
        try await company.merge("C-1", "C-2", 99)
        try await company.merge("C-1", "C-3", 98)
        try #require(try await company.run("unmerge", "17").status == 0)
        let run = try await company.run("explain-link", "C-2", "C-3")
        #expect(run.status == 1)
        #expect(
            run.output.hasPrefix(
                "customer:C-2 and customer:C-3 are not one person\nThey would be one but for what was undone:\n"),
            "\(run.output)")
        #expect(run.errors == "rapport: customer:C-2 and customer:C-3 are not one person at position 19\n")
        let json = try await company.run("explain-link", "C-2", "C-3", "--json")
        let answer = try jsonObject(json)
        #expect(json.status == 1 && answer["isOnePerson"] as? Bool == false)
        #expect(positions(answer, "undone") == [17])
        #expect((answer["undone"] as? [[String: Any]])?.first?["unmergedAt"] as? Int == 19)
        #expect(try await company.run("explain-link", "C-2", "C-3", "--as-of", "18").status == 0)
    }

    @Test func ofMergesOfTheSameTwoTheLastOneIsNamed() async throws {
        for number in [99, 98] {
            try await company.merge("C-1", "C-2", number)
            try #require(try await company.run("unmerge", "C-1", "C-2").status == 0)
        }
        let answer = try jsonObject(try await company.run("explain-link", "C-1", "C-2", "--json"))
        #expect(positions(answer, "undone") == [19])
        #expect((answer["undone"] as? [[String: Any]])?.first?["unmergedAt"] as? Int == 20)
    }

    /// What the log holds all the same: two merges of the same two, of which the first is undone last.
    @Test func ofMergesAtTheSameTimeTheOneIsNamedThatHeldLonger() async throws {
        for number in [99, 98] {
            try await company.append(
                #""id":"\#(MergedCompany.id(number))","type":"CustomersMerged","tags":["customer:C-1","#
                    + #""customer:C-2"],"data":{"survivorId":"C-1","absorbedId":"C-2"}"#)
        }
        try #require(try await company.run("unmerge", "18").status == 0)
        try #require(try await company.run("unmerge", "17").status == 0)
        let answer = try jsonObject(try await company.run("explain-link", "C-1", "C-2", "--json"))
        #expect(positions(answer, "undone") == [17])
        let again = try await company.run("unmerge", "C-1", "C-2")
        #expect(again.status == 3 && again.errors.contains("position 17 is undone already, at position 20"))
    }

    @Test func aLeadIsTheCustomerThatItBecame() async throws {
        try await company.append(#""type":"LeadCaptured","tags":["lead:L-7"],"data":{"leadId":"L-7"}"#)
        try await company.append(
            #""type":"LeadConverted","tags":["lead:L-7","customer:C-2"],"data":{"leadId":"L-7","customerId":"C-2"}"#)
        try await company.merge("C-1", "C-2", 99)
        let answer = try jsonObject(try await company.run("explain-link", "lead:L-7", "C-1", "--json"))
        #expect(answer["isOnePerson"] as? Bool == true && answer["person"] as? String == "customer:C-1")
        #expect(positions(answer, "path") == [18, 19])
        let links = try #require(answer["path"] as? [[String: Any]])
        #expect(links.map { $0["isConversion"] as? Bool } == [true, nil])
        #expect(links.first?["absorbed"] as? String == "lead:L-7")
        let back = try jsonObject(try await company.run("explain-link", "C-1", "lead:L-7", "--json"))
        #expect(positions(back, "path") == [19, 18])
        let text = try await company.output("explain-link", "lead:L-7", "C-2")
        #expect(text.hasPrefix("lead:L-7 and customer:C-2 are one person: customer:C-1\n"), "\(text)")
        #expect(text.contains("  conversion"), "\(text)")
        let before = try await company.run("explain-link", "lead:L-7", "C-2", "--as-of", "17")
        #expect(before.status == 1, "\(before.output)")
    }

    @Test func whoWasNeverMergedIsNotOnePerson() async throws {
        let run = try await company.run("explain-link", "C-1", "C-2")
        #expect(run.status == 1)
        #expect(run.output.contains("No merge has ever made them one.\n"), "\(run.output)")
        let same = try await company.output("explain-link", "C-1", "C-1")
        #expect(same == "customer:C-1 is one id of customer:C-1\nat position 16\n")
    }

    @Test func whoIsUnknownIsNotFound() async throws {
        for pair in [["C-1", "C-9"], ["C-9", "C-1"]] {
            let run = try await company.run(["explain-link"] + pair)
            #expect(run.status == 2 && run.errors.contains("customer:C-9: no event is about it"), "\(run.errors)")
        }
    }

    @Test(arguments: [[], ["C-1"], ["C-1", "C-2", "C-3"], ["C-1", "C-2", "--as-of", "then"]])
    func wrongUsage(arguments: [String]) async throws {
        let run = try await company.run(["explain-link"] + arguments)
        #expect(run.status == 64, "\(run.output)\(run.errors)")
    }
}
