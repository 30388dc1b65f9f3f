import Testing
import TestSupport

/// `unmerge`: that everything is as before, where events go, and what is refused.
@Suite(.timeLimit(.minutes(10)))
struct UnmergeCommandTests {
    private let company: MergedCompany
    /// The digests of the read models before the merge at position 17.
    private let before: [String: String]

    init() async throws {
        company = try await MergedCompany()
        before = try await company.digests()
        try await company.merge("C-1", "C-2", 99)
    }

    /// A talk with C-2, at position 18.
    private func talk() async throws {
        try await company.append(
            #""id":"\#(MergedCompany.id(77))","occurredAt":"2017-04-01T09:00:00Z","type":"InteractionLogged","#
                + #""tags":["customer:C-2"],"data":{"interactionId":"I-2","channel":"phone"}"#)
    }

    private func interactions(of customer: String) async throws -> Int? {
        let profile = try jsonObject(try await company.run("profile", customer, "--json"))
        return profile["interactions"] as? Int
    }

    @Test(arguments: [["17"], [MergedCompany.id(99)], ["C-1", "C-2"], ["customer:C-2", "C-1"]])
    func everythingIsAsBeforeTheMerge(name: [String]) async throws {
        let merged = try await company.digests()
        #expect(merged["profile"] != before["profile"])
        let run = try await company.run(["unmerge"] + name + ["--event-id", MergedCompany.id(100)])
        #expect(
            run.output == """
                the merge at position 17 is undone
                customer:C-1: 1 id: customer:C-1
                customer:C-2: 1 id: customer:C-2
                event \(MergedCompany.id(100))
                at position 18\n
                """, "\(run.errors)")
        #expect(try await company.digests() == before)
    }

    @Test func eventsSinceTheMergeGoWhereTheyCameFrom() async throws {
        try await talk()
        #expect(try await interactions(of: "C-1") == 2)
        #expect(try await company.run("unmerge", "17").status == 0)
        #expect(try await interactions(of: "C-1") == 1)
        #expect(try await interactions(of: "C-2") == 1)
    }

    @Test(arguments: ["18", MergedCompany.id(77)])
    func anExceptionGoesToTheOtherSide(event: String) async throws {
        try await talk()
        #expect(try await company.run("unmerge", "17", "--exception", "\(event)=survivor").status == 0)
        #expect(try await interactions(of: "C-1") == 2)
        #expect(try await interactions(of: "C-2") == 0)
    }

    @Test func theTimelineMarksAnEventThatWasGivenToTheOtherSide() async throws {
        try await talk()
        #expect(try await company.run("unmerge", "17", "--exception", "18=survivor").status == 0)
        let text = try await company.output("timeline", "C-1", "--type", "InteractionLogged")
        #expect(text.contains("given here by event 19"), "\(text)")
        let answer = try jsonObject(
            try await company.run("timeline", "C-1", "--type", "InteractionLogged", "--json"))
        let marks = (answer["events"] as? [[String: Any]] ?? []).map { $0["movedBy"] as? Int }
        #expect(marks == [19, nil])
        let csv = try await company.output("timeline", "C-1", "--type", "InteractionLogged", "--csv")
        #expect(csv.contains(",customer:C-2,,false,19\n"), "\(csv)")
        // Once they are one person again, nobody was given anything.
        try await company.merge("C-1", "C-2", 96)
        #expect(try await !company.output("timeline", "C-1").contains("given here"))
    }

