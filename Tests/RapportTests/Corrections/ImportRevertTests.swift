import EventLog
import Projection
import Rapport
import SwiftProtobuf
import Testing

/// An import is on record, and is taken back as a whole but for what others have worked on.
@Suite(.timeLimit(.minutes(5)))
struct ImportRevertTests {
    private static let mapping = """
        source: shop
        files:
          - file: "*.csv"
            events:
              - name: customer
                type: CustomerRegistered
                key: [customer]
                first: true
                occurredAt: "{day}"
                about: ["customer:{customer}"]
                data: {customerId: "{customer}", channel: shop}
              - name: order
                type: OrderPlaced
                key: [id]
                occurredAt: "{day}"
                about: ["customer:{customer}", "order:{id}"]
                data: {orderId: "{id}", customerId: "{customer}", channel: web}
        """

    /// Makes events at 2 to 6: C-1, R-1, C-2, R-2, R-3.
    private static let rows = "id,customer,day\nR-1,C-1,2024-03-01\nR-2,C-2,2024-03-02\nR-3,C-2,2024-03-03\n"

    private let files = ImportFolder()
    private let folder: CRMFolder

    init() throws { folder = try CRMFolder() }

    private var crm: Rapport { folder.crm }

    @discardableResult
    private func run(_ rows: String = Self.rows, _ options: ImportOptions = .init()) async throws -> ImportReport {
        let path = try files.write("orders.csv", rows)
        return try await Importer(try ImportMapping(yaml: Self.mapping), options: options).run(
            files: [path], into: crm.log)
    }

    private func delivered(_ order: String, of customer: String) throws {
        let message = OrderDelivered.with { $0.orderID = order }
        try folder.append([try NewEvent(message, about: [.order(order), .customer(customer)])])
    }

    private func orders() async throws -> [String] {
        try await crm.orders(atLeast: folder.head).rows.map(\.orderID).sorted()
    }

    private func orders(asOf position: Position) async throws -> [String] {
        try await crm.state(asOf: position).orders().rows.map(\.orderID).sorted()
    }

    private func refusal(of id: String, force: Bool = false, dryRun: Bool = false) async -> ImportRevertRefusal? {
        do {
            _ = try await crm.revertImport(id, force: force, dryRun: dryRun)
            return nil
        } catch {
            return error as? ImportRevertRefusal
        }
    }

    // MARK: On record

    @Test("an import stands between its beginning and its end, and its events belong together")
    func onRecord() async throws {
        let report = try await run()
        let id = try #require(report.importID)
        #expect(id.wholeMatch(of: /imp-[0-9a-f]{16}/) != nil)
        let events = try crm.log.events().map(\.event)
        #expect(events.first?.type == ImportStarted.eventType && events.last?.type == ImportCompleted.eventType)
        #expect(events.count == 7 && report.appended == 5)
        #expect(events.allSatisfy { $0.provenance.correlationID == "import:\(id)" && $0.provenance.source == "shop" })
        let known = try #require(try crm.imports().first)
        #expect(known.importID == id && known.source == "shop" && known.position == Position(1) && known.revert == nil)
        #expect(known.files.map(\.name) == ["orders.csv"] && known.files.map(\.bytes) == [UInt64(Self.rows.utf8.count)])
        #expect(known.outcome?.rows == 3 && known.outcome?.appended == 5 && known.outcome?.position == Position(7))
        // Once more is nothing more, also with the file elsewhere.
        let again = try await run()
        #expect(again.importID == id && again.appended == 0 && folder.head == Position(7))
        // Other rows are another import; what is known of them stays with the first one.
        let next = try await run(Self.rows + "R-4,C-1,2024-03-04\n")
        #expect(next.importID != id && next.appended == 1 && folder.head == Position(10))
        #expect(try crm.imports().map { $0.outcome?.appended } == [5, 1])
    }

    @Test("rows that are all there already leave no trace of their import")
    func nothingNew() async throws {
        try await run()
        let head = folder.head
        let part = try await run("id,customer,day\nR-2,C-2,2024-03-02\n")
        #expect(part.importID == nil && part.alreadyThere == 2 && folder.head == head)
        var options = ImportOptions()
        options.isDryRun = true
        let dry = try await run("id,customer,day\nR-9,C-9,2024-03-02\n", options)
        #expect(dry.importID == nil && dry.events.map(\.count) == [1, 1] && folder.head == head)
    }

