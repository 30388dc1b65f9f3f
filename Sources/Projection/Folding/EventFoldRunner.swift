internal import EventLog
internal import LMDB

/// Runs an ``EventFold``: nothing is kept between events.
final class EventFoldRunner<Definition: EventFold>: FoldRunner {
    private let fold: Definition

    init(_ fold: Definition) {
        self.fold = fold
    }

    func process(_ event: borrowing ProjectedEvent, type: Int, in pass: FoldPass) throws {
        guard pass.takes(event.view.id.low &* 0x9E37_79B9_7F4A_7C15) else { return }
        try fold.contribute(event, type: type, to: &pass.contributions)
    }

    func finish(in pass: FoldPass) {}
    func forEachChangedEntity(_ body: (_ key: RawSpan, _ value: RawSpan) throws -> Void) {}
    func endBatch() {}
    func reset() {}
}
