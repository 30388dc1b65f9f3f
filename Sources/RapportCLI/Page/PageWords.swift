import Rapport

/// The words of a page in its language: each stands here once, in English and in Chinese.
struct PageWords: Sendable {
    let language: PageLanguage

    /// The one of two phrases that is in the language of the page.
    func word(_ english: String, _ chinese: String) -> String {
        switch language {
        case .english: english
        case .chinese: chinese
        }
    }
}

// MARK: - The page

extension PageWords {
    var title: String { word("Customers: report", "客户报告") }
    var log: String { word("Log", "日志") }
    var position: String { word("Position", "位置") }
    var recorded: String { word("Newest event recorded", "最新事件记录于") }
    var occurredUntil: String { word("What had happened by", "截至发生时间") }
    var matureAt: String { word("Maturity as at", "成熟度截至") }
    var range: String { word("Days", "日期范围") }
    var zone: String { word("Time zone", "时区") }
    var readModels: String { word("Read models", "读模型") }
    var digest: String { word("Digest of the answers", "答案摘要") }
    var pipeline: String { word("Pipeline", "销售管道") }
    var periods: String { word("Periods", "期间长度") }
    var nothing: String { word("none", "无") }

    /// A length of time in its two largest units: `3 d 4 h`, `3 天 4 小时`.
    func duration(_ milliseconds: Int64) -> String {
        let text = DurationFormat.text(milliseconds: milliseconds)
        return text.split(separator: " ").map { unit($0) }.joined(separator: " ")
    }

    /// The name of a unit of time; anything else as it is.
    private func unit(_ text: Substring) -> String {
        switch text {
        case "d": word("d", "天")
        case "h": word("h", "小时")
        case "min": word("min", "分")
        case "s": word("s", "秒")
        case "ms": word("ms", "毫秒")
        default: String(text)
        }
    }

    /// A range of days; nil is unbounded.
    func range(_ from: String?, _ to: String?) -> String {
        switch (from, to) {
        case (nil, nil): word("all", "全部")
        case (let from?, nil): word("from \(from)", "自 \(from)")
        case (nil, let to?): word("to \(to)", "至 \(to)")
        case (let from?, let to?): word("from \(from) to \(to)", "\(from) 至 \(to)")
        }
    }

    /// What stands in the margins of all intervals.
    var intervals: String {
        word(
            "Intervals are of 95 %. Amounts in different currencies are never added. What is not known, or not over "
                + "yet, is empty.", "区间均为 95 %。不同货币的金额从不相加。未知或尚未结束的数值留空。")
    }

    var count: String { word("Count", "数量") }
    var interval: String { word("95 %", "95 % 区间") }
    var lower: String { word("95 %, lower", "95 % 下限") }
    var upper: String { word("95 %, upper", "95 % 上限") }
    var currency: String { word("Currency", "货币") }
    var noCurrency: String { word("no currency", "未注明货币") }
    var value: String { word("Value", "金额") }
    var period: String { word("Period", "期间") }
    var all: String { word("all", "合计") }
}

// MARK: - Deals

extension PageWords {
    var dealFunnel: String { word("Deals: how far they came", "商机漏斗") }
    var noDeals: String { word("No deals.", "没有商机。") }
    var stage: String { word("Stage", "阶段") }
    var opened: String { word("opened", "已创建") }
    var deals: String { word("Deals", "商机数") }
    var ofOpened: String { word("Of opened", "占创建") }
    var ofPrevious: String { word("Of previous", "占上一步") }
    var won: String { word("Won", "赢单") }
    var open: String { word("Open", "进行中") }
    var lost: String { word("Lost", "输单") }
    var winRate: String { word("Win rate", "赢单率") }
    var outcome: String { word("Outcome", "结果") }
    var dealsExplained: String {
        word(
            "Each deal counts once in each stage that it reached: that it entered, or a later one, or was won.",
            "每个商机在其到达的每个阶段只计一次；到达是指进入该阶段或更后的阶段，或已赢单。")
    }

    var waterfall: String { word("Open value: what moved it", "进行中金额的变动") }
    var item: String { word("Item", "项目") }
    var change: String { word("Change", "变动") }

    /// What a waterfall is of.
    func waterfallExplained(_ from: String, _ to: String, _ zone: String) -> String {
        word(
            "From what was open when \(from) began, over what came and went, to what was open when \(to) was over "
                + "(\(zone)). It balances to the minor unit.",
            "从 \(from) 开始时的进行中金额，经各项增减，到 \(to) 结束时的进行中金额（\(zone)）。精确到最小货币单位。")
    }

    /// An item of a waterfall.
    func item(_ item: WaterfallItem) -> String {
        switch item {
        case .start: word("start", "期初")
        case .created: word("created", "新建")
        case .grown: word("grown", "金额上调")
        case .shrunk: word("shrunk", "金额下调")
        case .pulledIn: word("pulled in", "提前进入")
        case .pushedOut: word("pushed out", "推迟移出")
        case .reopened: word("reopened", "重新打开")
        case .won: word("won", "赢单")
        case .lost: word("lost", "输单")
        case .currencyIn: word("currency in", "货币转入")
        case .currencyOut: word("currency out", "货币转出")
        case .transferredIn: word("transferred in", "转入")
        case .transferredOut: word("transferred out", "转出")
        case .end: word("end", "期末")
        }
    }
}

// MARK: - Behaviour

extension PageWords {
    /// The heading of a funnel of events.
    func behaviour(_ title: String) -> String { word("Funnel: \(title)", "行为漏斗：\(title)") }

    var allDays: String { word("Of all days, whatever the range of the page.", "含全部日期，不受本页日期范围限制。") }
    var nobodyEntered: String { word("Nobody has entered.", "无人进入。") }
    var step: String { word("Step", "步骤") }
    var dropped: String { word("Dropped", "流失") }
    var ofEntered: String { word("Of entered", "占进入") }
    var median: String { word("Median time", "时长中位数") }
    var ninetieth: String { word("90 % within", "九成在此内") }
    var group: String { word("Group", "分组") }
    var noGroup: String { word("(none)", "（无）") }
    var otherGroups: String { word("(all others)", "（其他）") }
    var erasedGroups: String { word("(erased)", "（已删除）") }
    var entered: String { word("Entered", "进入") }
    var converted: String { word("Converted", "转化") }
    var conversion: String { word("Conversion", "转化率") }
    var excluded: String { word("Left out by exclusions", "按排除规则剔除") }
    var immature: String { word("Immature", "未成熟") }
    var everybody: String { word("All who entered", "全部进入者") }
    var mature: String { word("Mature only", "仅成熟者") }

    /// The name of a step, marked where it may be left out.
    func step(_ name: String, isOptional: Bool) -> String { isOptional ? name + word(" (optional)", "（可选）") : name }
}
