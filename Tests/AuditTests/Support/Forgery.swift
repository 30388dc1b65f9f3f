import Audit
import EventLog

/// What a forger does to a closed log of 300 events, past all other checks: positions and checksums fit.
enum Forgery: CaseIterable, Sendable {
    case edited, swapped, swappedFarApart, droppedTail, droppedOne, droppedThree, insertedOne, insertedTwo

    func commit(in data: String) throws {
        try Forger(path: data).change { records in
            switch self {
            case .edited:
                // The last byte of an event without subjects is of its data.
                let last = records[136].count - 1
                records[136][last] ^= 1
            case .swapped: records.swapAt(149, 150)
            case .swappedFarApart: records.swapAt(110, 180)
            case .droppedTail: records.removeLast(10)
            case .droppedOne: records.remove(at: 136)
            case .droppedThree: records.removeSubrange(136..<139)
            case .insertedOne: records.insert(Forger.invented(like: records[136]), at: 136)
            case .insertedTwo:
                for _ in 0..<2 { records.insert(Forger.invented(like: records[136]), at: 136) }
            }
        }
    }

    /// What the stored hashes of the events tell.
    var finding: TamperedLog.Finding {
        switch self {
        case .edited: .edited(Position(137))
        case .swapped: .swapped(Position(150), Position(151))
        case .swappedFarApart: .swapped(Position(111), Position(181))
        case .droppedTail: .dropped(from: Position(291), to: Position(300))
        case .droppedOne: .dropped(from: Position(137), to: Position(137))
        case .droppedThree: .dropped(from: Position(137), to: Position(139))
        case .insertedOne, .insertedTwo: .inserted(Position(137))
        }
    }

    /// What checkpoints of 100, 200 and 300 events tell.
    func finding(by source: String) -> TamperedLog.Finding {
        self == .droppedTail ? finding : .disagrees(size: 200, source: source, agreesUpTo: 100)
    }
}