    @Test("an import that was interrupted has no end until it is run again")
    func interrupted() async throws {
        let path = try files.write("orders.csv", Self.rows)
        var options = ImportOptions()
        options.batchSize = 2
        let importer = Importer(try ImportMapping(yaml: Self.mapping), options: options)
        let calls = Counter()
        let log = crm.log
        await #expect(throws: CancellationError.self) {
            try await importer.run(
                files: [path], into: log,
                append: { events in
                    calls.count()
                    if calls.value > 2 { throw CancellationError() }
                    return ImportBatchResult(appended: try await log.append(events, known: .skip).appended)
                })
        }
        #expect(folder.head == Position(3))
        let begun = try #require(try crm.imports().first)
        #expect(begun.outcome == nil)
        let plan = try await crm.revertImport(begun.importID, dryRun: true)
        #expect(plan.isInterrupted && plan.reverted == 2 && plan.position == nil && folder.head == Position(3))
        let report = try await importer.run(files: [path], into: log)
        #expect(report.importID == begun.importID && report.appended == 3 && report.alreadyThere == 2)
        #expect(try crm.imports().map { $0.outcome?.appended } == [3])
        #expect(try crm.log.event(at: folder.head)?.event.type == ImportCompleted.eventType)
    }

    // MARK: Taken back

    @Test("an import that nobody has touched is gone from every answer, and its past stays")
    func takenBack() async throws {
        let id = try #require(try await run().importID)
        #expect(try await orders() == ["R-1", "R-2", "R-3"])
        let report = try await crm.revertImport(id, reason: "wrong_file", provenance: Provenance(actor: "user:7"))
        #expect(report.reverted == 5 && report.kept == 0 && report.keptEvents == [] && report.position == Position(8))
        #expect(try await orders() == [])
        #expect(try await crm.profile(of: "C-1", atLeast: folder.head) == nil)
        #expect(try await orders(asOf: Position(7)) == ["R-1", "R-2", "R-3"])
        #expect(try crm.corrections(of: Position(3)).map(\.kind) == [.reverted])
        #expect(try crm.corrections(of: Position(3)).map(\.actor) == ["user:7"])
        #expect(await refusal(of: id) == .alreadyReverted(importID: id, position: Position(8)))
        #expect(await refusal(of: id, force: true) == .alreadyReverted(importID: id, position: Position(8)))
        #expect(try crm.imports().first?.revert?.kept == 0)
        // One event of it was right after all.
        try await crm.restore(Position(3))
        #expect(try await orders() == ["R-1"])
    }

    @Test("what somebody has worked on since stays, with all that the import says of it")
    func editedSinceStays() async throws {
        let id = try #require(try await run().importID)
        try delivered("R-2", of: "C-2")
        let plan = try await crm.revertImport(id, dryRun: true)
        #expect(plan.reverted == 3 && plan.kept == 2 && plan.keptEntities == 2 && folder.head == Position(8))
        let report = try await crm.revertImport(id)
        #expect(report.keptEvents == plan.keptEvents && report.position == Position(9))
        #expect(
            report.keptEvents.map { "\($0.position) \($0.entity?.text ?? "") \($0.reason)" } == [
                "4 customer:C-2 edited since by the event at position 8",
                "5 order:R-2 edited since by the event at position 8",
            ])
        #expect(report.keptEvents.map(\.type) == [CustomerRegistered.eventType.name, OrderPlaced.eventType.name])
        #expect(try await orders() == ["R-2"])
        #expect(try await crm.profile(of: "C-1", atLeast: folder.head) == nil)
        #expect(try await crm.profile(of: "C-2", atLeast: folder.head) != nil)
        let stored = try #require(try crm.log.event(at: Position(9)))
        #expect(
            try ImportReverted(serializedBytes: stored.event.data).kept.map(\.eventID)
                == report.keptEvents.map(\.eventID.description))
    }

    @Test("by force it goes, too, and what others said of it stays")
    func force() async throws {
        let id = try #require(try await run().importID)
        try delivered("R-1", of: "C-1")
        try delivered("R-2", of: "C-2")
        try delivered("R-3", of: "C-2")
        #expect(await refusal(of: id) == .nothingToRevert(importID: id, kept: 5))
        #expect(await refusal(of: id, dryRun: true) == .nothingToRevert(importID: id, kept: 5))
        let report = try await crm.revertImport(id, force: true)
        #expect(report.reverted == 5 && report.kept == 0 && report.keptEntities == 0)
        #expect(try crm.timeline(.init(of: .order("R-1"))).entries.contains { $0.recorded.position == Position(8) })
    }

    @Test("files that are imported again after a revert give their events again, once")
    func importedAgain() async throws {
        let id = try #require(try await run().importID)
        try delivered("R-2", of: "C-2")
        try await crm.revertImport(id)
        let again = try await run()
        let second = try #require(again.importID)
        // What was kept is there.
        #expect(second != id && again.appended == 3 && again.alreadyThere == 2)
        #expect(try await orders() == ["R-1", "R-2", "R-3"])
        let head = folder.head
        #expect(try await run().appended == 0 && folder.head == head)
        #expect(try await crm.revertImport(second).reverted == 3)
        #expect(try await orders() == ["R-2"])
    }

    @Test("read models that are built anew are what the revert has made of them")
    func rebuiltIsTheSame() async throws {
        let id = try #require(try await run().importID)
        try delivered("R-2", of: "C-2")
        try await crm.projections.wait(for: folder.head, of: crm.projections.names)
        try await crm.revertImport(id)
        let names = crm.projections.readModels.filter(\.hasDigest).map(\.name)
        try await crm.projections.wait(for: folder.head, of: crm.projections.names)
        let live = try names.map { try crm.projections.digest(of: $0).digest }
        try crm.projections.rebuild()
        #expect(try names.map { try crm.projections.digest(of: $0).digest } == live)
    }

    @Test(
        "an import that is not there is refused",
        arguments: ["imp-0000000000000000", "", "imp\n1", String(repeating: "x", count: 999)])
    func unknown(id: String) async throws {
        try await run()
        #expect(await refusal(of: id) == .unknown(importID: id))
        #expect(folder.head == Position(7))
    }
}
