/// Which of the two models of a customer's lifetime value.
public enum LifetimeModel: String, Hashable, Sendable {
    /// How often customers purchase and whether they have left: BG/NBD.
    case purchases
    /// How much they spend per purchase: Gamma-Gamma.
    case spending
}

/// Why a lifetime value, or a model that it is made of, cannot be computed.
public enum LifetimeError: Error, Hashable, Sendable {
    /// A model is fitted to more customers than there are; of the model of spending only those with a repeat purchase
    /// and a value above 0 count.
    case tooFewCustomers(LifetimeModel, found: Int, needed: Int)
    /// No customer has purchased twice, so nothing is known about rates.
    case noRepeatPurchase
    /// A parameter, a time or a rate is not a number in the range it must be in.
    case outOfRange(name: String, value: Double, expected: String)
    /// The figures of a customer contradict each other.
    case impossibleSummary(repeats: Int, recency: Double, age: Double)
    /// The likelihood has no maximum: it still rises where the parameter is millions of times what it began with, or a
    /// millionth of it. The customers differ too little, or none of them leaves.
    case noMaximum(LifetimeModel, parameter: String)
    /// The search for the maximum ended without one; the gradient is relative to the size of the likelihood.
    case didNotConverge(LifetimeModel, iterations: Int, relativeGradient: Double)
    /// Values per purchase are so spread that they have no mean: the parameter q is not above 1.
    case noMeanSpending(q: Double)
    /// An amount does not fit into 64 bits.
    case amountTooLarge
    /// So many purchases would be summed over that it takes too long; the time is in the unit of the model.
    case tooFarAhead(time: Double)
}

extension LifetimeError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooFewCustomers(let model, let found, let needed):
            "the model of \(model.rawValue) needs \(needed) customers, there are \(found)"
        case .noRepeatPurchase:
            "no customer has purchased a second time"
        case .outOfRange(let name, let value, let expected):
            "\(name) is \(value), expected \(expected)"
        case .impossibleSummary(let repeats, let recency, let age):
            "no customer of age \(age) has \(repeats) repeat purchases of which the last was at \(recency)"
        case .noMaximum(let model, let parameter):
            "the likelihood of the model of \(model.rawValue) has no maximum: it rises without end in \(parameter)"
        case .didNotConverge(let model, let iterations, let gradient):
            "the fit of the model of \(model.rawValue) found no maximum in \(iterations) iterations, its gradient is"
                + " \(gradient) of the likelihood"
        case .noMeanSpending(let q):
            "values per purchase have no mean: q is \(q), expected above 1"
        case .amountTooLarge:
            "an amount does not fit into 64 bits"
        case .tooFarAhead(let time):
            "\(time) units of time are too far ahead of customers this active"
        }
    }
}
