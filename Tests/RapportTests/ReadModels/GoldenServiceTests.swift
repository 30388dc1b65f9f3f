import EventLog
import Rapport
import Testing

/// The quality of service of a help desk against figures that pandas gave for the same rows.
///
/// In Python, of the rows of each case in order of time, then of the file, up to the time asked about: "Resolve ticket"
/// and "Resolve SW anomaly" resolve, "Closed" closes, "Take in charge ticket" assigns, and "Wait", "Require upgrade",
/// "Create SW anomaly" and "Schedule intervention" wait; assigning and waiting open a case again that was resolved or
/// closed. A case is opened by its first row. First contact: the first resolution is 7 days old, and the case was not
/// opened again from then until 7 days later; nobody recorded responses. Ages: `numpy.quantile`, linear. Intervals:
/// Wilson's formula written out.
@Suite(.enabled(if: GoldenDataSets.folder != nil, "RAPPORT_DATASETS does not say where the data sets are"))
struct GoldenServiceTests {
    private static func quality(_ day: CivilDate, by dimension: String? = nil) async throws -> ServiceQuality {
        let folder = try await GoldenImport.shared(.helpdesk).folder
        let now = ZonedCalendar.utc.endOfDay(day).advanced(byMicroseconds: -1)
        return try await folder.crm.serviceQuality(ServiceQuestion(now: now, dimension: dimension))
    }

    private static func isNear(_ share: WilsonInterval?, _ expected: [Double]) -> Bool {
        guard let share else { return false }
        return zip([share.share, share.lower, share.upper], expected).allSatisfy { abs($0 - $1) < 1e-12 }
    }

    @Test("Help desk: first contact, reopenings and backlog at the end are those of pandas")
    func atTheEnd() async throws {
        let quality = try await Self.quality(.on("2014-03-31"))
        let all = try #require(quality.groups.first)
        #expect(quality.groups.count == 1)
        #expect([all.cases, all.resolved, all.closedUnresolved, all.reopened] == [4_580, 4_570, 0, 156])
        let first = all.firstContact
        #expect([first.matured, first.immature, first.resolved] == [4_570, 0, 4_449])
        #expect(Self.isNear(first.share, [0.9735229759299782, 0.9684555005641103, 0.9777950503056435]))
        #expect(Self.isNear(all.reopenedShare, [0.03413566739606127, 0.029250179743706722, 0.03980369142001519]))
        let assigned = all.assignments
        #expect([assigned.total, assigned.none, assigned.once, assigned.several] == [5_060, 295, 3_662, 623])
        #expect(assigned.meanCenti == 110 && assigned.most == 6)
        #expect(all.contacts.total == 0 && all.contacts.none == 4_580)
        let age = try #require(all.backlog.age)
        #expect([all.backlog.open, age.medianMs, age.p90Ms] == [12, 23_732_282_999, 40_092_558_799])
        #expect(all.backlog.buckets.map(\.cases) == [0, 0, 0, 0, 0, 12])
    }

    @Test("Help desk: the quality of service at a day of the past is that of the rows up to then")
    func inThePast() async throws {
        let all = try #require(try await Self.quality(.on("2012-06-30")).groups.first)
        #expect([all.cases, all.resolved, all.closedUnresolved, all.reopened] == [3_475, 3_438, 0, 130])
        let first = all.firstContact
        #expect([first.matured, first.immature, first.resolved] == [3_392, 46, 3_292])
        #expect(Self.isNear(first.share, [0.9705188679245284, 0.9642725971754953, 0.9757006137966437]))
        #expect(Self.isNear(all.reopenedShare, [0.03781268179173938, 0.03193531312523084, 0.04472175024546151]))
        let age = try #require(all.backlog.age)
        #expect(
            [all.backlog.open, age.medianMs, age.p90Ms, age.maxMs]
                == [37, 904_954_999, 2_331_909_199, 2_647_625_999])
        #expect(all.backlog.buckets.map(\.cases) == [0, 6, 9, 19, 3, 0])
    }

    /// Dimension and value: cases, resolved, reopened, matured, immature, solved at the first contact, assignments,
    /// open.
    private static let groups: [(String, String, [Int64])] = [
        ("product", "Value 3", [1_580, 1_576, 76, 1_571, 5, 1_510, 1_897, 4]),
        ("product", "Value 1", [927, 909, 27, 885, 24, 868, 1_050, 18]),
        ("product", "Value 2", [504, 502, 16, 493, 9, 480, 561, 2]),
        ("owner", "Value 2", [928, 917, 44, 913, 4, 879, 1_159, 11]),
        ("owner", "Value 9", [383, 378, 18, 370, 8, 356, 519, 5]),
        ("workgroup", "Value 1", [2_890, 2_856, 110, 2_814, 42, 2_728, 3_300, 34]),
        ("workgroup", "Value 4", [51, 51, 0, 51, 0, 51, 53, 0]),
    ]

    @Test("Help desk: by product, last owner and workgroup")
    func byDimension() async throws {
        for (dimension, value, expected) in Self.groups {
            let quality = try await Self.quality(.on("2012-06-30"), by: dimension)
            let group = try #require(quality.groups.first { $0.value == value })
            let first = group.firstContact
            let found = [
                group.cases, group.resolved, group.reopened, first.matured, first.immature, first.resolved,
                group.assignments.total, group.backlog.open,
            ]
            #expect(found == expected, "\(dimension) \(value)")
            #expect(quality.ungrouped == (dimension == "owner" ? 195 : 0))
        }
    }
}
