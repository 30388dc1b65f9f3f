public import EventLog
public import LMDB

/// An event on its way through the folds: header fields in place, the payload decoded at most once for all of them.
public struct ProjectedEvent: ~Escapable {
    /// The stored event.
    public let view: EventView
    @usableFromInline let payload: PayloadCache

    @usableFromInline
    @_lifetime(copy view)
    init(_ view: EventView, _ payload: PayloadCache) {
        self.view = view
        self.payload = payload
    }

    /// The tag of the entity that it is being applied to: of `customer:C-42` all of it, UTF-8. An event about several
    /// entities of a kind is applied to each of them. Only for ``EntityFold/apply(_:type:to:)``.
    @inlinable public var entity: RawSpan {
        @_lifetime(copy self)
        get { view.tagText(payload.tag) }
    }

    @inlinable public var position: Position { view.position }
    @inlinable public var occurredAt: Timestamp { view.occurredAt }
    @inlinable public var recordedAt: Timestamp { view.recordedAt }

    /// The tag of the entity as the event was stored under, or amended to: another than ``entity`` where that entity is
    /// seen as another one. Of several that are seen as the entity the first.
    public var storedEntity: Tag { payload.storedTags?[payload.tag].first ?? view.tag(payload.tag) }

    /// Whether `id` is a tag that the event was stored under, or amended to, and that is seen as the entity.
    public func isEntity(_ id: RawSpan) -> Bool {
        guard let tags = payload.storedTags else { return entity.sameBytes(as: id) }
        return tags[payload.tag].contains { $0.text.sameBytes(as: id) }
    }

    /// The event whose personal parts stand for those of this one, which was amended; nil where its own count.
    public var parts: RecordedEvent? { payload.parts }

    /// What its own personal parts are sealed with: the event as it was appended, whatever it is seen as.
    ///
    /// - Parameter type: its type.
    public func sealingContext(as type: EventType) -> SealingContext {
        guard let record = payload.storedRecord else {
            return SealingContext(view, type: type, schemaRevision: storedRevision)
        }
        return SealingContext(EventView(record.rawSpan), type: type)
    }

    /// The schema revision that it was appended with, which personal parts are sealed with: that of the view may be a
    /// later one, by an upcaster.
    @inlinable public var storedRevision: UInt16 { payload.storedRevision ?? view.schemaRevision }

    /// The payload as `decode` gives it; a second fold that asks for the same type gets the same value.
    @inlinable
    public func payload<Payload: Sendable>(_ decode: (RawSpan) throws -> Payload) throws -> Payload {
        if let known = payload.value as? Payload { return known }
        let value = try decode(view.data)
        payload.value = value
        return value
    }

    /// The id of the first tag of `kind`: of `customer:C-42` the text `C-42`. Nil when there is none.
    public func firstID(of kind: String) -> String? {
        for index in 0..<view.tagCount {
            let text = view.tagText(index)
            if kind.withRawSpan({ text.hasKind($0) }) { return text.text(kind.utf8.count + 1..<text.byteCount) }
        }
        return nil
    }
}

/// The decoded payload of the event at hand.
@usableFromInline
final class PayloadCache {
    @usableFromInline var value: (any Sendable)?
    /// Which tag of the event names the entity that it is being applied to.
    @usableFromInline var tag = 0
    /// The revision of the stored event where an upcaster has replaced its data.
    @usableFromInline var storedRevision: UInt16?
    /// For each tag of the event those that it stands for, where entities were resolved.
    @usableFromInline var storedTags: [[Tag]]?
    /// The event whose personal parts stand for those of the event.
    @usableFromInline var parts: RecordedEvent?
    /// The event as it is stored, where it was amended.
    @usableFromInline var storedRecord: [UInt8]?

    @usableFromInline
    init() {}

    /// Forgets the event before.
    @usableFromInline
    func reset() {
        value = nil
        if storedTags != nil { storedTags = nil }
        if parts != nil { parts = nil }
        if storedRecord != nil { storedRecord = nil }
    }

    /// For the same event with other data.
    @usableFromInline
    init(_ other: PayloadCache, storedRevision: UInt16) {
        tag = other.tag
        self.storedRevision = storedRevision
        storedTags = other.storedTags
        parts = other.parts
        storedRecord = other.storedRecord
    }
}

extension RawSpan {
    /// Whether the text is `kind`, a colon and something.
    @inlinable
    package func hasKind(_ kind: RawSpan) -> Bool {
        byteCount > kind.byteCount + 1 && u8(at: kind.byteCount) == UInt8(ascii: ":")
            && extracting(0..<kind.byteCount).sameBytes(as: kind)
    }
}
