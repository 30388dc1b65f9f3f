extension Array where Element == UInt8 {
    /// The array's bytes, lent.
    public var rawSpan: RawSpan {
        @inlinable
        @_lifetime(borrow self)
        get { unsafe span.bytes }
    }
}

extension String {
    /// The string's UTF-8 bytes, lent.
    public var rawSpan: RawSpan {
        @inlinable
        @_lifetime(borrow self)
        get { unsafe utf8Span.span.bytes }
    }
}
