internal import EventLog

/// A service level that is asked about, with the time that each of its targets goes by.
struct AskedServiceLevel {
    /// What is promised.
    let level: ServiceLevel
    /// By which definitions.
    let basis: ServiceBasis
    /// Of each target.
    let times: [ServiceTime]

    /// A service level whose hours of work are those of `calendar`; nil where no target goes by any.
    ///
    /// - Throws: ``ServiceLevelError`` where there is no calendar and a target needs one, ``WorkingCalendarError``, and
    ///   ``WorkingTimeError`` where nothing is known about `now`.
    init(
        _ level: ServiceLevel, version: Int?, calendar: (definition: WorkingCalendar, version: Int?)?, now: Timestamp
    ) throws {
        guard Timestamp.expressible.contains(now) else {
            throw WorkingTimeError.notCovered(now, by: Timestamp.expressible)
        }
        var working: WorkingTime?
        if let calendar {
            let time = try WorkingTime(calendar.definition)
            guard time.covered.contains(now) else { throw WorkingTimeError.notCovered(now, by: time.covered) }
            working = time
        }
        self.level = level
        basis = ServiceBasis(
            serviceLevel: level.name, version: version, calendar: calendar?.definition.name,
            calendarVersion: calendar?.version,
            targets: level.targets.enumerated().map { ServiceTarget($0.offset + 1, $0.element) })
        times = try level.targets.map { target in
            switch target.clock {
            case .wall: return .wallClock
            case .business:
                guard let working else {
                    throw ServiceLevelError(
                        line: 0, column: 0, part: "calendar", code: .noCalendar,
                        reason: "a target goes by hours of work; expected the name of their calendar")
                }
                return .working(working)
            }
        }
    }
}

extension CRMState {
    /// What a question is about: definitions as they were in force at the moment asked about.
    ///
    /// - Throws: ``ServiceLevelError``, ``WorkingCalendarError``, ``UnknownServiceLevel``, ``UnknownCalendar``,
    ///   ``WorkingTimeError``, `DamagedLog`, and errors of the storage layer.
    func resolve(_ question: ServiceLevelQuestion) throws -> AskedServiceLevel {
        let level: ServiceLevel
        var version: Int?
        switch question.level {
        case .definition(let given):
            try given.check()
            level = given
        case .saved(let name):
            let saved = try askedServiceLevel(name)
            (level, version) = (saved.definition, saved.version)
        }
        var calendar: (definition: WorkingCalendar, version: Int?)?
        if level.calendar == nil, question.calendar != nil {
            throw ServiceLevelError(
                line: 0, column: 0, part: "calendar", code: .idleCalendar,
                reason: "no target of \(level.name) goes by hours of work; expected no other calendar")
        }
        if let own = level.calendar {
            switch question.calendar ?? .saved(name: own) {
            case .definition(let given): calendar = (definition: given, version: nil)
            case .saved(let name):
                let saved = try askedCalendar(name)
                calendar = (definition: saved.definition, version: saved.version)
            }
        }
        return try AskedServiceLevel(level, version: version, calendar: calendar, now: question.now)
    }
}
