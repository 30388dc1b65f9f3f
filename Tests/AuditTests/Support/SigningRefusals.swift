import Audit

/// Why nothing was signed; nil when something was.
func refusal(_ body: () throws -> Void) throws -> SigningRefusal.Reason? {
    do {
        try body()
        return nil
    } catch let refusal as SigningRefusal {
        return refusal.reason
    }
}
