import EventLog
@testable import Rapport
import Testing

/// Any id of a person gives the profile of the person.
@Suite(.timeLimit(.minutes(5))) struct MergedProfileTests {
    private typealias Story = PersonStory

    /// C-1 with a city and a personal phone; C-2 with a later city, an industry and a later personal phone.
    private static func crm(_ folder: SealedCRM) throws -> Rapport {
        let crm = try folder.opened()
        try crm.log.appendBlocking([
            try SealedCRM.registered("C-1", "Ada"), try SealedCRM.registered("C-2", "Ada L."),
            try Story.changed("C-1", "city", to: "Bonn", after: 1),
            try Story.changed("C-2", "city", to: "Köln", after: 2),
            try Story.changed("C-2", "industry", to: "steel", after: 1),
            try Story.changed("C-1", "phone", to: "+49 1", after: 1, isPersonal: true),
            try Story.changed("C-2", "phone", to: "+49 2", after: 2, isPersonal: true),
        ])
        return crm
    }

    private func profile(of id: String, in crm: Rapport) async throws -> CustomerProfile {
        try #require(try await crm.profile(of: id, atLeast: crm.log.head))
    }

    @Test("each id answers the person's profile: the newest value of each field, with the id that it comes from")
    func newest() async throws {
        let folder = try SealedCRM()
        let crm = try Self.crm(folder)
        defer { crm.close() }
        let before = try await profile(of: "C-1", in: crm)
        #expect(before.members == nil && before.askedID == nil && before.value(of: "city") == "Bonn")
        try await crm.mergeCustomers("C-1", "C-2", reason: "same")
        let merged = try await profile(of: "C-1", in: crm)
        #expect(merged.customerID == "C-1" && merged.askedID == nil && merged.members == ["C-1", "C-2"])
        #expect(merged.value(of: "city") == "Köln" && merged.value(of: "industry") == "steel")
        #expect(merged.value(of: "phone") == "+49 2" && merged.events >= before.events + 4)
        let city = try #require(merged.fields.first { $0.name == "city" })
        #expect(city.storedUnder == "C-2" && city.position == Position(4))
        let asked = try await profile(of: "C-2", in: crm)
        #expect(asked.askedID == "C-2" && asked.customerID == "C-1" && asked.fields == merged.fields)
    }

    @Test("of a field that was chosen the side counts, as long as nothing newer is said")
    func fieldChoice() async throws {
        let folder = try SealedCRM()
        let crm = try Self.crm(folder)
        defer { crm.close() }
        try await crm.mergeCustomers(
            "C-1", "C-2", fieldChoice: ["city": .survivor, "phone": .survivor, "industry": .survivor], reason: "same")
        let merged = try await profile(of: "C-2", in: crm)
        #expect(merged.value(of: "city") == "Bonn" && merged.value(of: "phone") == "+49 1")
        #expect(merged.value(of: "industry") == "steel", "the survivor had said nothing of it")
        try crm.log.appendBlocking([try Story.changed("C-2", "city", to: "Aachen", after: 3)])
        #expect(try await profile(of: "C-1", in: crm).value(of: "city") == "Aachen", "said after the merge, and newer")
    }

    @Test("after an unmerge each has the own profile again, and the past shows what was believed")
    func unmerge() async throws {
        let folder = try SealedCRM()
        let crm = try Self.crm(folder)
        defer { crm.close() }
        let first = try await profile(of: "C-1", in: crm).fields
        let second = try await profile(of: "C-2", in: crm).fields
        let merge = try await crm.mergeCustomers("C-1", "C-2", reason: "same")
        let merged = try await profile(of: "C-2", in: crm).fields
        try await crm.unmergeCustomers(merge: .position(merge.position), reason: "wrong")
        #expect(try await profile(of: "C-1", in: crm).fields == first)
        #expect(try await profile(of: "C-2", in: crm).fields == second)
        let past = try crm.state(asOf: merge.position)
        #expect(try await past.profile(of: "C-2")?.fields == merged)
        #expect(try await past.profile(of: "C-2")?.customerID == "C-1")
    }

    @Test("where the use of one id is restricted, the personal values of all are withheld")
    func restriction() async throws {
        let folder = try SealedCRM()
        let crm = try Self.crm(folder)
        defer { crm.close() }
        try await crm.mergeCustomers("C-1", "C-2", reason: "same")
        try crm.log.appendBlocking([try SealedCRM.restricted("C-2")])
        let profile = try await profile(of: "C-1", in: crm)
        #expect(profile.value(of: "phone") == nil && profile.value(of: "city") == "Köln")
        #expect(profile.withheld == ["customer:C-1": .restricted, "customer:C-2": .restricted])
    }

    @Test("an erased id says nothing, and the others of the person do")
    func erasure() async throws {
        let folder = try SealedCRM()
        let crm = try Self.crm(folder)
        defer { crm.close() }
        try await crm.mergeCustomers("C-1", "C-2", reason: "same")
        try crm.log.appendBlocking([try SealedCRM.erased("C-2")])
        let profile = try await profile(of: "C-2", in: crm)
        #expect(profile.value(of: "phone") == "+49 1" && profile.value(of: "name") == "Ada")
        #expect(profile.withheld == ["customer:C-2": .erased])
    }
}
