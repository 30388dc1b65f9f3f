extension GoldenFigures {
    /// Figures of a help desk.
    struct Cases: Decodable {
        struct Days: Decodable {
            let mean: Double
            let median: Double
            let p90: Double
            let max: Double
        }

        struct DaysToResolve: Decodable {
            let cases: Int
            let mean: Double
            let median: Double
        }

        let events: Int
        let cases: Int64
        /// Activity -> rows.
        let activities: [String: Int64]
        /// The first and the last moment.
        let range: [String]
        /// From the first event of a case to the last.
        let caseDays: Days
        let startedByMonth: [String: Int64]
        /// Activity -> cases that it was the last one of.
        let lastActivity: [String: Int64]
        let casesWithClosed: Int
        let daysToResolve: DaysToResolve
        /// Severity of the first row -> cases and mean days.
        let byFirstSeverity: [String: [Double]]
        let byCustomer: [String: Int64]
        /// Column -> different values.
        let distinct: [String: Int]

        enum CodingKeys: String, CodingKey {
            case events, cases, activities, range, distinct
            case caseDays = "case_days"
            case startedByMonth = "cases_started_by_month"
            case lastActivity = "last_activity"
            case casesWithClosed = "cases_with_Closed"
            case daysToResolve = "days_first_event_to_first_resolve"
            case byFirstSeverity = "cases_by_seriousness_first_row[cases,mean_days]"
            case byCustomer = "cases_by_customer_top5"
        }
    }
}
