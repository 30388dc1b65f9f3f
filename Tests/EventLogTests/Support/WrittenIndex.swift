@testable import EventLog
import LMDB

/// Writes an index of one run for the log in the data directory `path`, as the indexer would have written it; answers
/// the name of the run.
///
/// - Parameter change: what is done to a record before it is indexed.
@discardableResult
func writeIndex(of path: String, changing change: (inout [UInt8]) -> Void = { _ in }) throws -> String {
    let store = try LogStore(folder: path + "/log", mapSize: 1 << 30, readOnly: false)
    let types = TypeTable()
    let transaction = try store.environment.beginRead()
    try store.refresh(types, in: transaction)
    let table = TailTable(base: 0)
    var checksum: UInt64 = 0
    var cursor = try transaction.cursor(over: store.events)
    var isOnEntry = try cursor.first()
    while isOnEntry {
        checksum = EventView(cursor.value).checksum
        var record = cursor.value.copy()
        change(&record)
        table.insert(EventView(record.rawSpan), typeKey: types.keys[Int(EventView(record.rawSpan).typeNumber) - 1])
        isOnEntry = try cursor.next()
    }
    let run = try RunWriter(folder: path + "/index").write(table, above: 0)
    let entry = Manifest.Entry(
        name: run.name, first: run.first, last: run.last, lastChecksum: checksum, fileHash: run.fileHash)
    try Manifest(logID: store.logID, entries: [entry]).write(to: path + "/index/MANIFEST")
    return run.name
}
