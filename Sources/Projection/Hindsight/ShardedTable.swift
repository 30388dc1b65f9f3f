/// A dictionary whose copies share most of what they hold: a change after a copy was taken copies one shard.
///
/// Looking up and setting are O(1). The first change after a copy is O(shards + entries of a shard).
@usableFromInline
package struct ShardedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// A power of two.
    @usableFromInline static var shardCount: Int { 4096 }

    /// Empty until there is an entry.
    @usableFromInline var shards: [[Key: Value]] = []

    /// No entries.
    @inlinable
    package init() {}

    /// Whether there is no entry. O(1).
    @inlinable
    package var isEmpty: Bool { shards.isEmpty }

    /// The value of a key; nil where there is none.
    @inlinable
    package subscript(key: Key) -> Value? { shards.isEmpty ? nil : shards[Self.shard(of: key)][key] }

    /// Sets the value of a key.
    @inlinable
    package mutating func set(_ value: Value, for key: Key) {
        makeShards()
        shards[Self.shard(of: key)][key] = value
    }

    /// Changes the value of a key where it stands; `initial` where there is none.
    @inlinable
    package mutating func change(_ key: Key, from initial: Value, _ body: (inout Value) -> Void) {
        makeShards()
        body(&shards[Self.shard(of: key)][key, default: initial])
    }

    /// Calls `body` with each entry, in no order.
    @inlinable
    package func forEach(_ body: (Key, Value) -> Void) {
        for shard in shards { for (key, value) in shard { body(key, value) } }
    }

    @inlinable
    mutating func makeShards() {
        if shards.isEmpty { shards = Array(repeating: [:], count: Self.shardCount) }
    }

    @inlinable
    static func shard(of key: Key) -> Int { key.hashValue & (shardCount - 1) }
}
