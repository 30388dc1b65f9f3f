internal import CLMDB

/// One value of an immutable environment, held for as long as this object lives and readable from any thread.
@safe
public final class PinnedValue: @unchecked Sendable {
    // Unchecked: the bytes lie in a file that nobody writes to any more, mapped until this object lets it go.

    private let transaction: ReadTransaction
    private let bytes: UnsafeRawBufferPointer

    /// The value under `key`; nil when it is missing. `environment` was opened as immutable.
    public init?(_ environment: Environment, _ database: Database, _ key: String) throws(LMDBError) {
        precondition(environment.isImmutable, "only the values of an immutable environment can be pinned")
        let transaction = try environment.beginRead()
        guard let found = unsafe try lookUp(key, in: database, transaction.handle, environment.path) else {
            return nil
        }
        self.transaction = transaction
        unsafe self.bytes = found
    }

    /// Lends the value.
    public func withBytes<Result>(_ body: (RawSpan) -> Result) -> Result {
        unsafe body(RawSpan(_unsafeBytes: bytes))
    }
}
