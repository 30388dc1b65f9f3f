internal import EventLog
internal import Foundation
internal import LMDB
internal import Synchronization

extension ProjectionHost {
    /// Snapshots of several read models at one position.
    public func standing(_ names: [String]) throws -> any StandingRowSource {
        let models = try names.map { try served($0) }
        for _ in 0..<1000 {
            let generations = try models.map { model in
                guard let generation = try model.current() else {
                    throw ProjectionUnavailable.rebuilding(model: model.model.name)
                }
                return generation
            }
            let boxes = try follower.gate.withLock { _ in
                try generations.map { SnapshotBox(try ModelReader($0)) }
            }
            let positions = Set(boxes.map { $0.reader.position })
            if positions.count == 1, let position = positions.first {
                return StandingRows(boxes: Dictionary(uniqueKeysWithValues: zip(names, boxes)), position: position)
            }
            for name in names {
                if let failure = follower.failure(of: name) { throw ProjectionUnavailable.stopped(failure) }
            }
            Thread.sleep(forTimeInterval: 0.002)
        }
        throw ProjectionUnavailable.behind(model: names.first ?? "", at: .zero, wanted: log.head)
    }
}

/// A snapshot that several hold.
final class SnapshotBox {
    let reader: ModelReader
    init(_ reader: consuming ModelReader) { self.reader = reader }
}

/// Rows of several read models at one position.
private final class StandingRows: StandingRowSource, @unchecked Sendable {
    // Unchecked: snapshots may be read on any thread, and nothing else is in it that changes.
    private let boxes: [String: SnapshotBox]
    let position: Position

    init(boxes: [String: SnapshotBox], position: Position) {
        self.boxes = boxes
        self.position = position
    }

    private func box(_ name: String) throws -> SnapshotBox {
        guard let box = boxes[name] else { throw ProjectionUnavailable.unknown(model: name) }
        return box
    }

    func read<Result>(_ name: String, _ body: (borrowing ModelReader) throws -> Result) throws -> Result {
        try body(try box(name).reader)
    }

    func read<Result>(
        _ first: String, and second: String,
        _ body: (borrowing ModelReader, borrowing ModelReader) throws -> Result
    ) throws -> Result {
        try body(try box(first).reader, try box(second).reader)
    }
}
