internal import Projection

/// Promise keeping (R22): by when each order was promised first and last, and whether it arrived by then.
///
/// Everything is a contribution of one order's history. Of an order the first placing counts, in order of occurrence,
/// and it ends with its first delivery or with its cancellation, whichever is first. It belongs to the customer that
/// its first event names.
///
/// | table | kind | parts | columns |
/// |---|---|---|---|
/// | `promises` | rows in order of the first promise | time of the first promise, order | ``PromiseRow`` |
/// | `unpromised` | rows in order of placing | time placed, order | nothing: those that nobody promised anything of |
/// | `strays` | rows in order of making | time made, order | ``StrayPromises`` |
/// | `dimensions` | totals | name | orders with a promise that have a value of it |
///
/// A promise that was made when the order had arrived or was cancelled, or of an order that nobody has placed, is a
/// stray: it is counted, and judged by nobody.
enum PromiseModel {
    static let name = "promises"
    static let model = ReadModel(name: name, version: 1, folds: [PromiseFold()], upcasters: EventCatalogue.upcasters)

    static let promises: UInt8 = 1
    static let unpromised: UInt8 = 2
    static let strays: UInt8 = 3
    static let dimensions: UInt8 = 4

    /// Dimensions that every order has, in the order in which a row holds them.
    static let ownDimensions = OrderModel.ownDimensions
}

/// What has become of the first promise of an order.
public enum PromiseOutcome: String, CaseIterable, Codable, Sendable {
    /// The order arrived at the time that was promised first, or before.
    case kept
    /// The order arrived later than was promised first.
    case broken
    /// The order has not arrived, and was to be there by now.
    case overdue
    /// The order has not arrived, and need not be there yet.
    case open
    /// The order was cancelled before it arrived.
    case cancelled
}
