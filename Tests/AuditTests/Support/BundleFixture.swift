@testable import Audit
import EventLog
import Transparency

/// A signed log of 300 events, and texts of bundles that are made of it.
struct BundleFixture {
    let signed: SignedFixture
    let key: VerifierKey

    /// The events of a selection.
    static let chosen = [3, 5, 100, 256, 257, 300].map { Position($0) }

    init() throws {
        signed = try SignedFixture()
        key = try signed.makeKey()
        try signed.sign(after: 300)
    }

    /// A bundle of some events.
    func selection(personalParts: Bool = true) throws -> String {
        try signed.withTrail { _, trail in
            let note = try newest(trail)
            let positions: [Position] = Self.chosen.reversed() + Self.chosen
            let bundle = try trail.bundle(
                of: positions, subject: "customer:C-42", in: note, personalParts: personalParts)
            return try bundle.encoded
        }
    }

    /// A bundle of some events that follow each other.
    func range(_ range: ClosedRange<UInt64>, personalParts: Bool = true) throws -> String {
        try signed.withTrail { _, trail in
            let bundle = try trail.bundle(
                of: Position(range.lowerBound)...Position(range.upperBound), in: try newest(trail),
                personalParts: personalParts)
            return try bundle.encoded
        }
    }

    private func newest(_ trail: AuditTrail) throws -> SignedNote {
        guard let note = try trail.checkpoints.newest() else { throw TreeFixture.Surprise("nothing is signed") }
        return note
    }

    /// The lines of a text; behind the last line end an empty one.
    static func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    }
}
