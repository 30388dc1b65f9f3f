extension DemoNames {
    /// The name of an organisation, which is not personal.
    static func organisation(_ customer: DemoCustomer, seed: UInt64) -> String {
        var random = DemoRandom(seed: seed, .person, customer.index)
        let region = customer.regionIndex
        if customer.region.isChinese {
            return random.pick(chinesePlaces[region]) + random.pick(chineseRoots) + random.pick(chineseTrades)
                + random.pick(chineseForms)
        }
        let european = region - DemoRegion.chineseCount
        let root = random.pick(europeanRoots)
        let trade = random.pick(europeanTrades)
        return "\(root) \(trade) \(random.pick(europeanPlaces[european])) \(random.pick(europeanForms[european]))"
    }

    private static func list(_ text: String) -> [String] { text.split(separator: " ").map { String($0) } }

    private static let chinesePlaces = [
        list("上海 杭州 苏州 南京 宁波 无锡 合肥 嘉兴"), list("广州 深圳 佛山 厦门 东莞 珠海 福州 中山"),
        list("北京 天津 青岛 济南 大连 太原 西安 沈阳"),
    ]
    private static let chineseRoots = list(
        """
        晨光 恒达 华美 瑞丰 金桥 东方 新源 天成 永兴 百川 海纳 星河 正大 嘉禾 远航 宏图 同泰 长青 锦绣 三江 德润 万邦 启明 安泰 \
        顺达 鼎盛 银杏 绿野 蓝天 春晖
        """)
    private static let chineseTrades = list("包装 食品 日化 印刷 医药 饮料 贸易 物流 乳业 电子 纸业 塑料 化妆品 农产品 家居用品")
    private static let chineseForms = list("有限公司 有限公司 股份有限公司 集团有限公司")

    private static let europeanRoots = list(
        """
        Alder Harbour Northern Meridian Granite Lighthouse Copper Willow Summit Anchor Juniper Beacon Orchard Compass \
        Riverside Amber Falcon Cedar Bluebell Horizon Windmill Heather Tidal Quartz Maple Swift Cobalt Prairie Lantern \
        Estuary Birchwood Pebble Skylark Thistle Aurora Keystone
        """)
    private static let europeanTrades = list(
        """
        Packaging Foods Print Logistics Brewing Cosmetics Dairy Pharma Bakery Paper Trading Beverages Textiles \
        Confectionery Plastics Homeware Seafood Nutrition
        """)
    /// In the order of the European regions, as are the forms.
    private static let europeanPlaces = [
        list("Hamburg Köln Wien Zürich Leipzig Bremen Linz Basel"),
        list("Malmö Bergen Aarhus Turku Uppsala Oulu Odense Tromsø"),
        list("Bilbao Porto Valencia Sevilla Braga Vigo Málaga Faro"),
        list("Leeds Cork Bristol Dundee Cardiff Galway Hull Belfast"),
        list("Gent Utrecht Rotterdam Liège Namur Breda Leuven Tilburg"),
    ]
    private static let europeanForms = [
        list("GmbH GmbH AG KG"), list("AB ApS Oy AS"), list("S.L. S.A. Lda."), list("Ltd Ltd plc"),
        list("B.V. N.V. SRL"),
    ]
}
