internal import EventLog
internal import LMDB

extension FunnelDefinition {
    /// The number of the last required step, from 0.
    var lastRequired: Int { steps.lastIndex { !$0.isOptional } ?? 0 }
}

extension FunnelDefinition.Subject {
    /// A kind of entity, or a property.
    var text: String {
        switch self {
        case .entity(let kind): kind
        case .property(let property): property.text
        }
    }
}

extension BehaviourFunnel.Share {
    /// The share that `part` is of `whole`; nil of nothing.
    init?(_ part: Int64, of whole: Int64) {
        guard let share = basisPoints(part, of: whole),
            let interval = WilsonInterval(successes: Int(part), of: Int(whole))
        else { return nil }
        self.init(
            shareBp: share, lowBp: Int64((interval.lower * 10_000).rounded()),
            highBp: Int64((interval.upper * 10_000).rounded()))
    }
}

extension BehaviourFunnel.Comparison {
    /// As many must have entered in either group for the test to say anything.
    private static let fewestEntrants: Int64 = 30

    /// How the conversions of two groups differ.
    init(
        first: String, second: String, _ left: (converted: Int64, entered: Int64),
        _ right: (converted: Int64, entered: Int64)
    ) {
        var difference: Int64?
        if left.entered > 0, right.entered > 0 {
            let whole = Int128(left.entered) * Int128(right.entered)
            let part = Int128(left.converted) * Int128(right.entered) - Int128(right.converted) * Int128(left.entered)
            difference = Int64((part * 20_000 + whole).dividedFlooring(by: 2 * whole).quotient)
        }
        var probability: Int64?
        if min(left.entered, right.entered) >= Self.fewestEntrants {
            let value = FisherExact.pValue(
                left.converted, left.entered - left.converted, right.converted, right.entered - right.converted)
            probability = value.map { Int64(($0 * 1_000_000).rounded()) }
        }
        self.init(first: first, second: second, differenceBp: difference, pMillionths: probability)
    }
}
