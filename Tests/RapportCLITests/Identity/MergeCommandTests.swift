import Testing
import TestSupport

/// `merge`: what it says, what it refuses, and that nothing is half done.
@Suite(.timeLimit(.minutes(10)))
struct MergeCommandTests {
    private let company: MergedCompany

    init() async throws { company = try await MergedCompany() }

    @Test func twoCustomersBecomeOnePerson() async throws {
        let command = ["merge", "C-1", "customer:C-2", "--event-id", MergedCompany.id(99), "--actor", "user:7"]
        let first = try await company.run(command)
        #expect(
            first.output == """
                customer:C-2 is merged into customer:C-1
                customer:C-1: 2 ids: customer:C-1, customer:C-2
                event \(MergedCompany.id(99))
                at position 17\n
                """, "\(first.errors)")
        let again = try await company.run(command)
        #expect(again.status == 0 && again.output == first.output, "\(again.errors)")
        #expect(try await company.head() == 17)
        #expect(try await company.output("replay", "--from", "17", "--json").contains("user:7"))
        let profile = try jsonObject(try await company.run("profile", "C-2", "--json"))
        #expect(profile["customerID"] as? String == "C-1")
    }

    @Test func theAnswerIsForProgramsToo() async throws {
        let id = MergedCompany.id(99)
        let command = ["merge", "C-1", "C-2", "--event-id", id]
        let answer = try jsonObject(try await company.run(command + ["--json"]))
        #expect(answer["position"] as? Int == 17)
        #expect(answer["eventID"] as? String == id)
        #expect(answer["survivor"] as? String == "customer:C-1")
        #expect(answer["absorbed"] as? String == "customer:C-2")
        #expect(answer["members"] as? [String] == ["customer:C-1", "customer:C-2"])
        let csv = try await company.run(command + ["--csv"]).output
        #expect(
            csv == """
                position,eventID,survivor,absorbed,id
                17,\(id),customer:C-1,customer:C-2,customer:C-1
                17,\(id),customer:C-1,customer:C-2,customer:C-2\n
                """)
    }

    @Test func anIdThatIsMergedStandsForItsPerson() async throws {
        try await company.merge("C-1", "C-2", 98)
        let run = try await company.run("merge", "C-2", "C-3")
        #expect(run.output.hasPrefix("customer:C-3 is merged into customer:C-1\n"), "\(run.errors)")
        #expect(run.output.contains("3 ids: customer:C-1, customer:C-2, customer:C-3\n"))
    }

    @Test func aFieldIsTakenFromTheSideThatIsChosen() async throws {
        for (customer, city) in [("C-1", "Ulm"), ("C-2", "Kiel")] {
            try await company.append(
                #""type":"CustomerProfileChanged","tags":["customer:\#(customer)"],"#
                    + #""data":{"changes":[{"field":"city","value":"\#(city)"}]}"#)
        }
        let command = ["merge", "C-1", "C-2", "--field", "city=survivor", "--event-id", MergedCompany.id(99)]
        let run = try await company.run(command)
        #expect(run.status == 0 && run.output.contains("\ntakes city of the survivor\n"), "\(run.output)\(run.errors)")
        let receipt = try jsonObject(try await company.run(command + ["--json"]))
        #expect(receipt["fieldChoice"] as? [String: String] == ["city": "survivor"])
        let csv = try await company.output("profile", "C-1", "--csv")
        #expect(csv.contains("\ncity,Ulm,"), "\(csv)")
    }

    // MARK: Refusals

    @Test(arguments: [
        ["C-1"], ["C-1", "C-2", "C-3"], ["lead:L-1", "C-1"], ["C-1", "lead:L-1"], ["C-1", "C-2", "--field", "city"],
        ["C-1", "C-2", "--field", "city=left"], ["C-1", "C-2", "--field", "=survivor"],
        ["C-1", "C-2", "--field", "city=survivor", "--field", "city=absorbed"], ["C-1", "C-2", "--score", "10001"],
        ["C-1", "C-2", "--reason", "two words"], ["C-1", "C-2", "--reason", ""], ["C-1", "C-2", "--actor", ""],
        ["C-1", "C-2", "--event-id", "7"], ["C-1", "C-2", "--json", "--csv"],
    ])
    func wrongUsage(arguments: [String]) async throws {
        let run = try await company.run(["merge"] + arguments)
        #expect(run.status == 64, "\(run.output)\(run.errors)")
        #expect(try await company.head() == 16)
    }

    @Test func whoIsUnknownIsNotMerged() async throws {
        for pair in [["C-1", "C-9"], ["C-9", "C-1"]] {
            let run = try await company.run(["merge"] + pair)
            #expect(run.status == 2 && run.errors.contains("customer:C-9: no event is about it"), "\(run.errors)")
        }
        #expect(try await company.run("merge", "C-1", "C-1").status == 6)
        #expect(try await company.head() == 16)
    }

    @Test func aFieldThatNeitherHasIsNotChosen() async throws {
        let run = try await company.run("merge", "C-1", "C-2", "--field", "regio=survivor")
        #expect(run.status == 2 && run.errors.contains("has a field \"regio\""), "\(run.errors)")
        #expect(try await company.head() == 16)
        // One of the two is enough.
        #expect(try await company.run("merge", "C-1", "C-2", "--field", "region=absorbed").status == 0)
    }

    @Test func whoIsMergedAlreadyIsNotMergedAgain() async throws {
        try await company.merge("C-1", "C-2", 99)
        for pair in [["C-1", "C-2"], ["C-2", "C-1"]] {
            let run = try await company.run(["merge"] + pair)
            #expect(run.status == 3 && run.errors.contains("since position 17"), "\(run.errors)")
        }
        #expect(try await company.head() == 17)
    }

    @Test func whoIsErasedIsNotMerged() async throws {
        let erased = try await company.run("subject", "erase", "C-2", "--yes")
        try #require(erased.status == 0, "\(erased.errors)")
        let head = try await company.head()
        let run = try await company.run("merge", "C-1", "C-2")
        #expect(run.status == 3 && run.errors.contains("customer:C-2: is erased"), "\(run.errors)")
        #expect(try await company.head() == head)
    }

    @Test func whoWasReviewedAsDifferentIsMergedOnlyWhenItIsMeant() async throws {
        try await company.append(
            #""type":"DuplicateReviewed","tags":["customer:C-1","customer:C-2"],"data":{"first":"customer:C-1","#
                + #""second":"customer:C-2","decision":"DUPLICATE_DECISION_DIFFERENT"}"#)
        let run = try await company.run("merge", "C-1", "C-2")
        #expect(run.status == 3 && run.errors.contains("position 17"), "\(run.errors)")
        #expect(try await company.run("merge", "C-1", "C-2", "--even-if-different").status == 0)
    }

    @Test func anIdOfAnotherEventIsTaken() async throws {
        let run = try await company.run("merge", "C-1", "C-2", "--event-id", MergedCompany.id(2))
        #expect(run.status == 3, "\(run.errors)")
        #expect(try await company.head() == 16)
    }

    @Test func withoutALogNobodyIsMerged() async throws {
        let empty = try TemporaryDirectory()
        let run = try await rapport("merge", "C-1", "C-2", "--data", empty.path)
        #expect(run.status == 2, "\(run.errors)")
    }
}
