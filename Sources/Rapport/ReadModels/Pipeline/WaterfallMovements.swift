public import EventLog
internal import LMDB
internal import Projection

/// One deal behind an item of a waterfall.
public struct WaterfallMovement: Codable, Sendable, Hashable {
    /// Id of the deal.
    public let deal: String
    /// Which item it counts in.
    public let item: WaterfallItem
    /// When it happened; of start and end, when the deal came to stand so.
    public let at: Timestamp
    /// What it adds to the item, in minor units.
    public let value: Int64
    /// Empty for a deal whose value nobody has stated.
    public let currency: String
    /// The value of the dimension, empty where the deal has none; nil without a dimension.
    public let group: String?
    /// The event that says so: of the deal, or of the team of its owner.
    public let position: Position
}

extension CRMState {
    /// A page of the deals behind an item of a waterfall, in order of time; all pages together are the item, in count
    /// and value. O(changes of the deals opened by the last day).
    ///
    /// - Parameters:
    ///   - cursor: where an earlier page ended.
    /// - Throws: ``ForeignCursor``, ``UnknownTimeZone``, ``ReversedWaterfallPeriod``, `SumOverflow`.
    public func waterfallMovements(
        _ question: WaterfallQuestion, item: WaterfallItem, limit: Int = usualPageSize,
        after cursor: ListCursor? = nil, atLeast position: Position? = nil
    ) async throws -> ListPage<WaterfallMovement> {
        try await wait(for: position, of: PipelineModel.name)
        let calendar = try ZonedCalendar(zone: question.zone)
        let period = try question.period(in: calendar)
        let scope = question.scope(item)
        return try rows.read(PipelineModel.name) { reader in
            var page = MovementPage(pageSize(limit), after: try MovementPage.Place(cursor, in: scope))
            let texts = try question.forEachMovement(in: period, reader) { deal, movement in
                if movement.item == item { page.add(movement, of: deal) }
            }
            let entries = page.finish()
            let rows = entries.prefix(page.size).map { entry in
                WaterfallMovement(
                    deal: entry.place.deal, item: item, at: Timestamp(microseconds: entry.place.at),
                    value: entry.movement.value, currency: texts.text(entry.movement.currency),
                    group: question.by == nil ? nil : texts.text(entry.movement.group),
                    position: Position(entry.movement.position))
            }
            let next = entries.count > page.size ? entries[page.size - 1].place.cursor(in: scope) : nil
            return ListPage(rows: rows, next: next, position: reader.position)
        }
    }
}

/// The first movements behind a place of a list: one more than a page has, if there are, so that it shows whether the
/// list goes on.
private struct MovementPage {
    /// A place in the order of time; of one moment by deal, then as they followed each other.
    struct Place {
        let at: Int64
        let deal: String
        let number: Int
    }

    struct Entry {
        let place: Place
        let movement: DealMovement
    }

    let size: Int
    private let start: Place?
    private var entries: [Entry] = []
    /// The last movement that still has room, once there are enough before it.
    private var last: Place?

    init(_ size: Int, after start: Place?) {
        self.size = size
        self.start = start
    }

    mutating func add(_ movement: DealMovement, of deal: DealHistory) {
        if let start, movement.at < start.at { return }
        if let last, movement.at > last.at { return }
        let place = Place(at: movement.at, deal: deal.id, number: movement.number)
        if let start, !start.isBefore(place) { return }
        entries.append(Entry(place: place, movement: movement))
        if entries.count > 2 * size + 1 { trim() }
    }

    private mutating func trim() {
        entries.sort { $0.place.isBefore($1.place) }
        guard entries.count > size else { return }
        entries.removeLast(entries.count - size - 1)
        last = entries[size].place
    }

    /// In their order: a page, and one more where the list goes on.
    mutating func finish() -> [Entry] {
        trim()
        return entries
    }
}

extension MovementPage.Place {
    fileprivate func isBefore(_ other: Self) -> Bool {
        if at != other.at { return at < other.at }
        let order = deal.compareBytes(to: other.deal)
        return order == 0 ? number < other.number : order < 0
    }

    /// Where a page ended; nil where there was none.
    ///
    /// - Throws: ``ForeignCursor``.
    init?(_ cursor: ListCursor?, in scope: [UInt8]) throws(ForeignCursor) {
        guard let cursor else { return nil }
        // A time of eight bytes, a number of four, and an id.
        let key = try cursor.key(in: scope, atLeast: 13)
        let span = key.rawSpan
        at = TimedKey.time(of: span, prefix: 0)
        number = Int(span.u32(at: 8))
        deal = span.text(12..<key.count)
    }

    func cursor(in scope: [UInt8]) -> ListCursor {
        var key = TimedKey.start([], at: at)
        key.append(littleEndian: UInt32(number))
        key.append(utf8: deal)
        return ListCursor(after: key, in: scope)
    }
}
