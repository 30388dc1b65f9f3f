internal import LMDB

// Fields of the provenance, compared and lent where they stand. For reads that look for one among many events.

extension EventView {
    /// Whether ``Provenance/actor`` is these bytes of UTF-8. An event that names no actor has none, not an empty one.
    public func hasActor(_ name: RawSpan) -> Bool { has(.actor, name) }

    /// Whether ``Provenance/source`` is these bytes of UTF-8.
    public func hasSource(_ name: RawSpan) -> Bool { has(.source, name) }

    /// Whether ``Provenance/correlationID`` is these bytes of UTF-8.
    public func hasCorrelationID(_ id: RawSpan) -> Bool { has(.correlationID, id) }

    /// Whether ``Provenance/causationID`` is this id.
    public func isCaused(by id: EventID) -> Bool {
        guard let place = place(of: .causationID), place.count == 16 else { return false }
        return bytes.u64(at: place.lowerBound) == id.high && bytes.u64(at: place.lowerBound + 8) == id.low
    }

    /// ``Provenance/actor``, UTF-8, in place; empty where the event names none.
    public var actorText: RawSpan {
        @_lifetime(copy self)
        get { text(of: .actor) }
    }

    /// ``Provenance/source``, UTF-8, in place; empty where the event names none.
    public var sourceText: RawSpan {
        @_lifetime(copy self)
        get { text(of: .source) }
    }

    @_lifetime(copy self)
    private func text(of field: ProvenanceField) -> RawSpan {
        guard let place = place(of: field) else { return bytes.extracting(0..<0) }
        return bytes.extracting(place)
    }

    private func has(_ field: ProvenanceField, _ value: RawSpan) -> Bool {
        guard let place = place(of: field) else { return false }
        return bytes.extracting(place).sameBytes(as: value)
    }

    /// Where in the record the bytes of a field are; nil where it is not there. Fields stand in the order of their
    /// numbers, each with its number (1) and length (2) before it.
    private func place(of field: ProvenanceField) -> Range<Int>? {
        var offset = provenanceStart
        let end = dataStart
        while offset + 3 <= end {
            let place = offset + 3..<offset + 3 + Int(bytes.u16(at: offset + 1))
            let number = bytes.u8(at: offset)
            if number == field.rawValue { return place.upperBound <= end ? place : nil }
            if number > field.rawValue { return nil }
            offset = place.upperBound
        }
        return nil
    }
}
