import EventLog
import Projection
import Rapport
import Testing

private func deal(_ id: String, _ changes: DealStory.Change..., stage: String = "new") throws -> [NewEvent] {
    let start = Timestamp.at("2024-03-01T10:00:00Z")
    var story = DealStory(id: id)
    story.changes = [DealStory.Dated(at: start, change: .opened(stage: stage, amount: nil, owner: "ada"))]
    for (number, change) in changes.enumerated() {
        story.changes.append(DealStory.Dated(at: start.plus(days: Int64(number + 1)), change: change))
    }
    return try story.events()
}

private func euros(_ amount: Int64) -> DealStory.Amount {
    DealStory.Amount(minorUnits: amount, currency: "EUR")
}

/// Asks everything that adds amounts up, now and as at each of the first days of March; errors are answers too.
private func askAll(_ folder: CRMFolder) async {
    let (crm, head) = (folder.crm, folder.head)
    for day in [nil, "2024-03-02", "2024-03-03", "2024-03-04"] {
        let date = day.map { CivilDate.on($0) }
        _ = try? await crm.pipeline(at: date, atLeast: head)
        _ = try? await crm.funnel(FunnelQuestion(at: date), atLeast: head)
        _ = try? await crm.deals(by: "owner", at: date, atLeast: head)
    }
    _ = try? await crm.profile(of: "C-1", atLeast: head)
    withExtendedLifetime(folder) {}
}

/// Amounts come from outside. Those whose sum does not fit into 64 bits are an error of a question or of a read model,
/// never the end of the process.
@Suite struct ExtremeAmountTests {
    @Test("the smallest number as an amount of a deal that goes on")
    func smallest() async {
        await #expect(processExitsWith: .success) {
            let changes = try deal("D-1", .revised(euros(.min)), .moved(to: "talk"), .won(nil), .reopened(to: "new"))
            let folder = try CRMFolder(changes)
            await askAll(folder)
        }
    }

    @Test("two deals that are worth too much together, each in a stage of its own, for some days only")
    func tooMuchAtAPastDay() async {
        await #expect(processExitsWith: .success) {
            let first = try deal("D-1", .revised(euros(.max)), .revised(euros(1)))
            let second = try deal("D-2", .revised(euros(.max)), .revised(euros(1)), stage: "talk")
            let folder = try CRMFolder(first + second)
            await askAll(folder)
        }
    }

    @Test("two deals that are worth too much together: other read models answer all the same")
    func tooMuchNow() async throws {
        let first = try deal("D-1", .revised(euros(.max)))
        let second = try deal("D-2", .revised(euros(.max)))
        let answer = try SurveyStory(at: .at("2024-05-01T12:00:00Z")).event()
        let folder = try CRMFolder(first + second + [answer])
        let trend = try await folder.crm.satisfaction(SatisfactionQuestion(metric: "nps"), atLeast: folder.head)
        #expect(trend.points.map(\.counts.sum) == [9])
        let crm = folder.crm
        let head = folder.head
        await #expect(throws: ProjectionUnavailable.self) { try await crm.pipeline(atLeast: head) }
        withExtendedLifetime(folder) {}
    }
}
