public import LMDB

/// What the verification of a log against its tree and its checkpoints has looked at.
public struct TreeVerification: Hashable, Sendable {
    /// How many events were hashed: all.
    public let size: UInt64
    /// The root over them.
    public let root: Hash256
    /// How many of them were compared with a stored leaf hash.
    public let leavesCompared: UInt64
    /// How many checkpoints were compared, the remembered ones among them.
    public let checkpointsChecked: Int
    /// How many of these were remembered elsewhere.
    public let rememberedChecked: Int
    /// The size of the largest checkpoint: nothing vouches for the events behind it; 0 without any.
    public let coveredUpTo: UInt64
    /// Why the stored tree was left out; nil when it was not, or there was none.
    public let treeLeftOut: String?
}
