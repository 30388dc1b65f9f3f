/// The key that everything hangs on, kept outside of the data directory: in a file, or by a service that never hands it
/// out.
///
/// It wraps one key of each generation of a key store and nothing else, so it is asked rarely: when a key store is
/// opened, made, or changes its generation.
public protocol MasterKey: Sendable {
    /// What messages call it; never the key.
    var name: String { get }

    /// Wraps a key so that only this master key can give it back.
    ///
    /// - Parameter context: what the wrapped key belongs to; the same bytes must be given to unwrap it.
    func wrap(_ key: [UInt8], for context: [UInt8]) throws -> [UInt8]

    /// Gives back what ``wrap(_:for:)`` has wrapped.
    ///
    /// - Throws: ``MasterKeyRefusal`` with the reason `wrongKey` when another key, or for another context, has wrapped
    ///   it.
    func unwrap(_ wrapped: [UInt8], for context: [UInt8]) throws -> [UInt8]
}
