import EventLog
@testable import Rapport
import Projection
import Testing

/// Retention, recency, frequency and value, and lifetime values of the customers of an online shop, against figures
/// that were computed with pandas and SciPy from the file `CDNOW_sample.txt`: one row for each purchase with customer
/// `c`, day `day` and amount in cents `cents`.
@Suite(.enabled(if: GoldenDataSets.folder != nil, "RAPPORT_DATASETS does not say where the data sets are"))
struct GoldenCustomerValueTests {
    private static func sample() async throws -> CRMFolder {
        let path = GoldenDataSets.path("cdnow", "CDNOW_sample.txt")
        let folder = try await GoldenImport.imported("cdnow", [path]).folder
        try await folder.crm.projections.wait(for: folder.head, of: [OrderModel.name], seconds: 60)
        return folder
    }

    /// `since = day - first[c]`; of the cohort `first.dt.to_period("M")`: n-day is `c[since == d].nunique()`, bracket
    /// `c[(since >= d) & (since < next)].nunique()`, unbounded `c[since >= d].nunique()`, each None until the end of
    /// the cohort's month and the days behind it are not after the last day of the file.
    @Test("CDNOW: retention by month is that of pandas")
    func retention() async throws {
        let folder = try await Self.sample()
        let found = try await folder.crm.retention()
        #expect(found.at == "1998-06-30")
        let lines = found.cohorts.map { cohort in
            "\(cohort.period) \(cohort.customers): "
                + cohort.marks.map { mark in
                    [mark.nDay, mark.bracket, mark.unbounded].map { $0.map { String($0.active) } ?? "?" }
                        .joined(separator: "/")
                }.joined(separator: " ")
        }
        #expect(
            lines == [
                "1997-01 781: 10/38/373 7/39/366 8/87/359 8/118/342 9/74/307 1/151/289 1/186/245 2/?/152",
                "1997-02 857: 13/58/410 12/56/394 9/78/381 1/118/356 6/83/325 1/165/313 1/196/256 1/?/162",
                "1997-03 719: 6/32/356 6/43/351 10/63/338 5/86/325 1/71/308 3/148/292 3/206/246 4/?/113",
            ])
        // For each month of `day`: customers whose first month it is, and the others.
        #expect(found.periods.prefix(4).map(\.firstTime) == [781, 857, 719, 0])
        #expect(
            found.periods.map(\.recurring) == [
                0, 124, 229, 267, 224, 232, 203, 178, 168, 176, 205, 183, 149, 157, 211, 125, 134, 138,
            ])
        // `(last - first).dt.days.ge(d).sum()` for d = 0, 1, 7, ... and the differences of neighbours.
        #expect(found.hazards.map(\.atRisk) == [2357, 1139, 1111, 1078, 1023, 940, 894, 747])
        #expect(found.hazards.map(\.lost) == [1218, 28, 33, 55, 83, 46, 147, 320])
        withExtendedLifetime(folder) {}
    }

    /// `g = groupby(["c", day.dt.to_period(freq)]).cents.sum()`; S and E are `g.xs` of a period and of one `apart`
    /// later, by customer. Of those in both, `diff = E - S`: expansion is `diff[diff > 0].sum()`, contraction
    /// `-diff[diff < 0].sum()`; churn is S of those who are not in E. Those in E and not in S are new if the period of
    /// their first day is after that of S, and reactivated otherwise.
    @Test("CDNOW: net and gross revenue retention, and what came and went, are those of pandas")
    func revenueRetention() async throws {
        let folder = try await Self.sample()
        func line(_ period: RevenueRetention.Period) -> String {
            guard let moved = period.movement, let first = period.firstTime, let again = period.recurring else {
                return "\(period.period) ?"
            }
            let parts = [
                moved.start, moved.expansion, moved.contraction, moved.churn, moved.new, moved.reactivated, moved.end,
            ]
            let shares = [moved.netBp, moved.grossBp].map { $0.map { String($0) } ?? "-" }
            let buyers = [first, again].map { "\($0.customers)/\($0.orders)/\($0.revenue)" }
            return ([period.period] + parts.map { "\($0.customers):\($0.revenue)" } + shares + buyers)
                .joined(separator: " ")
        }
        let quarters = try await folder.crm.revenueRetention(.init(by: .quarter))
        #expect(
            quarters.periods.map(line) == [
                "1997-Q1 0:0 0:0 0:0 0:0 2357:11249861 0:0 2357:11249861"
                    + " - - 2357/3267/11249861 0/0/0",
                "1997-Q2 2357:11249861 260:1110897 259:1826449 1833:7171346 0:0 0:0 524:3362963"
                    + " 2989 2002 0/0/0 524/937/3362963",
                "1997-Q3 524:3362963 103:557820 107:601442 310:1660643 0:0 204:1040033 418:2698731"
                    + " 4932 3274 0/0/0 418/756/2698731",
                "1997-Q4 418:2698731 97:576977 104:569593 215:1016533 0:0 201:1121345 404:2810927"
                    + " 6261 4123 0/0/0 404/768/2810927",
                "1998-Q1 404:2810927 90:477293 104:634885 208:1062059 0:0 188:897382 384:2488658"
                    + " 5661 3963 0/0/0 384/678/2488658",
                "1998-Q2 384:2488658 83:323824 84:576934 215:1059627 0:0 131:622133 300:1798054"
                    + " 4725 3424 0/0/0 300/513/1798054",
            ])
        let years = try await folder.crm.revenueRetention(.init(by: .month, apart: 12))
        #expect(years.periods.count == 18)
        #expect(
            years.periods.suffix(5).map(line) == [
                "1998-02 981:4043381 28:105584 48:252841 905:3548499 51:280539 30:139807 157:767971"
                    + " 860 599 0/0/0 157/198/767971",
                "1998-03 948:4347210 59:233672 71:261142 818:3700492 0:0 81:365757 211:985005"
                    + " 1424 887 0/0/0 211/278/985005",
                "1998-04 267:1284205 17:89117 19:98089 231:1080958 0:0 89:406878 125:601153"
                    + " 1513 819 0/0/0 125/165/601153",
                "1998-05 224:1088033 12:31894 17:67885 195:914200 0:0 105:499972 134:637814"
                    + " 1267 974 0/0/0 134/176/637814",
                "1998-06 232:990725 24:65932 22:74890 186:774836 0:0 92:352156 138:559087"
                    + " 2089 1423 0/0/0 138/172/559087",
            ])
        withExtendedLifetime(folder) {}
    }

    /// `m = d[d.day + h <= d.day.max()].groupby("c").day.max()`, `next` the first day of the other rows of the
    /// customer; lost are those for whom `next - m <= h` does not hold.
    @Test("CDNOW: customers who were lost are those of pandas")
    func lossPaths() async throws {
        let folder = try await Self.sample()
        for (days, lost) in [(90, 2226), (180, 2106), (365, 1632)] as [(Int, Int64)] {
            let found = try await folder.crm.lossPaths(.init(silentDays: days))
            #expect([found.customers, found.lost, found.immature] == [2357, lost, 0], "\(days)")
            #expect(found.paths.map(\.lost) == [lost, 0, 0], "\(days)")
        }
        withExtendedLifetime(folder) {}
    }

    /// `groupby("c").agg(last=("day", "max"), F=("day", "size"), M=("cents", "sum"))`, `R = (at - last).dt.days`;
    /// scores as the definition has them, by ranks of sorted values.
    @Test("CDNOW: scores, segments and concentration are those of pandas")
    func rfm() async throws {
        let folder = try await Self.sample()
        let found = try await folder.crm.rfm(.init(at: .on("1998-06-30"), since: .on("1997-12-31")))
        #expect([found.customers, found.orders, found.total] == [2357, 6919, 24_409_194])
        #expect(found.currency == "USD")
        func text(_ scores: [RFM.Score]) -> [String] {
            scores.map { "\($0.score): \($0.customers) \($0.least)-\($0.greatest)" }
        }
        // The least score has the most days.
        #expect(
            text(found.recency) == [
                "1: 482 512-545", "2: 455 487-511", "3: 479 442-486", "4: 470 152-441", "5: 471 0-150",
            ])
        #expect(text(found.frequency) == ["1: 1205 1-1", "3: 406 2-2", "4: 208 3-3", "5: 538 4-56"])
        #expect(
            text(found.value) == [
                "1: 481 0-1536", "2: 462 1554-3195", "3: 472 3197-5925", "4: 471 5926-13049", "5: 471 13054-655270",
            ])
        let segments = found.segments.map { "\($0.segment.rawValue) \($0.customers) \($0.orders) \($0.total)" }
        #expect(
            segments == [
                "champions 414 3319 11959691", "loyal 317 1528 5866837", "potentialLoyalists 246 492 1650707",
                "newCustomers 0 0 0", "promising 0 0 0", "needAttention 84 168 493799", "aboutToSleep 359 359 997025",
                "atRisk 86 182 603348", "cannotLose 5 25 167474", "hibernating 846 846 2670313",
            ])
        #expect(found.cells.count == 64)
        #expect(found.cells.first.map { [$0.recency, $0.frequency, $0.value, Int($0.customers)] } == [5, 5, 5, 258])
        #expect(found.cells.last.map { [$0.recency, $0.frequency, $0.value, Int($0.customers)] } == [1, 1, 1, 177])
        let concentration = found.concentration
        #expect(concentration.giniBp == 6309)
        #expect(concentration.lorenzBp == [0, 98, 237, 424, 695, 1055, 1540, 2230, 3258, 4922, 10_000])
        let pareto = try #require(concentration.pareto)
        #expect([pareto.customers, pareto.customersBp, pareto.held] == [777, 3297, 19_530_259])
        #expect([pareto.heldBp, pareto.least] == [8001, 7617])
        #expect(found.moves.count == 24)
        for (from, to, customers) in [
            (.champions, .loyal, 166), (.hibernating, .hibernating, 799), (.loyal, .champions, 133),
            (.promising, .aboutToSleep, 51),
        ] as [(RFMSegment, RFMSegment, Int64)] {
            #expect(found.moves.first { $0.from == from && $0.to == to }?.customers == customers)
        }
        let year = try await folder.crm.rfm(.init(at: .on("1998-06-30"), windowDays: 365))
        #expect([year.customers, year.orders, year.total] == [812, 2715, 9_796_370])
        #expect(year.concentration.giniBp == 5792)
        #expect(text(year.frequency) == ["1: 326 1-1", "3: 151 2-2", "4: 182 3-4", "5: 153 5-48"])
        withExtendedLifetime(folder) {}
    }

    /// Parameters are those of the articles on the models. The rest is computed with SciPy's `hyp2f1` from the formulas
    /// and these parameters: CLV with d = 1.1^(7/365.2425) − 1 a week, each customer's rounded to cents.
    @Test("CDNOW: lifetime values, what is held out, and what was expected of it, are those of SciPy")
    func lifetime() async throws {
        let folder = try await Self.sample()
        let question = LifetimeQuestion(to: .on("1997-09-30"), horizon: 39)
        let found = try await folder.crm.lifetimeValues(question)
        #expect([found.from, found.to, found.at] == ["1997-01-01", "1997-09-30", "1998-06-30"])
        #expect([found.customers, found.repeaters, found.spending.customers] == [2357, 946, 946])
        let parameters = (found.purchases.parameters + found.spending.parameters).map(\.valueMillionths)
        for (value, published) in zip(parameters, [0.243, 4.414, 0.793, 2.426, 6.25, 3.74, 1544]) {
            #expect(abs(Double(value) / 1_000_000 / published - 1) < 0.01)
        }
        #expect(parameters.prefix(4) == [242_595, 4_413_602, 792_922, 2_425_907])
        #expect(abs(found.purchases.logLikelihoodMillionths + 9_582_429_207) <= 1)
        #expect(found.correlationMillionths == 113_888)
        let holdout = try #require(found.holdout)
        #expect(holdout.actual == 1882)
        #expect(abs(holdout.expectedMillionths - 1_653_408_698) <= 100)
        #expect(abs(found.expectedPurchasesMillionths - 1_653_408_698) <= 100)
        #expect(abs(found.expectedActiveMillionths - 1_917_277_671) <= 100)
        #expect(abs(found.total - 5_793_157) <= 20)
        #expect(found.weeks.count == 78)
        for (week, actual, expected) in [(1, 0, 3_208_788), (39, 2457, 2_493_956_890), (78, 4339, 4_160_609_212)]
            as [(Int, Int64, Int64)]
        {
            #expect(found.weeks[week - 1].actual == actual)
            #expect(abs(found.weeks[week - 1].expectedMillionths - expected) <= 200)
        }
        let list = try await folder.crm.lifetimeCustomers(question, limit: 3)
        #expect(list.rows.map(\.repeats) == [18, 11, 26])
        #expect(list.rows.map(\.aliveBp) == [9465, 9172, 9689])
        #expect(list.rows.map(\.expectedSpending) == [7760, 10_379, 3989])
        withExtendedLifetime(folder) {}
    }
}
