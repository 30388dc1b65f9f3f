/// Why a read model cannot go back to the rows from before.
public struct NoPreviousGeneration: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong with the rows from before.
    public enum Reason: Equatable, Sendable {
        /// None are kept: the first ones still serve, or personal data had to be forgotten.
        case notKept
        /// They were made by this version of the read model, which this program does not have.
        case otherVersion(Int)
        /// They are stored in this layout, which this program does not read.
        case otherLayout(Int?)
        /// They are damaged, or those of another log.
        case unusable
        /// Another thread or process replaces the rows just now.
        case busy
    }

    /// The read model.
    public let model: String
    /// The version of it that this program has.
    public let version: Int
    /// What is wrong.
    public let reason: Reason

    public var description: String { "read model \(model) has no rows to go back to: " + explanation }

    private var explanation: String {
        switch reason {
        case .notKept: "none from before are kept"
        case .otherVersion(let found):
            "those from before are of version \(found), this program has version \(version)"
        case .otherLayout(let found):
            "those from before are stored in layout \(found.map { String($0) } ?? "unknown"), this program reads "
                + "\(Generation.layout)"
        case .unusable: "those from before are damaged, or those of another log"
        case .busy: "its rows are being replaced just now"
        }
    }
}

/// The rows of a read model are stored in another layout than this program reads.
public struct OtherRowLayout: Error, Equatable, Sendable, CustomStringConvertible {
    /// The read model.
    public let model: String
    /// The layout that its rows are stored in; nil when they do not say.
    public let found: Int?
    /// The layout that this program reads.
    public let expected: Int

    public var description: String {
        "the rows of read model \(model) are stored in layout \(found.map { String($0) } ?? "unknown"), this program "
            + "reads \(expected)"
    }
}
