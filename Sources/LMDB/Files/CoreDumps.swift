internal import Glibc

/// Files that the system writes the memory of a crashed process to.
public enum CoreDumps {
    /// Keeps the system from writing one of this process, and of those that it starts.
    ///
    /// - Returns: false when the system does not allow that.
    @discardableResult
    public static func switchOff() -> Bool {
        var limit = rlimit(rlim_cur: 0, rlim_max: 0)
        return unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0
    }
}
