public import EventLog

/// What moved the open value of the pipeline between the beginning of one day and the end of another, by what was true
/// then; no snapshot needs to have been set up.
///
/// For each currency, and each group of a dimension: start + created + grown − shrunk + pulledIn − pushedOut + reopened
/// − won − lost + currencyIn − currencyOut + transferredIn − transferredOut = end, to the minor unit. The same holds of
/// the counts of deals, without grown and shrunk, which count changes. The end is not worked out from the items: it is
/// how the deals stand then, and the sum is checked.
public struct PipelineWaterfall: Codable, Sendable, Hashable {
    /// Deals, or changes of deals, and what they come to.
    public struct Bar: Codable, Sendable, Hashable {
        /// Deals; of what grew or shrank, changes.
        public let count: Int64
        /// Minor units.
        public let value: Int64

        /// So many deals or changes, and what they come to in minor units.
        public init(count: Int64, value: Int64) {
            self.count = count
            self.value = value
        }
    }

    /// All that moved the open value in one currency.
    public struct Balance: Codable, Sendable, Hashable {
        /// Empty for deals whose value nobody has stated.
        public let currency: String
        /// The value of the dimension, empty for deals that have none; nil of all groups together.
        public let group: String?
        /// What is open when the first day begins.
        public let start: Bar
        /// Deals that were opened, with the amount they were opened with.
        public let created: Bar
        /// By how much the amounts of open deals rose; the count is of changes. A win that states a greater amount
        /// counts here first.
        public let grown: Bar
        /// By how much the amounts of open deals fell; the count is of changes. A win that states a lesser amount
        /// counts here first.
        public let shrunk: Bar
        /// Open deals that came into scope by another expected day of closing; nil where no days bound the scope.
        public let pulledIn: Bar?
        /// Open deals that went out of scope by another expected day of closing; nil where no days bound the scope.
        public let pushedOut: Bar?
        /// Deals that were won or lost before and are open again.
        public let reopened: Bar
        /// Deals that were won, with the amount agreed on.
        public let won: Bar
        /// Deals that were lost.
        public let lost: Bar
        /// Open deals whose amount was stated in this currency instead of another one, with the new amount.
        public let currencyIn: Bar
        /// Open deals whose amount was stated in another currency, with the old amount.
        public let currencyOut: Bar
        /// Open deals that came into the group; nil where there are no groups, or of all groups together.
        public let transferredIn: Bar?
        /// Open deals that went into another group; nil where there are no groups, or of all groups together.
        public let transferredOut: Bar?
        /// What is open when the last day is over.
        public let end: Bar
    }

    /// The first day, as asked.
    public let from: String
    /// The last day, as asked.
    public let to: String
    /// The IANA zone that days belong to.
    public let zone: String
    /// The pipeline, as asked; nil takes all together.
    public let pipeline: String?
    /// The dimension, as asked; nil does not group.
    public let by: String?
    /// The first expected day of closing that is in scope, as asked; nil takes all.
    public let closingFrom: String?
    /// The last expected day of closing that is in scope, as asked; nil takes all.
    public let closingTo: String?
    /// By currency, all groups together.
    public let balances: [Balance]
    /// By value of the dimension and currency; nil without a dimension.
    public let groups: [Balance]?
    /// The position that the answer is of.
    public let position: Position
}

extension PipelineWaterfall.Balance {
    /// The bar of an item; nil where the question leaves no such item.
    public func bar(_ item: WaterfallItem) -> PipelineWaterfall.Bar? {
        switch item {
        case .start: start
        case .created: created
        case .grown: grown
        case .shrunk: shrunk
        case .pulledIn: pulledIn
        case .pushedOut: pushedOut
        case .reopened: reopened
        case .won: won
        case .lost: lost
        case .currencyIn: currencyIn
        case .currencyOut: currencyOut
        case .transferredIn: transferredIn
        case .transferredOut: transferredOut
        case .end: end
        }
    }

    /// Of the bars of all items, in their order.
    init(
        currency: String, group: String?, isBounded: Bool, _ bars: some RandomAccessCollection<PipelineWaterfall.Bar>
    ) {
        func bar(_ item: WaterfallItem) -> PipelineWaterfall.Bar {
            bars[bars.index(bars.startIndex, offsetBy: item.index)]
        }
        self.init(
            currency: currency, group: group, start: bar(.start), created: bar(.created), grown: bar(.grown),
            shrunk: bar(.shrunk), pulledIn: isBounded ? bar(.pulledIn) : nil,
            pushedOut: isBounded ? bar(.pushedOut) : nil, reopened: bar(.reopened), won: bar(.won), lost: bar(.lost),
            currencyIn: bar(.currencyIn), currencyOut: bar(.currencyOut),
            transferredIn: group == nil ? nil : bar(.transferredIn),
            transferredOut: group == nil ? nil : bar(.transferredOut), end: bar(.end))
    }

    /// - Throws: ``UnbalancedWaterfall`` where start and items do not lead to the end.
    func check() throws(UnbalancedWaterfall) {
        var deals = Int128(0)
        var value = Int128(0)
        for item in WaterfallItem.allCases {
            guard let bar = self.bar(item) else { continue }
            if item.movesDeals { deals += Int128(item.sign) * Int128(bar.count) }
            value += Int128(item.sign) * Int128(bar.value)
        }
        if deals == 0, value == 0 { return }
        throw UnbalancedWaterfall(
            currency: currency, group: group, deals: Int64(clamping: deals), value: Int64(clamping: value))
    }
}
