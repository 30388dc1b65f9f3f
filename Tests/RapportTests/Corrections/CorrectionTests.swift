import EventLog
import Foundation
import Projection
import Rapport
import SwiftProtobuf
import Testing

/// What somebody got wrong is put right, and every answer is as if it had been so from the start.
@Suite(.timeLimit(.minutes(5)))
struct CorrectionTests {
    private static func placed(_ id: String, of customer: String, cents: Int64 = 1000) -> OrderPlaced {
        OrderPlaced.with { message in
            message.orderID = id
            message.customerID = customer
            message.channel = "web"
            var line = OrderLine()
            line.sku = "S-1"
            line.quantityMilli = 1000
            line.net.minorUnits = cents
            line.net.currency = "EUR"
            message.lines = [line]
        }
    }

    private static func order(
        _ id: String, of customer: String, cents: Int64 = 1000, at time: Timestamp = .at("2024-03-01T10:00:00Z")
    ) throws -> NewEvent {
        try NewEvent(
            placed(id, of: customer, cents: cents), about: [.order(id), .customer(customer)], occurredAt: time)
    }

    private static func orders(of customer: String, _ crm: any CRMState, atLeast head: Position?) async throws
        -> [String]
    {
        try await crm.orders(of: customer, atLeast: head).rows.map(\.orderID).sorted()
    }

    // MARK: What it does

    @Test("an order that was of another customer moves there, with its tag")
    func anOrderMoves() async throws {
        let folder = try CRMFolder([try Self.order("R-1", of: "C-1"), try Self.order("R-2", of: "C-1")])
        let crm = folder.crm
        let receipt = try await crm.amend(Position(1), to: Self.placed("R-1", of: "C-2"), reason: "typing_error")
        #expect(receipt.kind == .amended && receipt.target == Position(1) && receipt.position == Position(3))
        #expect(receipt.tags.map(\.text) == ["order:R-1", "customer:C-2"])
        #expect(try await Self.orders(of: "C-1", crm, atLeast: folder.head) == ["R-2"])
        #expect(try await Self.orders(of: "C-2", crm, atLeast: folder.head) == ["R-1"])
        // The correction is found by whoever looks for either customer.
        let stored = try #require(try crm.log.event(at: Position(3)))
        #expect(stored.event.tags.map(\.text) == ["order:R-1", "customer:C-1", "customer:C-2"])
        // The original stays, and so does what was believed then.
        #expect(try crm.log.event(at: Position(1))?.event.tags.map(\.text) == ["order:R-1", "customer:C-1"])
        let past = try crm.state(asOf: Position(2))
        #expect(try await Self.orders(of: "C-1", past, atLeast: nil) == ["R-1", "R-2"])
        #expect(try await Self.orders(of: "C-2", past, atLeast: nil) == [])
        withExtendedLifetime(folder) {}
    }

    @Test("a deal that was not won after all is open; restored, it is won again")
    func aWinIsAnnulledAndRestored() async throws {
        let story = DealStory.through(["lead", "offer"], then: .won(.init(minorUnits: 900, currency: "EUR")))
        let folder = try CRMFolder(try story.events())
        let crm = folder.crm
        let won = folder.head
        #expect(try await crm.pipeline(atLeast: folder.head).deals.won == 1)
        try await crm.annul(won, reason: "mistake")
        let without = try await crm.pipeline(atLeast: folder.head).deals
        #expect(without.won == 0 && without.open == 1)
        #expect(try await crm.state(asOf: won).pipeline().deals.won == 1)
        try await crm.restore(won)
        let with = try await crm.pipeline(atLeast: folder.head).deals
        #expect(with.won == 1 && with.open == 0)
        #expect(try await crm.state(asOf: Position(won.rawValue + 1)).pipeline().deals.won == 0)
        #expect(try crm.corrections(of: won).map(\.kind) == [.annulled, .restored])
        #expect(try crm.corrections(of: won).map(\.reason) == ["mistake", ""])
        withExtendedLifetime(folder) {}
    }

