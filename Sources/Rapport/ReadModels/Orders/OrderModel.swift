internal import EventLog
internal import Projection

/// The order book (R20): every order, what was sold, cancelled and given back over time; and who ordered when, and for
/// how much, for cohorts and retention (R32), recency, frequency and value (R29) and lifetime values (R28).
///
/// Everything is a contribution of one order's history. Of an order the first placing counts, in order of occurrence;
/// changes before it change nothing, and a cancellation is final. It belongs to the customer that its first event
/// names.
///
/// | table | kind | parts | columns |
/// |---|---|---|---|
/// | `counts` | series, at each change | dimension, value | ``Count`` |
/// | `values` | series, at each change | dimension, value, currency | ``Value`` |
/// | `orders` | rows in order of placing | status, time placed, order | ``OrderState`` holds the rest |
/// | `ofCustomers` | rows in order of placing | customer, time placed, order | ``CustomerOrderRow`` |
/// | `ofNobody` | rows in order of placing | time placed, order: those without a customer | ``CustomerOrderRow`` |
///
/// Dimension and value are empty for all orders together. An order that nobody placed counts nowhere until its placing
/// is known.
enum OrderModel {
    static let name = "orders"
    static let model = ReadModel(name: name, version: 3, folds: [OrderFold()], upcasters: EventCatalogue.upcasters)

    static let counts: UInt8 = 1
    static let values: UInt8 = 2
    static let orders: UInt8 = 3
    static let ofCustomers: UInt8 = 4
    static let ofNobody: UInt8 = 5

    /// Dimensions that every order has, whatever its attributes: none of these may take their names.
    static let ownDimensions = ["customer", "channel"]

    /// Columns of `counts`.
    enum Count {
        static let placed = 0
        static let delivered = 1
        static let cancelled = 2
        static let returned = 3
        static let open = 4
        /// Thousandths of the unit that something is sold in.
        static let quantity = 5
        static let count = 6
    }

    /// Columns of `values`, in minor units.
    enum Value {
        static let placed = 0
        /// What changes of orders added; less than zero when they took away more.
        static let changed = 1
        static let cancelled = 2
        static let returned = 3
        static let open = 4
        static let count = 5
    }
}

/// How an order stands.
public enum OrderStatus: String, CaseIterable, Codable, Sendable {
    /// Placed, and neither delivered nor cancelled.
    case placed
    case delivered
    case cancelled
    /// All of it or a part of it came back.
    case returned

    /// The number it is stored as.
    var code: UInt8 {
        switch self {
        case .placed: 0
        case .delivered: 1
        case .cancelled: 2
        case .returned: 3
        }
    }
}
