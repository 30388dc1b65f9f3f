internal import EventLog

/// Which folds want which type of event.
///
/// Where the events of a type go is looked up when the first of them comes. Numbers of types never change, so it can be
/// kept from batch to batch, whatever types come up meanwhile.
struct Routes {
    struct Target {
        let model: Int
        let fold: Int
        /// The index of the type within the fold's types.
        let type: Int
    }

    private let wanted: [EventType: [Target]]
    /// The targets of the types met so far, those of one type together.
    private(set) var targets: [Target] = []
    /// Where the targets of each type number are; nil for those not met.
    private var ranges: [Range<Int>?] = []

    init(_ models: [ReadModel]) {
        var wanted: [EventType: [Target]] = [:]
        for (modelNumber, model) in models.enumerated() {
            for (foldNumber, fold) in model.folds.enumerated() {
                for (typeIndex, type) in fold.types.enumerated() {
                    let target = Target(model: modelNumber, fold: foldNumber, type: typeIndex)
                    wanted[type, default: []].append(target)
                }
            }
        }
        self.wanted = wanted
    }

    /// Where in `targets` those of the event's type are. The event is one that a read of `log` lends.
    mutating func targets(of event: borrowing EventView, in log: EventLog) throws -> Range<Int> {
        let number = Int(event.typeNumber)
        if number < ranges.count, let range = ranges[number] { return range }
        return try learn(number, log.type(of: event), in: log)
    }

    private mutating func learn(_ number: Int, _ type: EventType, in log: EventLog) throws -> Range<Int> {
        // Nobody wants what the log has no name for.
        guard let known = try log.typeNumber(of: type), Int(known) == number else { return 0..<0 }
        let found = wanted[type, default: []]
        let range = targets.count..<targets.count + found.count
        targets += found
        while ranges.count <= number { ranges.append(nil) }
        ranges[number] = range
        return range
    }
}
