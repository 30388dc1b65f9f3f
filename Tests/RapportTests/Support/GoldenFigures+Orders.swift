extension GoldenFigures {
    /// Figures of an online shop for CDs.
    struct Orders: Decodable {
        /// Those of one file.
        struct Purchases: Decodable {
            let transactions: Int64
            let customers: Int64
            let revenue: Double
            /// CDs sold.
            let cds: Int64
            /// Who has bought twice or more.
            let repeatCustomers: Int64
            let repeatRate: Double
            /// Who has bought on two days or more.
            let repeatOnOtherDay: Int64
            let repeatOnOtherDayRate: Double
            let mostOfOneCustomer: Int
            let forNothing: Int
            /// Purchases on a day on which the customer had bought before.
            let sameDay: Int
            /// Purchases of the same day, quantity and amount as an earlier one of the customer.
            let duplicates: Int
            /// The first and the last day.
            let range: [String]
            let newCustomersByMonth: [String: Int64]
            /// Month -> transactions and revenue.
            let byMonth: [String: [Double]]

            enum CodingKeys: String, CodingKey {
                case transactions, customers, revenue, cds, range
                case repeatCustomers = "repeat_customers_rows"
                case repeatRate = "repeat_rate_rows"
                case repeatOnOtherDay = "repeat_customers_distinct_days"
                case repeatOnOtherDayRate = "repeat_rate_distinct_days"
                case mostOfOneCustomer = "max_transactions_one_customer"
                case forNothing = "zero_amount_rows"
                case sameDay = "same_customer_same_day_extra_rows"
                case duplicates = "exact_duplicate_rows"
                case newCustomersByMonth = "new_customers_by_month"
                case byMonth = "by_month[transactions,revenue]"
            }
        }

        let master: Purchases
        let sample: Purchases

        /// By the name that the import gives the file's customers.
        subscript(name: String) -> Purchases { name == "sample" ? sample : master }

        enum CodingKeys: String, CodingKey {
            case master = "CDNOW_master.txt"
            case sample = "CDNOW_sample.txt"
        }
    }
}
