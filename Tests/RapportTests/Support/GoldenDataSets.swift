import Foundation

/// Public data sets with figures that were computed elsewhere; `RAPPORT_DATASETS` names the folder they are in.
enum GoldenDataSets {
    static let folder = ProcessInfo.processInfo.environment["RAPPORT_DATASETS"]

    static func path(_ dataSet: String, _ file: String) -> String { "\(folder ?? "")/\(dataSet)/\(file)" }

    /// The data files of a set whose names end so, sorted.
    static func files(of dataSet: String, ending: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(dataSet, ""))
            .filter { $0.hasSuffix(ending) }
            .sorted()
            .map { path(dataSet, $0) }
    }

    /// The mapping of this name that comes with the package.
    static func mapping(_ name: String) -> String {
        var package = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { package.deleteLastPathComponent() }
        return package.path + "/schemas/imports/" + name + ".yaml"
    }

    /// The figures that came with a data set.
    static func figures<Figures: Decodable>(_ type: Figures.Type, of dataSet: String) throws -> Figures {
        try JSONDecoder().decode(type, from: Data(contentsOf: URL(fileURLWithPath: path(dataSet, "GOLDEN.json"))))
    }
}

/// Figures of a company's sales pipeline.
struct MavenFigures: Decodable {
    /// Deals of one agent, manager, region or product.
    struct Group: Decodable {
        let name: String
        let closed: Int64
        let won: Int64
        let wonValue: Double
        let winRate: Double

        enum CodingKeys: String, CodingKey {
            case agent = "sales_agent"
            case manager
            case region = "regional_office"
            case product, closed, won
            case wonValue = "won_value"
            case winRate = "win_rate"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            let names: [CodingKeys] = [.agent, .manager, .region, .product]
            name = try container.decode(String.self, forKey: names.first { container.contains($0) } ?? .agent)
            closed = try container.decode(Int64.self, forKey: .closed)
            won = try container.decode(Int64.self, forKey: .won)
            wonValue = try container.decode(Double.self, forKey: .wonValue)
            winRate = try container.decode(Double.self, forKey: .winRate)
        }
    }

    struct AsOf: Decodable {
        let engaged: Int64
        let open: Int64
        let won: Int64
        let lost: Int64
        let wonValue: Double

        enum CodingKeys: String, CodingKey {
            case engaged = "engaged_so_far"
            case open, won, lost
            case wonValue = "won_value"
        }
    }

    let opportunities: Int64
    let byStage: [String: Int64]
    let winRate: Double
    let wonValueTotal: Double
    let cycleDaysMean: [String: Double]
    let cycleDaysMedian: [String: Double]
    let agentsByWonValue: [Group]
    let agentsByWinRate: [Group]
    let managers: [Group]
    let regions: [Group]
    let products: [Group]
    /// Month -> deals and value.
    let wonByMonth: [String: [Double]]
    let accountsByWonValue: [String: Double]
    /// Day -> how everything stood at its end.
    let asOf: [String: AsOf]

    enum CodingKeys: String, CodingKey {
        case opportunities
        case byStage = "by_stage"
        case winRate = "win_rate"
        case wonValueTotal = "won_value_total"
        case cycleDaysMean = "cycle_days_mean"
        case cycleDaysMedian = "cycle_days_median"
        case agentsByWonValue = "agents_by_won_value_top3"
        case agentsByWinRate = "agents_by_win_rate_top3"
        case managers, regions, products
        case wonByMonth = "won_by_close_month"
        case accountsByWonValue = "accounts_by_won_value_top3"
        case asOf = "as_of"
    }
}

/// Figures of an airport's passenger surveys.
struct SFOFigures: Decodable {
    struct Year: Decodable {
        let respondents: Int
        let valid: Int
        let mean: Double
        let topTwoShare: Double
        /// Score -> answers.
        let counts: [String: Int]
        /// What stands where no score was given -> answers; "6" is not applicable.
        let otherValues: [String: Int]

        enum CodingKeys: String, CodingKey {
            case respondents, valid, mean, counts
            case topTwoShare = "top2_share"
            case otherValues = "other_values"
        }
    }

    struct Promoters: Decodable {
        let valid: Int
        let promoters: Int
        let passives: Int
        let detractors: Int
        let nps: Double
        let mean: Double
    }

    let respondents: Int
    let overallByYear: [String: Year]
    let nps: [String: Promoters]
    /// Day as month/day/year -> answers and mean, of 2016.
    let byDay: [String: [Double]]
    /// Boarding area -> answers and mean, of 2017.
    let byArea: [String: [Double]]

    enum CodingKeys: String, CodingKey {
        case nps
        case respondents = "total_respondents"
        case overallByYear = "overall_by_year"
        case byDay = "2016_by_interview_date"
        case byArea = "2017_by_boarding_area"
    }
}
