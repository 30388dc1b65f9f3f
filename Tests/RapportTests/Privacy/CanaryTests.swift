import Audit
import EventLog
import Foundation
import Projection
@testable import Rapport
import Testing
import TestSupport

/// After an erasure no file has any of the person's values, in whatever form; everybody else is as before.
@Suite(.timeLimit(.minutes(10))) struct CanaryTests {
    private static let erased = CanaryPerson(letter: "a")
    private static let other = CanaryPerson(letter: "b")

    @Test("each type with personal fields has a sample with all of them")
    func everyTypeIsThere() throws {
        let withParts = EventCatalogue.names.filter { name in
            EventCatalogue.type(named: name).map { Self.hasPart($0) } ?? false
        }
        let samples = StoredSample.all.filter { $0.personal != nil }.map { EventCatalogue.package + $0.type }
        #expect(Set(withParts).subtracting(samples) == [])
        let events = try Self.erased.events()
        #expect(Set(events.filter { !$0.subjects.isEmpty }.map(\.type.name)).isSuperset(of: withParts))
    }

    private static func hasPart<Event: CatalogueEvent>(_ type: Event.Type) -> Bool {
        ObjectIdentifier(Event.Personal.self) != ObjectIdentifier(NoPersonalPart.self)
    }

    @Test("nothing of the erased person is in any file, in clear, base64, hexadecimal or UTF-16")
    func nothingIsLeft() async throws {
        let folder = try SealedCRM()
        let backup = try TemporaryDirectory()
        let data = folder.directory.path
        let mark = Array(Self.erased.mark.utf8)
        let before = try await prepare(folder, backup: backup.path + "/backup")
        #expect(try !files(below: data, holding: mark).isEmpty, "before, search holds the name: it would be found")

        let crm = try folder.opened()
        let plan = try crm.planErasure(of: [.customer(Self.erased.customer)])
        #expect(
            plan.persons.flatMap(\.ids).map(\.id.text) == [
                "customer:\(Self.erased.customer)", "lead:\(Self.erased.lead)",
            ])
        let outcomes = try await crm.erase(plan)
        #expect(outcomes.allSatisfy(\.isComplete) && outcomes.count == 1)
        #expect(try files(below: data, holding: mark) == [], "while it is open")
        try await expectTheSame(crm, before)
        try await expectNothingIsShown(crm)
        crm.close()
        #expect(try files(below: data, holding: mark) == [])
        #expect(try files(below: backup.path, holding: mark) == [])
    }

    @Test("a rebuild afterwards, and a question about the past, bring nothing back")
    func nothingComesBack() async throws {
        let folder = try SealedCRM()
        let backup = try TemporaryDirectory()
        let before = try await prepare(folder, backup: backup.path + "/backup")
        let crm = try folder.opened()
        defer { crm.close() }
        try await crm.erase(try crm.planErasure(of: [.customer(Self.erased.customer)]))
        try crm.projections.rebuild()
        let found = try await crm.state(asOf: Position(4)).find(Self.erased.mark)
        #expect(found.total == 0)
        try await expectTheSame(crm, before)
        #expect(try files(below: folder.directory.path, holding: Array(Self.erased.mark.utf8)) == [])
    }

    // MARK: Steps

    /// What must be as before.
    private struct Before {
        var digests: [String: String] = [:]
        var answers: [String: String] = [:]
    }

    /// Appends both persons' events, and does everything that makes copies of values.
    private func prepare(_ folder: SealedCRM, backup: String) async throws -> Before {
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking(try Self.erased.events() + Self.other.events())
        let names = crm.projections.names
        try await crm.projections.wait(for: crm.log.head, of: names)
        for person in [Self.erased, Self.other] {
            let profile = try #require(try await crm.profile(of: person.customer))
            #expect(profile.fields.contains { $0.isPersonal && $0.value.hasPrefix(person.mark) })
            #expect(try await crm.find(person.mark).total > 0)
            // Rows of the past are built.
            _ = try await crm.state(asOf: crm.log.head).find(person.mark)
        }
        let search = try #require(ReadModels.all(opening: crm.personal).first { $0.name == SearchModel.name })
        #expect(throws: ProjectionUnavailable.notPreviewed(model: search.name)) {
            try crm.projections.preview(search) { _ in true }
        }
        // The rows that served are kept beside the new ones.
        try crm.projections.rebuild()
        _ = try crm.log.backUp(to: backup)
        var before = Before()
        for name in names where name != "privacy" { before.digests[name] = try crm.projections.digest(of: name).digest }
        for question in Self.questions { before.answers[question.description] = try await question.ask(crm) }
        return before
    }

    /// Questions whose answers nobody's erasure changes: those about all, and about the other person. Who is erased is
    /// found by no name, and stands without an id where customers are listed by value.
    private static var questions: [Question] {
        Question.all(about: other.customer, until: .on("2030-01-01")).filter {
            !["find", "total value"].contains($0.description)
        }
    }

    private func expectTheSame(_ crm: Rapport, _ before: Before) async throws {
        try await crm.projections.wait(for: crm.log.head, of: crm.projections.names)
        for (name, digest) in before.digests {
            #expect(try crm.projections.digest(of: name).digest == digest, "\(name)")
        }
        for question in Self.questions {
            let answer = try await question.ask(crm)
            let known = before.answers[question.description] ?? ""
            #expect(Self.withoutPositions(answer) == Self.withoutPositions(known), "\(question)")
        }
        #expect(try await crm.find(Self.other.mark).total > 0)
        _ = try crm.log.verify()
        _ = try AuditTrail.verify(crm.log)
    }

    /// Answers name the position that they are of, which the erasure has moved.
    private static func withoutPositions(_ json: String) -> String {
        json.replacing(#/"position":[0-9]+/#, with: "")
    }

    private func expectNothingIsShown(_ crm: Rapport) async throws {
        let profile = try #require(try await crm.profile(of: Self.erased.customer))
        #expect(!profile.fields.contains { $0.isPersonal })
        #expect(profile.withheld == ["customer:\(Self.erased.customer)": .erased])
        #expect(try await crm.find(Self.erased.mark).total == 0)
        let timeline = try crm.timeline(.init(of: .customer(Self.erased.customer), limit: 1000))
        let opened = try timeline.opened(by: crm.reader)
        #expect(opened.count == timeline.total)
        for event in opened where !event.recorded.event.subjects.isEmpty {
            #expect(!event.withheld.isEmpty && event.recorded.event.subjects.allSatisfy { $0.part == nil })
        }
        let certificate = try await crm.erasureCertificate(of: .customer(Self.erased.customer))
        #expect(certificate.isComplete, "\(certificate.checks)")
    }
}
