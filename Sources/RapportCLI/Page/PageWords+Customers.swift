import Rapport

// MARK: - Satisfaction

extension PageWords {
    var satisfaction: String { word("Satisfaction over time", "满意度趋势") }
    var noAnswers: String { word("No answers.", "没有答卷。") }
    var answers: String { word("Answers", "答案数") }
    var invited: String { word("Invited", "受邀") }
    var responded: String { word("Of these answered", "其中已答") }
    var responseRate: String { word("Response rate", "回复率") }
    var smallSample: String { word("Fewer than 30", "少于 30") }
    var yes: String { word("yes", "是") }
    var topTwo: String { word("Top two %", "最高两档 %") }
    var mean: String { word("Mean", "均值") }
    var noTrend: String { word("No trend is shown", "未见趋势") }
    var unusualPeriods: String { word("Periods out of the limits of the control chart", "超出控制图界限的期间") }
    var tooFewForTest: String { word("Too few periods to test for a trend.", "期间太少，无法检验趋势。") }
    var tooManyForTest: String { word("Too many periods to test for a trend.", "期间太多，未检验趋势。") }

    /// The heading of one metric, and of the survey and question where it is not of all.
    func metric(_ metric: String, _ survey: String?, _ question: String?) -> String {
        let name = metric == "enps" ? "eNPS" : metric.uppercased()
        return ([name] + [survey, question].compactMap { $0 }).joined(separator: " · ")
    }

    /// The outcome of the test for a trend.
    func trend(_ direction: SatisfactionTrend.TrendTest.Direction?, slope: String, probability: String) -> String {
        let name =
            switch direction {
            case .rises: word("It rises", "上升")
            case .falls: word("It falls", "下降")
            case nil: noTrend
            }
        return word(
            "\(name): \(slope) per period by Sen's slope, p = \(probability) (Mann-Kendall).",
            "\(name)：每期 \(slope)（Sen 斜率），p = \(probability)（Mann-Kendall 检验）。")
    }

    /// Why answers are not added up.
    func mixedScales(_ name: String, _ scales: String) -> String {
        word(
            "\(name): asked on the scales \(scales), which are not added up.",
            "\(name)：使用了不同量表 \(scales)，不予合并。")
    }
}

// MARK: - Loyalty

extension PageWords {
    var loyalty: String { word("Scores and orders that follow", "满意度与忠诚度") }
    var score: String { word("Score", "评分") }
    var matured: String { word("Matured", "已成熟") }
    var repurchased: String { word("Ordered again", "再次下单") }
    var share: String { word("Share", "占比") }
    var fitted: String { word("Rising fit", "单调拟合") }
    var recovery: String { word("Orders again, by the complaints before the answer", "按作答前的投诉划分的再次下单") }
    var complaints: String { word("Complaints", "投诉") }
    var neverComplained: String { word("never complained", "从未投诉") }
    var recovered: String { word("complained and was told what came of it", "投诉并获告知结果") }
    var unrecovered: String { word("complained and was not told", "投诉但未获告知") }
    var comparison: String { word("Comparison", "比较") }
    var difference: String { word("Difference", "差值") }
    var recoveredLessNever: String { word("told, less never complained", "获告知 减 从未投诉") }
    var recoveredLessUnrecovered: String { word("told, less not told", "获告知 减 未获告知") }
    var leftOut: String { word("Left out", "未计入") }
    var withoutScore: String { word("without a score", "没有评分") }
    var anonymous: String { word("of nobody who is known", "匿名") }
    var anonymousWithoutScore: String { word("of nobody who is known, without a score", "匿名且没有评分") }

    /// What the curve is of.
    func loyaltyExplained(_ days: Int) -> String {
        word(
            "The share that ordered within \(days) days after an answer, by the score of the answer; of answers that "
                + "are that old.", "作答后 \(days) 天内再次下单的比例，按评分；仅计入已满该天数的答案。")
    }

    /// How many times as often those with the best score order again.
    func ratio(_ better: Int, _ worse: Int, _ ratio: String, _ interval: String) -> String {
        word(
            "Those who gave \(better) order again \(ratio) times as often as those who gave \(worse) (\(interval)).",
            "评分 \(better) 者再次下单的比例是评分 \(worse) 者的 \(ratio) 倍（\(interval)）。")
    }
}

// MARK: - Cohorts

extension PageWords {
    var cohorts: String { word("Customers who order again", "客户留存（按首单期间）") }
    var noOrders: String { word("No orders.", "没有订单。") }
    var firstOrder: String { word("First order", "首单期间") }
    var customers: String { word("Customers", "客户数") }
    var again: String { word("Again", "再次下单") }
    var onAnotherDay: String { word("On another day", "于其他日期") }
    var orders: String { word("Orders", "订单数") }

    /// What the map is of.
    func cohortsExplained(_ at: String, _ zone: String) -> String {
        word(
            "Of the customers who ordered first in a period, the share that ordered in each period since, until \(at) "
                + "(\(zone)). Cancelled orders do not count.",
            "按首单期间分组的客户，在此后各期间下单的比例，截至 \(at)（\(zone)）。已取消的订单不计。")
    }

    /// How many columns the map does not show.
    func furtherPeriods(_ count: Int, from first: Int) -> String {
        word(
            "\(count) further periods, from +\(first) on, are not shown here; the command cohorts shows them.",
            "另有 \(count) 个期间（自 +\(first) 起）未在此显示，可用命令 cohorts 查看。")
    }

    /// A length of periods.
    func granularity(_ by: Granularity) -> String {
        switch by {
        case .day: word("day", "日")
        case .week: word("week", "周")
        case .month: word("month", "月")
        case .quarter: word("quarter", "季度")
        case .year: word("year", "年")
        }
    }
}
