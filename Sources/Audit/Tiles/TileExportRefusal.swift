/// Why no tiles are written into a folder. What stands there stays.
public enum TileExportRefusal: Error, Equatable, Sendable {
    /// The file `checkpoint` in it is no signed checkpoint; why.
    case unreadableCheckpoint(path: String, reason: String)
    /// Its tiles are of another log, or of another history of this one.
    case otherLog(path: String, size: UInt64)
    /// They are of more events already: what is published never becomes smaller.
    case larger(path: String, size: UInt64, wanted: UInt64)
}

extension TileExportRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadableCheckpoint(let path, let reason):
            "\(path): expected the signed checkpoint of an earlier export, or no file: \(reason)"
        case .otherLog(let path, let size):
            "\(path): the checkpoint there, of \(size) events, is of another log; expected an empty folder, or an "
                + "earlier export of this log"
        case .larger(let path, let size, let wanted):
            "\(path): the checkpoint there is of \(size) events; expected one of at most \(wanted), which are exported"
        }
    }
}
