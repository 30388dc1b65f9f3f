@testable import Rapport

/// In which order, what, and which attempts are counted.
struct FunnelMode: Sendable, CustomStringConvertible {
    let order: FunnelDefinition.Order
    let counting: FunnelDefinition.Counting
    /// Nil is either, from stream to stream.
    let reentry: FunnelDefinition.Reentry?

    static let all: [FunnelMode] = FunnelDefinition.Order.allCases.flatMap { order -> [FunnelMode] in
        [
            FunnelMode(order: order, counting: .unique, reentry: .best),
            FunnelMode(order: order, counting: .unique, reentry: .first),
            FunnelMode(order: order, counting: .total, reentry: nil),
            FunnelMode(order: order, counting: .session, reentry: nil),
        ]
    }

    var description: String {
        "\(order.rawValue), \(counting.rawValue)" + (reentry.map { ", \($0.rawValue)" } ?? "")
    }
}
