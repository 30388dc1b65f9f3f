internal import LMDB

// Single fields of a message whose keys are known only when a property is compiled, read in place; read as the
// generated views do: of a field that stands twice the last one counts.

/// A field that holds a text.
struct WireText: ~Escapable {
    /// UTF-8; empty where the field is left out.
    private(set) var text: RawSpan

    @_lifetime(copy wire)
    private init(empty wire: RawSpan) {
        text = wire.extracting(0..<0)
    }

    @_lifetime(copy wire)
    init(_ wanted: UInt64, in wire: RawSpan) throws(MalformedBytes) {
        self.init(empty: wire)
        var reader = WireReader(wire)
        while let key = try reader.key() {
            if key == wanted {
                text = try reader.text()
            } else {
                try reader.skip(key)
            }
        }
    }
}

/// A field that holds a message.
struct WireMessage: ~Escapable {
    /// The last of them; empty where the field is left out.
    private(set) var bytes: RawSpan
    /// Whether the field is there.
    private(set) var isThere = false

    @_lifetime(copy wire)
    private init(empty wire: RawSpan) {
        bytes = wire.extracting(0..<0)
    }

    @_lifetime(copy wire)
    init(_ wanted: UInt64, in wire: RawSpan) throws(MalformedBytes) {
        self.init(empty: wire)
        var reader = WireReader(wire)
        while let key = try reader.key() {
            if key == wanted {
                bytes = try reader.message()
                isThere = true
            } else {
                try reader.skip(key)
            }
        }
    }
}

/// A field that holds a varint.
struct WireNumber {
    /// As it stands on the wire; 0 where the field is left out.
    private(set) var raw: UInt64 = 0
    /// Whether the field is there.
    private(set) var isThere = false

    init(_ wanted: UInt64, in wire: RawSpan) throws(MalformedBytes) {
        var reader = WireReader(wire)
        while let key = try reader.key() {
            if key == wanted {
                raw = try reader.varint()
                isThere = true
            } else {
                try reader.skip(key)
            }
        }
    }
}

/// An element of a list of names and values.
struct WireNamedValue: ~Escapable {
    /// The keys of the two fields.
    struct Keys: Sendable {
        let name: UInt64
        let value: UInt64
    }

    /// UTF-8; empty where the field is left out.
    private(set) var name: RawSpan
    /// UTF-8; empty where the field is left out.
    private(set) var value: RawSpan

    @_lifetime(copy wire)
    private init(empty wire: RawSpan) {
        name = wire.extracting(0..<0)
        value = wire.extracting(0..<0)
    }

    @_lifetime(copy wire)
    init(_ keys: Keys, in wire: RawSpan) throws(MalformedBytes) {
        self.init(empty: wire)
        var reader = WireReader(wire)
        while let key = try reader.key() {
            switch key {
            case keys.name: name = try reader.text()
            case keys.value: value = try reader.text()
            default: try reader.skip(key)
            }
        }
    }
}
