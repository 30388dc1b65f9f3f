public import EventLog
internal import LMDB

extension CRMState {
    /// The working calendars that are saved, by name; of the past those that were saved by then. O(events about
    /// calendars and service levels).
    ///
    /// - Throws: `DamagedLog` and errors of the storage layer.
    public func savedCalendars() throws -> [SavedCalendar] { try services.calendars(in: log, asOf: horizon) }

    /// The service levels that are saved, by name. As ``savedCalendars()``.
    public func savedServiceLevels() throws -> [SavedServiceLevel] { try services.levels(in: log, asOf: horizon) }

    /// The calendar that a question is about: what was in force under the name at the position asked about; before any
    /// was, the first that was saved. So an answer of then comes again.
    ///
    /// - Throws: ``UnknownCalendar``, `DamagedLog`, and errors of the storage layer.
    public func askedCalendar(_ name: String) throws -> SavedCalendar {
        let then = try savedCalendars()
        if let found = then.first(where: { $0.name.sameBytes(as: name) }) { return found }
        guard horizon != nil, let found = try services.firstCalendar(name, in: log) else {
            throw UnknownCalendar(name: name, known: then.map(\.name))
        }
        return found
    }

    /// The service level that a question is about. As ``askedCalendar(_:)``; one that was retired by the position asked
    /// about was not in force then, whatever has been saved under its name since.
    ///
    /// - Parameter name: nil where there is one only.
    /// - Throws: ``UnknownServiceLevel``, `DamagedLog`, and errors of the storage layer.
    public func askedServiceLevel(_ name: String?) throws -> SavedServiceLevel {
        let then = try savedServiceLevels()
        if let found = Self.only(name, of: then) { return found }
        // Of several then it must be said which one, however few there are now.
        guard let horizon, try services.isSilent(about: name, in: log, asOf: horizon),
            let found = try services.firstLevel(name, in: log)
        else { throw UnknownServiceLevel(name: name, known: then.map(\.name)) }
        return found
    }

    /// The one with a name; without a name the only one.
    private static func only(_ name: String?, of levels: [SavedServiceLevel]) -> SavedServiceLevel? {
        guard let name else { return levels.count == 1 ? levels[0] : nil }
        return levels.first { $0.name.sameBytes(as: name) }
    }
}

extension Rapport {
    /// Saves a calendar under its name, as the version after the last one. The definition that is in force already is
    /// not saved again.
    ///
    /// - Parameters:
    ///   - calendar: when there is work; checked first.
    ///   - provenance: who saves it; stands with the event.
    /// - Returns: what is in force then, unless another writer has saved a higher version since.
    /// - Throws: what ``WorkingCalendar/check()`` throws; ``UnfitEvent`` where no version is left; ``AppendError``,
    ///   `DamagedLog`, and errors of the storage layer.
    @discardableResult
    public func saveCalendar(
        _ calendar: WorkingCalendar, provenance: Provenance = .init()
    ) async throws -> SavedCalendar {
        try calendar.check()
        let json = calendar.json
        let tag = try Tag.calendar(calendar.name)
        let position = try await appendDefinition(after: ServiceRegister.calendarTypes) { head in
            let standing = try services.calendar(calendar.name, in: log, asOf: head)
            if let saved = standing.inForce, saved.definition.json.sameBytes(as: json) { return nil }
            let version = try Self.version(after: standing.version, of: "calendar \(calendar.name)")
            let message = WorkingCalendarDefined.with { message in
                message.calendarID = calendar.name
                message.version = version
                message.definition = json
            }
            return try NewEvent(message, about: [tag], provenance: provenance)
        }
        if let saved = try services.calendar(calendar.name, in: log, asOf: position).inForce { return saved }
        throw UnknownCalendar(name: calendar.name, known: try savedCalendars().map(\.name))
    }

    /// Saves a service level under its name. As ``saveCalendar(_:provenance:)``; the calendar that it names is saved
    /// before.
    ///
    /// - Throws: what ``ServiceLevel/check()`` throws; ``UnknownCalendar``; ``UnfitEvent`` where no version is left;
    ///   ``AppendError``, `DamagedLog`, and errors of the storage layer.
    @discardableResult
    public func saveServiceLevel(
        _ level: ServiceLevel, provenance: Provenance = .init()
    ) async throws -> SavedServiceLevel {
        try level.check()
        if let calendar = level.calendar { _ = try askedCalendar(calendar) }
        let json = level.json
        let tag = try Tag.serviceLevel(level.name)
        let position = try await appendDefinition(after: ServiceRegister.levelTypes) { head in
            let standing = try services.level(level.name, in: log, asOf: head)
            if let saved = standing.inForce, saved.definition.json.sameBytes(as: json) { return nil }
            let version = try Self.version(after: standing.version, of: "service level \(level.name)")
            let message = ServiceLevelDefined.with { message in
                message.serviceLevelID = level.name
                message.version = version
                message.definition = json
            }
            return try NewEvent(message, about: [tag], provenance: provenance)
        }
        if let saved = try services.level(level.name, in: log, asOf: position).inForce { return saved }
        throw UnknownServiceLevel(name: level.name, known: try savedServiceLevels().map(\.name))
    }

    /// Retires a service level: nothing is promised under its name any more, until it is saved again.
    ///
    /// - Parameters:
    ///   - reason: why, as a short code.
    ///   - provenance: who retires it; stands with the event.
    /// - Returns: the event that says so.
    /// - Throws: ``UnknownServiceLevel``, ``AppendError``, `DamagedLog`, and errors of the storage layer.
    @discardableResult
    public func retireServiceLevel(
        _ name: String, reason: String = "", provenance: Provenance = .init()
    ) async throws -> Position {
        try await appendDefinition(after: ServiceRegister.levelTypes) { head in
            guard try services.level(name, in: log, asOf: head).inForce != nil else {
                throw UnknownServiceLevel(name: name, known: try savedServiceLevels().map(\.name))
            }
            let message = ServiceLevelRetired.with { message in
                message.serviceLevelID = name
                message.reason = reason
            }
            return try NewEvent(message, about: [try Tag.serviceLevel(name)], provenance: provenance)
        }
    }
}
