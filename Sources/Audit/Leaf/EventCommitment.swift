public import EventLog
public import LMDB

/// The hashes of events in the tree, straight from the log's records: for going through millions of them.
///
/// ``EventOpening`` gives the same hashes, and what they are of.
public enum EventCommitment {
    /// RFC 6962 hashes the leaves of a tree behind this byte.
    private static let leafPrefix: UInt8 = 0x00

    /// The leaf hash of an event. Linear in its size; no memory is taken for it once `scratch` is large enough.
    ///
    /// A record that has not the shape of an event gets a hash, too, that no event has.
    ///
    /// - Parameters:
    ///   - event: a record of 64 bytes or more, such as a read lends.
    ///   - type: the type that its number stands for.
    ///   - scratch: used and overwritten; the same for many events.
    public static func leafHash(
        of event: borrowing EventView, type: EventType, scratch: inout [UInt8]
    ) -> Hash256 {
        let entry =
            event.hasShape ? LeafEntry(ofShaped: event, scratch: &scratch) : LeafEntry(ofMisshapen: event)
        return leafHash(of: entry, typeName: type.name.utf8, scratch: &scratch)
    }

    /// The same for an event that has its shape, and a type's name in UTF-8.
    static func leafHash(
        ofShaped event: borrowing EventView, typeName: [UInt8], scratch: inout [UInt8]
    ) -> Hash256 {
        let entry = LeafEntry(ofShaped: event, scratch: &scratch)
        return leafHash(of: entry, typeName: typeName, scratch: &scratch)
    }

    /// As `MerkleHash.leaf` says, without its copy of the entry.
    private static func leafHash(
        of entry: LeafEntry, typeName: some Collection<UInt8>, scratch: inout [UInt8]
    ) -> Hash256 {
        scratch.removeAll(keepingCapacity: true)
        scratch.append(leafPrefix)
        entry.append(to: &scratch, typeName: typeName)
        return Hash256.sha256(of: scratch.rawSpan)
    }
}
