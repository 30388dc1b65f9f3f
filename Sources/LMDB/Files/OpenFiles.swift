internal import Glibc

/// How many files this process may have open at once.
///
/// An environment keeps a few of them open for as long as it is used. Systems start programs with a low limit, which
/// the program itself may raise up to another one (`RLIMIT_NOFILE`, soft and hard).
public enum OpenFiles {
    /// More are not asked for: there are programs that go through all that there could be.
    private static let most: rlim_t = 1 << 20

    /// The limit that holds now; nil when the system does not say.
    public static var limit: UInt64? { limits().map { UInt64($0.rlim_cur) } }

    /// Raises the limit as far as the system lets this process, up to 1,048,576 files. Never lowers it. Programs that
    /// this process starts have the same limit.
    ///
    /// - Returns: false when the system does not allow it.
    @discardableResult
    public static func raiseLimit() -> Bool {
        guard var limits = limits() else { return false }
        let wanted = min(limits.rlim_max, most)
        if limits.rlim_cur >= wanted { return true }
        limits.rlim_cur = wanted
        return unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0
    }

    private static func limits() -> rlimit? {
        var limits = rlimit(rlim_cur: 0, rlim_max: 0)
        let code = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
        return code == 0 ? limits : nil
    }
}