    @Test("what is amended is counted as if it had been so from the start, in its month and with its amount")
    func amendedIsAsIfFromTheStart() async throws {
        let told = try CRMFolder([
            try Self.order("R-1", of: "C-2", cents: 250, at: .at("2024-02-01T10:00:00Z")),
            try Self.order("R-2", of: "C-1"),
        ])
        let folder = try CRMFolder([try Self.order("R-1", of: "C-1"), try Self.order("R-2", of: "C-1")])
        let crm = folder.crm
        try await crm.amend(Position(1), to: Self.placed("R-1", of: "C-9"), occurredAt: .at("2024-05-01T10:00:00Z"))
        // The second amendment says nothing of the time, and goes on from the first.
        try await crm.amend(Position(1), to: Self.placed("R-1", of: "C-2", cents: 250))
        try await crm.amend(Position(1), occurredAt: .at("2024-02-01T10:00:00Z"))
        let question = OrderSalesQuestion(by: .month)
        let sales = try await crm.orderSales(question, atLeast: folder.head).overall
        let expectedSales = try await told.crm.orderSales(question, atLeast: told.head).overall
        #expect(sales == expectedSales)
        let cohorts = try await crm.cohorts(atLeast: folder.head).overall
        let expectedCohorts = try await told.crm.cohorts(atLeast: told.head).overall
        #expect(cohorts == expectedCohorts)
        let records = try crm.corrections(of: Position(1))
        #expect(
            records.map { $0.occurredAt?.description } == [
                "2024-05-01T10:00:00Z", "2024-05-01T10:00:00Z", "2024-02-01T10:00:00Z",
            ])
        #expect(records.map { $0.tags?.last?.text } == ["customer:C-9", "customer:C-2", "customer:C-2"])
        withExtendedLifetime((folder, told)) {}
    }

    @Test("read models that are built anew are what they have become by corrections")
    func rebuiltIsTheSame() async throws {
        let story = DealStory.through(["lead", "offer"], then: .won(nil))
        let folder = try CRMFolder(
            try story.events() + [try Self.order("R-1", of: "C-1"), try Self.order("R-2", of: "C-2")])
        let crm = folder.crm
        try await crm.projections.wait(for: folder.head, of: crm.projections.names)
        try await crm.annul(Position(3))
        try await crm.amend(Position(4), to: Self.placed("R-1", of: "C-2"))
        try await crm.annul(Position(5))
        try await crm.restore(Position(5))
        try await crm.amend(Position(1), tags: [.opportunity("D-1"), .customer("C-2")])
        let names = crm.projections.readModels.filter(\.hasDigest).map(\.name)
        try await crm.projections.wait(for: folder.head, of: crm.projections.names)
        let live = try names.map { try crm.projections.digest(of: $0).digest }
        try crm.projections.rebuild()
        #expect(try names.map { try crm.projections.digest(of: $0).digest } == live)
        withExtendedLifetime(folder) {}
    }

    @Test("an integrator's own event says whatever bytes it is given")
    func ownTypes() async throws {
        let type = try EventType("shop.ParcelSent")
        let folder = try CRMFolder([NewEvent(type: type, data: Array("{\"to\":1}".utf8))])
        let receipt = try await folder.crm.amend(Position(1), data: [0xFF])
        #expect(receipt.type == "shop.ParcelSent" && receipt.tags == [])
        #expect(try folder.crm.corrections(of: Position(1)).map(\.kind) == [.amended])
        withExtendedLifetime(folder) {}
    }

    @Test("a correction with an id of its own is appended once")
    func oncePerID() async throws {
        let folder = try CRMFolder([try Self.order("R-1", of: "C-1"), try Self.order("R-2", of: "C-1")])
        let (crm, id) = (folder.crm, EventID())
        let first = try await crm.annul(Position(1), id: id)
        #expect(try await crm.annul(Position(1), id: id) == first)
        #expect(folder.head == Position(3))
        let taken = AppendError.idTaken(id, at: Position(3))
        await #expect(throws: taken) { try await crm.restore(Position(1), id: id) }
        await #expect(throws: taken) { try await crm.annul(Position(2), id: id) }
        withExtendedLifetime(folder) {}
    }

    // MARK: Tags

    @Test("tags follow the ids that the data names, and stay where it names none")
    func tagsFollowTheData() async throws {
        let folder = try CRMFolder([
            try NewEvent(Self.placed("R-1", of: "C-1"), about: [.customer("C-1"), .order("R-1"), .lead("L-1")]),
            try NewEvent(OrderDelivered.with { $0.orderID = "R-1" }, about: [.order("R-1"), .customer("C-1")]),
        ])
        let crm = folder.crm
        let renamed = try await crm.amend(Position(1), to: Self.placed("R-9", of: "C-1"))
        #expect(renamed.tags.map(\.text) == ["customer:C-1", "order:R-9", "lead:L-1"])
        let delivered = try await crm.amend(Position(2), to: OrderDelivered.with { $0.orderID = "R-9" })
        #expect(delivered.tags.map(\.text) == ["order:R-9", "customer:C-1"])
        let given = try await crm.amend(Position(2), tags: [.order("R-1"), .customer("C-3")])
        #expect(given.tags.map(\.text) == ["order:R-1", "customer:C-3"])
        withExtendedLifetime(folder) {}
    }

    // MARK: Refusals

    /// What is thrown by `body`, if it is a refusal.
    private func refusal(_ body: () async throws -> CorrectionReceipt) async -> CorrectionRefusal? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? CorrectionRefusal
        }
    }

    @Test("what makes no sense is refused, and nothing is appended")
    func refusals() async throws {
        let folder = try CRMFolder([
            try Self.order("R-1", of: "C-1"), try Self.order("R-2", of: "C-1"),
            try NewEvent(
                ConsentGranted.with { message in
                    message.subjectID = "customer:C-1"
                    message.purpose = "marketing"
                }, about: [.customer("C-1")]),
        ])
        let crm = folder.crm
        try await crm.annul(Position(2))
        let head = folder.head
        #expect(await refusal { try await crm.annul(Position(9)) } == .noSuchPosition(Position(9), head: head))
        #expect(await refusal { try await crm.annul(.zero) } == .noSuchPosition(.zero, head: head))
        #expect(await refusal { try await crm.annul(Position(2)) } == .alreadyAnnulled(Position(2), by: head))
        #expect(await refusal { try await crm.restore(Position(1)) } == .notCorrected(Position(1)))
        let placed = Self.placed("R-1", of: "C-1")
        #expect(await refusal { try await crm.amend(Position(1), to: placed) } == .unchanged(Position(1)))
        #expect(await refusal { try await crm.amend(Position(1)) } == .unchanged(Position(1)))
        for (position, type) in [(Position(3), ConsentGranted.eventType), (head, EventCorrected.eventType)] {
            #expect(await refusal { try await crm.annul(position) } == .notCorrectable(position, type: type))
        }
        #expect(folder.head == head)
        withExtendedLifetime(folder) {}
    }

    @Test("an amendment that does not fit the type names what is wrong with it")
    func unfitAmendments() async throws {
        let folder = try CRMFolder([try Self.order("R-1", of: "C-1")])
        let crm = folder.crm
        func reason(_ body: () async throws -> CorrectionReceipt) async -> String {
            await refusal(body)?.description ?? ""
        }
        let other = OrderDelivered.with { $0.orderID = "R-1" }
        #expect(
            await reason { try await crm.amend(Position(1), to: other) }.contains("expected a message of that type"))
        #expect(
            await reason { try await crm.amend(Position(1), data: [0xFF]) }.contains("the amended data does not fit"))
        #expect(
            await reason { try await crm.amend(Position(1), tags: [.order("R-1")]) }.contains("needs a tag customer:ID")
        )
        #expect(await reason { try await crm.amend(Position(1), tags: []) }.contains("expected at least one"))
        let twice = try [EntityTag.order("R-1"), .customer("C-1"), .customer("C-1")]
        #expect(await reason { try await crm.amend(Position(1), tags: twice) }.contains("stands twice"))
        let dear = Self.placed("R-1", of: "C-1", cents: .max)
        #expect(await reason { try await crm.amend(Position(1), to: dear) }.contains("net amount of line 1"))
        let early = Timestamp(microseconds: .min)
        #expect(await reason { try await crm.amend(Position(1), occurredAt: early) }.contains("years 0 to 9999"))
        let part = try [EntityTag.customer("C-1"): [UInt8]()]
        #expect(await reason { try await crm.amend(Position(1), personal: part) }.contains("have no personal part"))
        #expect(folder.head == Position(1))
        withExtendedLifetime(folder) {}
    }

    // MARK: Personal parts

    private static func amendedName(at position: Position, of id: String, _ crm: Rapport) throws -> String? {
        let stored = try #require(try crm.log.event(at: position))
        let person = try EntityTag.customer(id)
        let part = try #require(stored.event.subjects.first { $0.id == person.text }?.part)
        #expect(part.algorithm != .unsealed)
        guard case .bytes(let bytes) = try crm.personal.open(part, of: person.text, in: SealingContext(stored.event))
        else { return nil }
        let amended = try EventCorrectedPersonal(serializedBytes: bytes)
        return try CustomerRegisteredPersonal(serializedBytes: Array(amended.data)).displayName
    }

    @Test("a personal part is amended in a sealed part of the correction; of who is erased none is")
    func personalParts() async throws {
        let sealed = try SealedCRM()
        let crm = try sealed.opened()
        defer { crm.close() }
        let customer = try EntityTag.customer("C-1")
        try await crm.log.append([try SealedCRM.registered("C-1", "Ann"), try SealedCRM.registered("C-2", "Bob")])
        let part: [UInt8] = try CustomerRegisteredPersonal.with { $0.displayName = "Anna" }.serializedBytes()
        try await crm.amend(Position(1), personal: [customer: part])
        #expect(try Self.amendedName(at: Position(3), of: "C-1", crm) == "Anna")
        #expect(
            await refusal { try await crm.amend(Position(1), personal: [customer: part]) } == .unchanged(Position(1)))
        // An amendment of something else keeps the amended name.
        try await crm.amend(Position(1), to: CustomerRegistered.with { $0.channel = "web" })
        #expect(try Self.amendedName(at: Position(4), of: "C-1", crm) == "Anna")
        let stranger = try EntityTag.customer("C-3")
        let unknown = await refusal { try await crm.amend(Position(1), personal: [stranger: part]) }
        #expect(unknown?.description.contains("whom the event is not about") ?? false)
        try await crm.log.append([try SealedCRM.erased("C-1")])
        let late = await refusal { try await crm.amend(Position(1), personal: [customer: part]) }
        #expect(late == .erased(Position(1), subject: customer))
        // What is counted of an erased person can be put right all the same.
        let receipt = try await crm.annul(Position(1))
        #expect(receipt.position == Position(6))
    }
}
