import EventLog
import Sealing

/// What is told of a key store wherever it is told; the shape of its JSON.
struct KeyStoreFacts: Codable, Equatable {
    /// The generation of the store; each destruction of keys makes another one.
    let epoch: UInt64
    let keys: Int
    /// Persons who have a key.
    let persons: Int
    /// Persons whose keys were destroyed.
    let erased: Int
    /// Erasures up to here are carried out.
    let replayedTo: Position
    /// On disk.
    let bytes: Int

    init(_ status: KeyStoreStatus) {
        epoch = UInt64(status.epoch)
        keys = Int(status.keys)
        persons = Int(status.subjects)
        erased = Int(status.erased)
        replayedTo = status.replayedTo
        bytes = Int(status.bytes)
    }

    /// `12 keys of 9 persons`.
    var keysText: String { NumberFormat.count(keys, "key") + " of " + NumberFormat.count(persons, "person") }

    /// In one line.
    var text: String {
        "generation \(NumberFormat.integer(epoch)), \(NumberFormat.count(persons, "person")), "
            + "\(NumberFormat.integer(erased)) erased"
    }
}
