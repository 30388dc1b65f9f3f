import EventLog
import Projection
@testable import Rapport
import Testing

/// What was corrected or taken back counts in funnels as if it had been so from the start. Whatever is asked here is
/// asked of a saved funnel and of its definition.
@Suite(.timeLimit(.minutes(5))) struct FunnelCorrectionTests {
    @Test("touchpoints that are amended, annulled and restored count as they are seen")
    func corrected() async throws {
        // At positions 2 to 5.
        let folder = try CRMFolder()
        let crm = folder.crm
        let pair = try await FunnelPair(Visits.funnel("A", "B"), in: crm)
        try folder.append(try Visits.events("C-1 A0 B10; C-2 A0 B20"))
        let (told, digest) = (try await pair.answer(), try await pair.digest())
        #expect(told.steps.map(\.count) == [2, 2])

        try await crm.amend(Position(3), to: Visits.message("X", of: "C-1"), reason: "another page")
        #expect(try await pair.counts() == [2, 1])
        // Fifteen days later is too late.
        try await crm.amend(Position(5), occurredAt: Visits.time(15 * 24))
        #expect(try await pair.counts() == [2, 0])
        try await crm.annul(Position(2), reason: "a robot")
        #expect(try await pair.counts() == [1, 0])
        #expect(try await pair.subjects(.dropped(step: 2)).map(\.subject) == ["customer:C-2"])
        let then = try crm.state(asOf: Position(5))
        #expect(try await pair.answer(in: then) == told)

        for position in [UInt64(2), 3, 5] { try await crm.restore(Position(position)) }
        #expect(try await pair.answer() == told)
        #expect(try await pair.digest() == digest)
        // It was somebody else who came back.
        try await crm.amend(Position(3), to: Visits.message("B", of: "C-2"))
        #expect(try await pair.counts() == [2, 1])
        let path = try await pair.subjects(.reached(step: 2)).map { $0.path.map(\.position.rawValue) }
        #expect(path == [[4, 3]])
        withExtendedLifetime(folder) {}
    }

    private static let mapping = """
        source: shop
        files:
          - file: "*.csv"
            events:
              - name: visit
                type: TouchpointRecorded
                key: [id]
                occurredAt: "{day}"
                about: ["customer:{customer}"]
                data: {customerId: "{customer}", name: "{page}", channel: web}
        """

    private static let rows = """
        id,customer,page,day
        1,C-1,A,2024-03-01
        2,C-1,B,2024-03-02
        3,C-2,A,2024-03-01

        """

    @Test("what an import brought is gone when it is taken back, but for what others have gone on from")
    func revertedImport() async throws {
        let folder = try CRMFolder()
        let pair = try await FunnelPair(Visits.funnel("A", "B"), in: folder.crm)
        let (nothing, digest) = (try await pair.answer(), try await pair.digest())
        let files = ImportFolder()
        let path = try files.write("visits.csv", Self.rows)
        let importer = Importer(try ImportMapping(yaml: Self.mapping))
        let report = try await importer.run(files: [path], into: folder.crm.log)
        let id = try #require(report.importID)
        #expect(try await pair.counts() == [2, 1])
        let imported = folder.head
        try folder.append(try Visits.events("C-2 B30"))
        #expect(try await pair.counts() == [2, 2])

        #expect(try await folder.crm.revertImport(id).reverted == 2)
        #expect(try await pair.counts() == [1, 1])
        #expect(try await pair.subjects(.reached(step: 2)).map(\.subject) == ["customer:C-2"])
        #expect(try await folder.crm.revertImport(id, force: true).reverted == 1)
        // What is left is the last step of somebody who never entered.
        #expect(try await pair.answer() == nothing)
        #expect(try await pair.digest() != digest)
        let then = try folder.crm.state(asOf: imported)
        #expect(try await pair.counts(in: then) == [2, 1])
        withExtendedLifetime((folder, files)) {}
    }
}
