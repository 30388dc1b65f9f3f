public import EventLog
internal import LMDB

/// Which waterfall: what moved the open value between two moments.
public struct WaterfallQuestion: Sendable, Hashable {
    /// The first day: the waterfall starts with what is open when it begins.
    public var from: CivilDate
    /// The last day, included: the waterfall ends with what is open when it is over.
    public var to: CivilDate
    /// Nil takes the deals of all pipelines together.
    public var pipeline: String?
    /// Groups deals by `owner`, `team`, `territory`, `customer`, or an attribute given when they were opened, each as
    /// it was at the time; nil does not group.
    public var by: String?
    /// Only deals that are expected to be closed on one of these days are in scope, and only while they are. Nil takes
    /// all.
    public var closing: ClosedRange<CivilDate>?
    /// The IANA zone that days belong to. The days on which deals are expected to be closed are compared as they are
    /// written.
    public var zone: String

    /// A question; without optional arguments, about all deals, by days in UTC.
    public init(
        from: CivilDate, to: CivilDate, pipeline: String? = nil, by: String? = nil,
        closing: ClosedRange<CivilDate>? = nil, zone: String = "UTC"
    ) {
        self.from = from
        self.to = to
        self.pipeline = pipeline
        self.by = by
        self.closing = closing
        self.zone = zone
    }
}

extension WaterfallQuestion {
    /// The moments of the period, microseconds UTC.
    ///
    /// - Throws: ``ReversedWaterfallPeriod``.
    func period(in calendar: ZonedCalendar) throws(ReversedWaterfallPeriod) -> Range<Int64> {
        guard from <= to else { throw ReversedWaterfallPeriod(from: from, to: to) }
        return calendar.startOfDay(from).microseconds..<calendar.endOfDay(to).microseconds
    }

    /// What is asked for, in bytes: a page of movements belongs to one question.
    func scope(_ item: WaterfallItem) -> [UInt8] {
        var bytes: [UInt8] = [PipelineModel.deals]
        let days = closing.map { "\($0.lowerBound) \($0.upperBound)" }
        for part in [item.rawValue, from.description, to.description, zone, pipeline, by, days] {
            bytes.append(part == nil ? 0 : 1)
            bytes.append(prefixed: part ?? "")
        }
        return bytes
    }
}

/// What adds to the open value, or takes from it.
public enum WaterfallItem: String, Codable, Sendable, Hashable, CaseIterable {
    /// What is open when the first day begins.
    case start
    /// Deals that were opened, with the amount they were opened with.
    case created
    /// By how much the amounts of open deals rose; its count is of changes.
    case grown
    /// By how much the amounts of open deals fell; its count is of changes.
    case shrunk
    /// Open deals that came into scope by another expected day of closing.
    case pulledIn
    /// Open deals that went out of scope by another expected day of closing, be it later or earlier.
    case pushedOut
    /// Deals that were won or lost before and are open again, with the amount they had then.
    case reopened
    /// Deals that were won, with the amount agreed on.
    case won
    /// Deals that were lost, with the amount they had last.
    case lost
    /// Open deals whose amount was stated in this currency instead of another one.
    case currencyIn
    /// Open deals whose amount was stated in another currency, with the amount they had in this one.
    case currencyOut
    /// Open deals that came into the group.
    case transferredIn
    /// Open deals that went from the group into another one.
    case transferredOut
    /// What is open when the last day is over.
    case end

    /// 1 of what adds to the open value, -1 of what takes from it: all items together, times their signs, are 0.
    public var sign: Int64 {
        switch self {
        case .start, .created, .grown, .pulledIn, .reopened, .currencyIn, .transferredIn: 1
        case .shrunk, .pushedOut, .won, .lost, .currencyOut, .transferredOut, .end: -1
        }
    }

    /// Whether deals come or go by it: the counts of all such items, times their signs, are 0.
    public var movesDeals: Bool { self != .grown && self != .shrunk }

    /// Its place among all items.
    var index: Int {
        switch self {
        case .start: 0
        case .created: 1
        case .grown: 2
        case .shrunk: 3
        case .pulledIn: 4
        case .pushedOut: 5
        case .reopened: 6
        case .won: 7
        case .lost: 8
        case .currencyIn: 9
        case .currencyOut: 10
        case .transferredIn: 11
        case .transferredOut: 12
        case .end: 13
        }
    }
}

/// A waterfall whose last day is before its first one.
public struct ReversedWaterfallPeriod: Error, Equatable, Sendable, CustomStringConvertible {
    /// The first day, as asked.
    public let from: CivilDate
    /// The last day, as asked.
    public let to: CivilDate

    public var description: String { "the last day \(to) is before the first one; expected \(from) or later" }
}

/// The items of a waterfall do not lead from its start to its end: an error of this program, never of the data.
public struct UnbalancedWaterfall: Error, Equatable, Sendable, CustomStringConvertible {
    /// The currency in which it does not balance.
    public let currency: String
    /// The value of the dimension; nil where it is not grouped, or of all groups together.
    public let group: String?
    /// The deals that start and items come to, less those at the end.
    public let deals: Int64
    /// The minor units that start and items come to, less those at the end.
    public let value: Int64

    public var description: String {
        let place = (currency.isEmpty ? "no currency" : currency) + (group.map { ", group '\($0)'" } ?? "")
        return "the waterfall in \(place) is out of balance by \(deals) deals and \(value) minor units; expected 0"
    }
}
