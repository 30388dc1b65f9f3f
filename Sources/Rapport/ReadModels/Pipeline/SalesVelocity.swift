public import EventLog

/// How much open deals bring in a day (R15): open deals times average win times win rate over length of cycle.
///
/// The formula is the usual one of sales: each open deal is worth the average win times the chance of one, and the
/// whole pipeline is turned over once a cycle. Won and lost are the deals that were won or lost in the period and stand
/// so at its end; one that was won in it and opened again does not count.
///
/// Amounts of different currencies are never added. Deals whose value nobody has stated count in the currency of the
/// others where these have one and the same, and else have a row of their own.
public struct SalesVelocity: Codable, Sendable, Hashable {
    /// The deals in one currency, with one value of the dimension.
    public struct Row: Codable, Sendable, Hashable {
        /// As it was when a deal was closed, or at the end of the period where it is open then; empty for deals that
        /// have none. Nil without a dimension.
        public let value: String?
        /// Empty for deals whose value nobody has stated, where others have several.
        public let currency: String
        /// Open deals at the end of the period.
        public let open: Int64
        /// Deals won in the period.
        public let won: Int64
        /// Deals lost in the period.
        public let lost: Int64
        /// What the deals won come to, in minor units.
        public let wonValue: Int64
        /// What one of them comes to on average, in minor units, rounded half up: of those whose value was stated; nil
        /// without any.
        public let averageWonValue: Int64?
        /// won / (won + lost), in basis points rounded half up; nil when nothing was closed.
        public let closedWinRateBp: Int64?
        /// Deals opened in the period.
        public let opened: Int64
        /// Of these, won by now: as far as the answer knows.
        public let openedWon: Int64
        /// Of these, lost by now.
        public let openedLost: Int64
        /// openedWon / (openedWon + openedLost), in basis points rounded half up; nil when none of them is closed.
        /// While many are open it is of the quick ones.
        public let openedWinRateBp: Int64?
        /// From opening to win, the mean of the deals won, in hundredths of a day, rounded half up; nil without any.
        public let cycleDaysCenti: Int64?
        /// open · average won value · closed win rate / cycle, in minor units a day, rounded half up once at the end;
        /// nil where a factor is not known, or the cycle has no length.
        public let velocityPerDay: Int64?
    }

    /// The pipeline asked for; nil takes all.
    public let pipeline: String?
    /// The first day of the period, as asked; nil is unbounded.
    public let from: String?
    /// The last day of the period, as asked, included; nil: all that is recorded.
    public let to: String?
    /// The IANA zone that days belong to.
    public let zone: String
    /// What deals are grouped by; nil takes all together.
    public let dimension: String?
    /// By value and currency in byte order; those with neither open nor closed nor opened deals are left out.
    public let rows: [Row]
    /// The position that the answer is of.
    public let position: Position
}
