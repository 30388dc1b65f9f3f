import EventLog
@testable import Rapport
import Testing

/// Lists of cases, page by page.
@Suite struct CaseListTests {
    private static let start = Timestamp.at("2024-03-01T10:00:00Z")

    /// Cases of all statuses; each two were opened at the same microsecond, and some have Chinese ids.
    private static func stories() -> [CaseStory] {
        let rest: [[CaseStory.Happening]] = [
            [], [.assigned(to: "ada", queue: "first")], [.waiting], [.resolved], [.closed(outcome: "solved")],
        ]
        return (0..<20).map { number in
            let id = number % 3 == 0 ? "案件-\(number)" : "K-\(number)"
            let openedAt = start.plus(days: Int64(number / 2))
            let region = number % 4 == 0 ? "南" : "north"
            var story = CaseStory(
                id, from: openedAt, .opened(channel: "", category: "repair", severity: "", region: region))
            for happening in rest[number % rest.count] {
                story.happenings.append(.init(at: openedAt.plus(days: 30), happening: happening))
            }
            return story
        }
    }

    private static func folder() throws -> CRMFolder { try CRMFolder(try stories().flatMap { try $0.events() }) }

    /// All rows, read in pages of `limit`.
    private static func read(
        _ folder: CRMFolder, limit: Int, status: CaseStatus? = nil, openOnly: Bool = false,
        matching filter: (dimension: String, value: String)? = nil
    ) async throws -> [CaseEntry] {
        var rows: [CaseEntry] = []
        var cursor: ListCursor?
        repeat {
            let page = try await folder.crm.cases(
                status: status, openOnly: openOnly, matching: filter, limit: limit, after: cursor,
                atLeast: folder.head)
            #expect(page.rows.count <= limit)
            #expect(page.next == nil || page.rows.count == limit)
            rows += page.rows
            // As a caller hands it back: by its text.
            cursor = try page.next.map { try #require(ListCursor($0.description)) }
        } while cursor != nil
        return rows
    }

    @Test("pages of any length make up the whole list, in order of opening", arguments: [1, 2, 3, 7, 20, 21])
    func pages(limit: Int) async throws {
        let folder = try Self.folder()
        let expected = PlainCases(stories: Self.stories()).entries()
        let all = try await Self.read(folder, limit: limit)
        #expect(all == expected)
        for status in CaseStatus.allCases {
            let found = try await Self.read(folder, limit: limit, status: status)
            #expect(found == expected.filter { $0.status == status })
            #expect(found.count == 4)
        }
        let open = try await Self.read(folder, limit: limit, openOnly: true)
        #expect(open == expected.filter { $0.status.isOpen })
        let southern = try await Self.read(folder, limit: limit, matching: (dimension: "region", value: "南"))
        #expect(southern == expected.filter { $0.attributes.contains { $0.value == "南" } })
        #expect(southern.count == 5)
        let ofAda = try await Self.read(
            folder, limit: limit, openOnly: true, matching: (dimension: "owner", value: "ada"))
        #expect(ofAda == expected.filter { $0.owner == "ada" })
    }

    @Test("statuses, dimensions and values that no case has give an empty page")
    func nothing() async throws {
        let folder = try Self.folder()
        let closedAndOpen = try await folder.crm.cases(status: .closed, openOnly: true, atLeast: folder.head)
        #expect(closedAndOpen.rows == [])
        #expect(closedAndOpen.next == nil)
        for (dimension, value) in [("region", "west"), ("nothing", "north")] {
            let page = try await folder.crm.cases(
                matching: (dimension: dimension, value: value), atLeast: folder.head)
            #expect(page.rows == [])
        }
    }

    @Test("a page has at least one row", arguments: [0, -1, Int.min])
    func leastPage(limit: Int) async throws {
        let folder = try Self.folder()
        let page = try await folder.crm.cases(limit: limit, atLeast: folder.head)
        #expect(page.rows == Array(PlainCases(stories: Self.stories()).entries().prefix(1)))
        #expect(page.next != nil)
    }

    @Test("an empty value takes the cases that have none")
    func withoutValue() async throws {
        let folder = try Self.folder()
        let expected = PlainCases(stories: Self.stories()).entries().filter { $0.owner == nil }
        let found = try await Self.read(folder, limit: 5, matching: (dimension: "owner", value: ""))
        #expect(found == expected)
        #expect(found.count == 16)
    }

    @Test("a page goes on behind the last row shown, whatever has come and gone")
    func changesBetweenPages() async throws {
        let folder = try Self.folder()
        let expected = PlainCases(stories: Self.stories()).entries().map(\.id)
        let first = try await folder.crm.cases(limit: 5, atLeast: folder.head)
        // The last row shown changes its status; a case that was opened earlier is recorded.
        let closing = CaseStory(expected[4], from: .at("2024-06-01T10:00:00Z"), .closed(outcome: ""))
        let earlier = CaseStory("K-99", from: .at("2024-01-01T10:00:00Z"), .waiting)
        try folder.append(try closing.events() + earlier.events())
        let second = try await folder.crm.cases(limit: 100, after: first.next, atLeast: folder.head)
        #expect(second.rows.map(\.id) == Array(expected[5...]))
    }

    @Test("a cursor of another list, or of the same one asked for otherwise, is refused")
    func foreignCursors() async throws {
        let folder = try Self.folder()
        let crm = folder.crm
        let allPage = try await crm.cases(limit: 2, atLeast: folder.head)
        let all = try #require(allPage.next)
        let waitingPage = try await crm.cases(status: .waiting, limit: 2)
        let waiting = try #require(waitingPage.next)
        let northernPage = try await crm.cases(matching: (dimension: "region", value: "north"), limit: 2)
        let northern = try #require(northernPage.next)
        let foreign = ListCursor.madeUp(of: [9, 9, 9])
        let long = ListCursor.madeUp(of: all.bytes + [UInt8](repeating: 65, count: 600))
        for cursor in [waiting, northern, foreign, long] {
            await #expect(throws: ForeignCursor(cursor: cursor)) { _ = try await crm.cases(after: cursor) }
        }
        await #expect(throws: ForeignCursor(cursor: all)) { _ = try await crm.cases(status: .waiting, after: all) }
        await #expect(throws: ForeignCursor(cursor: all)) { _ = try await crm.cases(openOnly: true, after: all) }
        await #expect(throws: ForeignCursor(cursor: northern)) {
            _ = try await crm.cases(matching: (dimension: "region", value: "南"), after: northern)
        }
    }
}