    @Test func aDryRunSaysWhichEventsWouldGoWhere() async throws {
        try await talk()
        let text = try await company.output("unmerge", "17", "--dry-run")
        #expect(
            text == """
                the merge at position 17 would be undone
                survivor: 1 id: customer:C-1
                absorbed: 1 id: customer:C-2

                Event  Happened              Type               About         Goes to   Because
                ─────  ────────────────────  ─────────────────  ────────────  ────────  ─────────
                   18  2017-04-01T09:00:00Z  InteractionLogged  customer:C-2  absorbed  stored id
                at position 18\n
                """)
        let csv = try await company.output("unmerge", "17", "--dry-run", "--exception", "18=survivor", "--csv")
        #expect(
            csv == """
                position,eventID,type,occurredAt,ids,sides,isException
                18,\(MergedCompany.id(77)),rapport.crm.v1.InteractionLogged,2017-04-01T09:00:00Z,\
                customer:C-2,survivor,true\n
                """)
        let answer = try jsonObject(try await company.run("unmerge", "17", "--dry-run", "--json"))
        #expect((answer["events"] as? [Any])?.count == 1)
        #expect(try await company.head() == 18)
    }

    @Test func whomAnotherMergeHoldsStayOnePerson() async throws {
        try await company.merge("C-1", "C-3", 98)
        try await company.append(
            #""id":"\#(MergedCompany.id(97))","type":"CustomersMerged","tags":["customer:C-2","customer:C-3"],"#
                + #""data":{"survivorId":"C-2","absorbedId":"C-3","rule":"email","rulesVersion":1}"#)
        let run = try await company.run("unmerge", "17")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("customer:C-1 and customer:C-2 are one person still, by:\n"), "\(run.output)")
        #expect(run.output.contains("rule email, version 1"), "\(run.output)")
        let csv = try await company.output("resolve", "C-2", "--csv")
        #expect(csv.split(separator: "\n").count == 4, "\(csv)")
    }

    // MARK: Refusals

    @Test func aMergeIsUndoneOnce() async throws {
        #expect(try await company.run("unmerge", "17").status == 0)
        for name in [["17"], [MergedCompany.id(99)], ["C-1", "C-2"]] {
            for flags in [[], ["--dry-run"]] {
                let run = try await company.run(["unmerge"] + name + flags)
                #expect(run.status == 3, "\(run.errors)")
                #expect(run.errors.contains("the merge at position 17 is undone already, at position 18"))
            }
        }
        #expect(try await company.head() == 18)
    }

    @Test(arguments: [["1"], ["99"], [MergedCompany.id(1)], [MergedCompany.id(999)], ["C-1", "C-3"], ["C-1", "C-9"]])
    func whatIsNoMergeIsNotFound(name: [String]) async throws {
        let run = try await company.run(["unmerge"] + name)
        #expect(run.status == 2, "\(run.errors)")
        #expect(try await company.head() == 17)
    }

    @Test func theWayOverSeveralMergesNamesNone() async throws {
        try await company.merge("C-1", "C-3", 98)
        let run = try await company.run("unmerge", "C-2", "C-3")
        #expect(run.status == 6, "\(run.errors)")
        #expect(run.errors.contains("position 17") && run.errors.contains("position 18"), "\(run.errors)")
        #expect(try await company.head() == 18)
    }

    @Test func anExceptionIsAnEventAboutThePerson() async throws {
        // A pipeline; nothing; another customer; the merge itself.
        for (event, status) in [("1", 3), ("999", 2), (MergedCompany.id(999), 2), ("16", 3), ("17", 3)] {
            let run = try await company.run("unmerge", "17", "--exception", "\(event)=absorbed")
            #expect(run.status == Int32(status), "\(event): \(run.errors)")
        }
        let twice = try await company.run(
            "unmerge", "17", "--exception", "2=absorbed", "--exception", "\(MergedCompany.id(2))=survivor")
        #expect(twice.status == 6, "\(twice.errors)")
        #expect(try await company.head() == 17)
    }

    @Test(arguments: [
        [], ["abc"], ["C-1", "C-2", "C-3"], ["C-1", "lead:L-1"], ["17", "--exception", "2"],
        ["17", "--exception", "2=left"], ["17", "--exception", "x=absorbed"], ["17", "--reason", "two words"],
    ])
    func wrongUsage(arguments: [String]) async throws {
        let run = try await company.run(["unmerge"] + arguments)
        #expect(run.status == 64, "\(run.output)\(run.errors)")
        #expect(try await company.head() == 17)
    }
}
