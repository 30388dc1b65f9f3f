import Foundation
import Testing
import TestSupport

/// One process follows for all; when it is gone, however it went, the next takes over.
@Suite(.timeLimit(.minutes(5)))
struct LeaseTests {
    /// A position that never comes: who waits for it follows meanwhile.
    private static let never = "1000000000"
    /// A funnel whose rows are followed as those of any read model.
    private static let funnel = """
        funnel: sales
        subject: opportunity
        steps:
          - {name: Opened, event: OpportunityOpened}
          - {name: Won, event: OpportunityWon}
        window: 90 d
        """

    @Test func whoeverFollowsEveryQueryReachesTheHead() async throws {
        let directory = try await TinyCompany.directory()
        let holder = try Command(["pipeline", "--data", directory.path, "--at-least", Self.never, "--wait", "600"])
        let killed = try await holder.run { holder in
            try await poll { Self.hasRows(directory) }
            // Whoever follows builds what is defined meanwhile, too.
            let saving = try await rapport("funnels", "--save", "-", "--data", directory.path, input: Self.funnel)
            #expect(saving.output == "funnel sales saved: version 1, position 16\n", "\(saving.errors)")
            for head in 17...20 {
                try await Self.append(head, to: directory)
                for question in [["pipeline"], ["behaviour", "--saved", "sales"]] {
                    let answer = try await Command(question + ["--data", directory.path]).run()
                    #expect(answer.lines.last == "at position \(head)", "\(answer.errors)")
                }
            }
            holder.send(SIGKILL)
        }
        #expect(killed.status == -SIGKILL)
        try await Self.append(21, to: directory)
        #expect(try await rapport("pipeline", "--data", directory.path).lines.last == "at position 21")
        try await expectRowsOfTheLog(in: directory, andOfFunnels: ["sales"])
    }

    @Test func aProcessThatIsWaitingTakesOver() async throws {
        let directory = try await TinyCompany.directory()
        let holder = try Command(["pipeline", "--data", directory.path, "--at-least", Self.never, "--wait", "600"])
        let killed = try await holder.run { holder in
            try await poll { Self.hasRows(directory) }
            let next = try Command(["pipeline", "--data", directory.path, "--at-least", "17", "--wait", "60"])
            let answer = try await next.run { _ in
                try await Self.append(16, to: directory)
                holder.send(SIGKILL)
                try await poll { !holder.isRunning }
                try await Self.append(17, to: directory)
            }
            #expect(answer.status == 0, "\(answer.errors)")
            #expect(answer.lines.last == "at position 17")
        }
        #expect(killed.status == -SIGKILL)
        try await expectRowsOfTheLog(in: directory)
    }

    @Test func whoIsKilledWhileAppendingAndFollowingLeavesWhatOthersGoOnFrom() async throws {
        let directory = try TemporaryDirectory()
        let log = directory.path + "/log/data.mdb"
        var random = SeededGenerator(seed: 3)
        for _ in 0..<2 {
            let size = Int.random(in: 1_200_000...2_400_000, using: &random)
            let delay = Int.random(in: 0...200, using: &random)
            let demo = try Command(["demo", "--events", "12000", "--data", directory.path])
            let killed = try await demo.run { demo in
                try await poll { !demo.isRunning || Self.size(of: log) >= size }
                try await Task.sleep(for: .milliseconds(delay))
                demo.send(SIGKILL)
            }
            #expect([-SIGKILL, 0].contains(killed.status), "\(killed.errors)")
            let head = try await DirectoryStatus.of(directory).head
            #expect(try await rapport("pipeline", "--data", directory.path).lines.last == "at position \(head)")
            try await expectRowsOfTheLog(in: directory)
        }
        let completed = try await rapport("demo", "--events", "12000", "--data", directory.path)
        #expect(completed.status == 0, "\(completed.errors)")
        #expect(completed.lines.last == "at position 12000")
        try await expectRowsOfTheLog(in: directory)
        #expect(try await rapport("verify", "--data", directory.path).status == 0)
    }

    private static func append(_ number: Int, to directory: TemporaryDirectory) async throws {
        let run = try await rapport(
            "append", "--data", directory.path, "--positions", input: NumberedEvents.line(number))
        #expect(run.output == "\(number)\n", "\(run.errors)")
    }

    private static func hasRows(_ directory: TemporaryDirectory) -> Bool {
        ["profile", "pipeline", "satisfaction"].allSatisfy {
            FileManager.default.fileExists(atPath: directory.path + "/views/\($0)/CURRENT")
        }
    }

    private static func size(of path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? NSNumber)?.intValue ?? 0
    }

    /// What was followed event by event is what a rebuild makes of the log.
    private func expectRowsOfTheLog(
        in directory: TemporaryDirectory, andOfFunnels funnels: [String] = []
    ) async throws {
        // Each waits until its read model is at the head.
        let questions = [
            ["pipeline"], ["satisfaction"], ["loyalty"], ["profile", "nobody"], ["leads"], ["orders"], ["promises"],
            ["cases"], ["requests"], ["find", "x"], ["voice"],
        ]
        for question in questions + funnels.map({ ["behaviour", "--saved", $0] }) {
            _ = try await Command(question + ["--data", directory.path]).run()
        }
        let followed = try await DirectoryStatus.of(directory)
        #expect(followed.readModels.allSatisfy { $0.lag == 0 })
        #expect(followed.digests.count == readModelNames.count - 1 + funnels.count, "search has none")
        #expect(try await Rebuilt.digests(in: directory) == followed.digests)
    }
}
