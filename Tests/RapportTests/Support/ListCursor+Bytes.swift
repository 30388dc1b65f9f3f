import Foundation
import Rapport

extension ListCursor {
    /// A cursor of these bytes, as somebody might make one up; no bytes are a programmer error.
    static func madeUp(of bytes: [UInt8]) -> ListCursor {
        guard let cursor = ListCursor(Data(bytes).base64EncodedString()) else { preconditionFailure("no bytes") }
        return cursor
    }
}
