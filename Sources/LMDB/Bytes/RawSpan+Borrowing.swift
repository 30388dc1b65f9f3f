extension Array where Element == UInt8 {
    /// The array's bytes, lent.
    public var rawSpan: RawSpan {
        @inlinable
        @_lifetime(borrow self)
        get { unsafe span.bytes }
    }
}

extension String {
    /// Lends the string's UTF-8 bytes to `body`.
    ///
    /// There is no property that lends them: a short string lives in registers, and a span over the place where it was
    /// put down for a moment would outlive it.
    @inlinable
    public func withRawSpan<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result {
        var text = self
        return try text.withUTF8 { bytes in try unsafe body(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(bytes))) }
    }

    /// Whether both hold the same bytes. `==` takes texts for the same that differ in bytes.
    @inlinable
    public func sameBytes(as other: String) -> Bool { withRawSpan { other.sameBytes(as: $0) } }

    /// Whether the UTF-8 bytes are those of `other`.
    @inlinable
    public func sameBytes(as other: RawSpan) -> Bool { withRawSpan { $0.sameBytes(as: other) } }

    /// Byte order: negative, zero or positive as this text sorts before, equal to or after `other`.
    @inlinable
    public func compareBytes(to other: String) -> Int {
        withRawSpan { mine in other.withRawSpan { mine.compareBytes(to: $0) } }
    }
}
