internal import CLMDB

/// Memory that was freed and that the C library keeps for the next time it is wanted.
public enum FreedMemory {
    /// Gives it back to the operating system: worth while after work that took much more than what comes next.
    public static func giveBack() { malloc_trim(0) }
}
