internal import EventLog

/// The names of a log's types in UTF-8, each asked for once. For one thread: names that threads share are counted by
/// all of them.
struct TypeNames {
    private let log: EventLog
    /// By number; empty where it was not asked for.
    private var names: [[UInt8]] = []

    init(of log: EventLog) {
        self.log = log
    }

    /// The name of the type of an event that a read has lent.
    ///
    /// - Throws: ``DamagedLog`` when its number stands for no type; an error of the storage layer.
    mutating func name(of event: borrowing EventView) throws -> [UInt8] {
        let number = Int(event.typeNumber)
        if number < names.count, !names[number].isEmpty { return names[number] }
        let type = log.type(of: event)
        guard try log.typeNumber(of: type) == event.typeNumber else {
            throw DamagedLog(position: event.position, damage: .unknownType)
        }
        // Numbers have no gaps, so there are no more entries than types.
        if number >= names.count {
            names.append(contentsOf: repeatElement([], count: number + 1 - names.count))
        }
        names[number] = Array(type.name.utf8)
        return names[number]
    }
}
