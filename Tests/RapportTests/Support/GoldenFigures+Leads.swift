extension GoldenFigures {
    /// Figures of a marketplace that sellers ask to join.
    struct Leads: Decodable {
        struct Origin: Decodable {
            /// "(blank)" for leads without one.
            let name: String
            let captured: Int64
            let converted: Int64
            let conversion: Double

            enum CodingKeys: String, CodingKey {
                case name = "o"
                case captured = "mql"
                case converted = "closed"
                case conversion
            }
        }

        struct DaysToClose: Decodable {
            let mean: Double
            let median: Double
            let p90: Double
            let max: Double
            /// How many were closed before they were captured.
            let negative: Int
        }

        struct AsOf: Decodable {
            let captured: Int64
            let converted: Int64

            enum CodingKeys: String, CodingKey {
                case captured = "mql"
                case converted = "closed"
            }
        }

        let captured: Int64
        let converted: Int64
        let conversion: Double
        let byOrigin: [Origin]
        let withoutOrigin: Int64
        /// Month of capture -> captured and converted.
        let cohorts: [String: [Int64]]
        let convertedByMonth: [String: Int64]
        let daysToClose: DaysToClose
        let businessSegments: [String: Int64]
        /// "(blank)" for deals without one.
        let leadTypes: [String: Int64]
        /// Who won most of the deals.
        let representatives: [String: Int64]
        /// Who prepared most of the deals.
        let developers: [String: Int64]
        let distinct: [String: Int]
        /// The first and the last day of a capture.
        let captureRange: [String]
        /// The first and the last moment of a conversion.
        let conversionRange: [String]
        /// At the end of 2018-03-31.
        let asOf: AsOf
        let withoutDeclaredRevenue: Int64
        let soldSomething: Int

        enum CodingKeys: String, CodingKey {
            case conversion, cohorts, distinct
            case captured = "mql"
            case converted = "closed"
            case byOrigin = "by_origin"
            case withoutOrigin = "blank_origin"
            case convertedByMonth = "closed_by_won_month"
            case daysToClose = "days_to_close"
            case businessSegments = "business_segment_top5"
            case leadTypes = "lead_type"
            case representatives = "sr_top3"
            case developers = "sdr_top3"
            case captureRange = "first_contact_range"
            case conversionRange = "won_range"
            case asOf = "as_of_2018-03-31_end_of_day"
            case withoutDeclaredRevenue = "declared_monthly_revenue_zero"
            case soldSomething = "closed_deals_whose_seller_sold_something"
        }
    }
}
