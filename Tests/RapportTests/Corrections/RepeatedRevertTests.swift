import EventLog
import Projection
import Rapport
import SwiftProtobuf
import Testing

/// An import that was taken back in part is taken back as a whole later.
@Suite(.timeLimit(.minutes(5)))
struct RepeatedRevertTests {
    private static let mapping = """
        source: shop
        files:
          - file: "*.csv"
            events:
              - name: order
                type: OrderPlaced
                key: [id]
                occurredAt: "{day}"
                about: ["customer:{customer}", "order:{id}"]
                data: {orderId: "{id}", customerId: "{customer}", channel: web}
        """

    private static let consents = """
        source: shop
        files:
          - file: "*.csv"
            events:
              - name: consent
                type: ConsentGranted
                key: [id]
                occurredAt: "{day}"
                about: ["customer:{customer}"]
                data: {subjectId: "customer:{customer}", purpose: marketing}
        """

    /// Makes events at 2 to 4.
    private static let rows = "id,customer,day\nR-1,C-1,2024-03-01\nR-2,C-2,2024-03-02\nR-3,C-3,2024-03-03\n"

    private let files = ImportFolder()
    private let folder: CRMFolder

    init() throws { folder = try CRMFolder() }

    private var crm: Rapport { folder.crm }

    @discardableResult
    private func run(_ mapping: String = Self.mapping) async throws -> ImportReport {
        let path = try files.write("orders.csv", Self.rows)
        return try await Importer(try ImportMapping(yaml: mapping)).run(files: [path], into: crm.log)
    }

    private func delivered(_ order: String, of customer: String) throws {
        let message = OrderDelivered.with { $0.orderID = order }
        try folder.append([try NewEvent(message, about: [.order(order), .customer(customer)])])
    }

    private func orders() async throws -> [String] {
        try await crm.orders(atLeast: folder.head).rows.map(\.orderID).sorted()
    }

    private func refusal(of id: String, force: Bool = false) async -> ImportRevertRefusal? {
        do {
            _ = try await crm.revertImport(id, force: force)
            return nil
        } catch {
            return error as? ImportRevertRefusal
        }
    }

    @Test("what the first revert has kept goes by force, and so does what was restored since")
    func keptBefore() async throws {
        let id = try #require(try await run().importID)
        try delivered("R-2", of: "C-2")
        #expect(try await crm.revertImport(id).kept == 1)
        try await crm.restore(Position(2))
        #expect(try await orders() == ["R-1", "R-2"])
        let first = try #require(try crm.imports().first?.revert?.position)
        #expect(await refusal(of: id) == .partlyReverted(importID: id, position: first, left: 2))
        let plan = try await crm.revertImport(id, force: true, dryRun: true)
        #expect(plan.reverted == 2 && plan.kept == 0 && plan.position == nil)
        let second = try await crm.revertImport(id, force: true)
        #expect(second.reverted == 2 && second.keptEvents == [])
        #expect(try await orders() == [])
        #expect(try crm.corrections(of: Position(3)).map(\.kind) == [.reverted])
        #expect(try crm.corrections(of: Position(2)).map(\.kind) == [.reverted, .restored, .reverted])
        let last = try #require(try crm.imports().first?.revert)
        #expect(last.position == second.position && last.kept == 0)
        #expect(await refusal(of: id, force: true) == .alreadyReverted(importID: id, position: last.position))
    }

    @Test("files that are imported once more give each event once, whichever revert took it")
    func importedAgain() async throws {
        let id = try #require(try await run().importID)
        try delivered("R-2", of: "C-2")
        try await crm.revertImport(id)
        #expect(try await run().appended == 2)
        try await crm.revertImport(id, force: true)
        #expect(try await orders() == ["R-1", "R-3"])
        let again = try await run()
        #expect(again.appended == 1 && again.alreadyThere == 2)
        #expect(try await orders() == ["R-1", "R-2", "R-3"])
        #expect(try await run().appended == 0)
    }

    @Test("an event that was restored by hand is there already when its file is imported once more")
    func restoredByHand() async throws {
        let id = try #require(try await run().importID)
        try await crm.revertImport(id)
        try await crm.restore(Position(3))
        let again = try await run()
        #expect(again.appended == 2 && again.alreadyThere == 1)
        #expect(try await orders() == ["R-1", "R-2", "R-3"])
    }

    @Test("an event of a reverted import is not amended before it is restored")
    func amended() async throws {
        let id = try #require(try await run().importID)
        let revert = try await crm.revertImport(id)
        await #expect(throws: CorrectionRefusal.annulled(Position(2), by: revert.position)) {
            try await crm.amend(Position(2), occurredAt: .at("2024-04-01T00:00:00Z"))
        }
        #expect(try await orders() == [])
    }

    @Test("events that cannot be corrected are counted, and no revert names them")
    func uncorrectable() async throws {
        let id = try #require(try await run(Self.consents).importID)
        #expect(await refusal(of: id) == .uncorrectable(importID: id, count: 3))
        let both = Self.mapping + "\n" + Self.consents.split(separator: "\n").dropFirst(4).joined(separator: "\n")
        let mixed = try #require(try await run(both.replacing("name: consent", with: "name: again")).importID)
        let report = try await crm.revertImport(mixed)
        #expect(report.reverted == 3 && report.kept == 0 && report.uncorrectable == 3 && report.keptEvents == [])
        let position = try #require(report.position)
        let stored = try #require(try crm.log.event(at: position))
        #expect(try ImportReverted(serializedBytes: stored.event.data).kept == [])
        #expect(try await orders() == [])
        // They stay in force.
        let consents = try crm.log.events(try Query(types: [ConsentGranted.eventType]))
        let view = try crm.history.view(in: crm.log)
        #expect(consents.count == 6 && consents.allSatisfy { view.corrected($0) != nil })
    }
}
