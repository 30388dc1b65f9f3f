/// What people write down or say in free text; it stands in personal parts only.
enum DemoTexts {
    static func summary(_ region: DemoRegion, _ random: inout DemoRandom) -> String {
        region.isChinese
            ? random.pick(chineseTopics) + random.pick(chineseNextSteps)
            : random.pick(topics) + random.pick(nextSteps)
    }

    static func comment(_ region: DemoRegion, isContent: Bool, _ random: inout DemoRandom) -> String {
        if region.isChinese { return random.pick(isContent ? chinesePraise : chineseComplaints) }
        return random.pick(isContent ? praise : complaints)
    }

    /// What a customer who needs help says.
    static func request(_ region: DemoRegion, _ random: inout DemoRandom) -> String {
        random.pick(region.isChinese ? chineseRequests : region.language == "de" ? germanRequests : requests)
    }

    static func suggestion(_ region: DemoRegion, _ random: inout DemoRandom) -> String {
        random.pick(region.isChinese ? chineseSuggestions : region.language == "de" ? germanSuggestions : suggestions)
    }

    static func lossNote(_ region: DemoRegion, _ random: inout DemoRandom) -> String {
        random.pick(region.isChinese ? chineseLossNotes : lossNotes)
    }

    static func preferences(_ region: DemoRegion) -> [String] {
        region.isChinese ? chinesePreferences : preferences
    }

    private static let topics = [
        "Asked about the delivery of the film.", "Went through the samples of the new cartons.",
        "Talked about prices for next year.", "Sorted out last month's invoice.", "Had a look at the packing line.",
        "Thanked us for the quick repair.", "Wants thinner labels for the small bottles.",
        "Told us about the plans for a second site.",
    ]
    private static let nextSteps = [
        " Send an offer by Friday.", " Call again in two weeks.", " Nothing to do for now.",
        " A colleague from the technical side will join next time.", " Bring samples to the next visit.",
    ]
    private static let chineseTopics = [
        "询问薄膜的交货时间。", "看了新纸箱的样品。", "谈了明年的价格。", "核对了上个月的发票。", "参观了包装生产线。", "感谢我们维修及时。",
        "希望小瓶标签再薄一些。", "介绍了第二个工厂的计划。",
    ]
    private static let chineseNextSteps = ["周五前发报价。", "两周后再联系。", "暂时没有后续。", "下次请技术同事一起参加。", "下次拜访带样品。"]

    private static let praise = [
        "Always a clear answer within the day.", "Deliveries come when they are promised.",
        "You helped us out at short notice, thank you.", "Good quality, fair prices.",
    ]
    private static let complaints = [
        "The last two deliveries were late.", "Nobody called back.", "Prices went up without a word.",
        "It took three mails to get an answer.",
    ]
    private static let chinesePraise = ["回复很快，态度很好。", "交货总是准时。", "临时有急事也帮我们解决了，谢谢。", "质量好，价格合理。"]
    private static let chineseComplaints = ["最近两次交货都晚了。", "没有人回电话。", "涨价没有提前通知。", "发了三封邮件才有答复。"]

    private static let requests = [
        "The sealer stops after a few minutes and shows a red light.", "Two pallets arrived wet.",
        "We were charged twice for the same delivery.", "The film tears when it gets cold.",
        "Where is our order? It was due on Monday.", "The labels do not stick to the new bottles.",
    ]
    private static let germanRequests = [
        "Die Maschine bleibt nach wenigen Minuten stehen.", "Zwei Paletten kamen feucht an.",
        "Die Lieferung wurde doppelt berechnet.", "Die Folie reißt bei Kälte.", "Wo bleibt unsere Bestellung?",
        "Die Etiketten halten nicht auf den neuen Flaschen.",
    ]
    private static let chineseRequests = [
        "封口机几分钟后就停机，红灯亮。", "两个托盘到货时受潮。", "同一批货收了两次款。", "天冷时薄膜容易断。", "订单周一应该到货，现在在哪里？", "标签贴不住新瓶子。",
    ]
    private static let suggestions = [
        "Show the delivery day on the order page.", "A carton that opens without a knife.",
        "We need film made of recycled material.", "Could you print our logo on the small labels?",
    ]
    private static let germanSuggestions = [
        "Zeigen Sie den Liefertag in der Bestellung an.", "Ein Karton, der sich ohne Messer öffnen lässt.",
        "Wir brauchen Folie aus Rezyklat.",
    ]
    private static let chineseSuggestions = [
        "订单页面上显示到货日期。", "希望纸箱不用刀就能打开。", "我们需要可回收材料的薄膜。", "小标签上能印我们的标志吗？",
    ]

    private static let lossNotes = [
        "They had already made up their minds before our visit.", "The buyer left, the new one starts from scratch.",
        "Our offer came a week too late.", "They stay with what they have for another year.",
    ]
    private static let chineseLossNotes = ["拜访之前对方已经决定了。", "采购经理离职，新人要重新开始。", "我们的报价晚了一周。", "再用一年现在的供应商。"]

    private static let preferences = [
        "Please call after ten.", "Prefers short mails.", "Drinks tea, no coffee.", "Never on Mondays.",
    ]
    private static let chinesePreferences = ["上午十点以后联系。", "喜欢喝龙井茶。", "微信联系最方便。", "周一不要打电话。"]
}
