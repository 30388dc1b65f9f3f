internal import LMDB

// What the events of service levels must say: questions follow them, and nobody looks at them again.

extension WorkingCalendarDefined {
    /// It has a version, and the definition of the calendar that it names.
    public func check() throws { _ = try calendar() }

    /// The calendar that it defines.
    ///
    /// - Throws: ``UnfitEvent`` where it says what no saved calendar can.
    func calendar() throws -> WorkingCalendar {
        try requireStated("calendar_id", calendarID)
        guard version >= 1 else { throw UnfitEvent(reason: "version is 1 or more, not \(version)") }
        try requireStated("definition", definition)
        let calendar: WorkingCalendar
        do {
            calendar = try WorkingCalendar(yaml: definition)
        } catch {
            throw UnfitEvent(reason: "definition: \(error)")
        }
        guard calendar.name.sameBytes(as: calendarID) else {
            throw UnfitEvent(
                reason: "definition is that of the calendar \(calendarID.debugDescription), not of "
                    + "\(calendar.name.debugDescription)")
        }
        return calendar
    }
}

extension ServiceLevelDefined {
    /// It has a version, and the definition of the service level that it names.
    public func check() throws { _ = try serviceLevel() }

    /// The service level that it defines.
    ///
    /// - Throws: ``UnfitEvent`` where it says what no saved service level can.
    func serviceLevel() throws -> ServiceLevel {
        try requireStated("service_level_id", serviceLevelID)
        guard version >= 1 else { throw UnfitEvent(reason: "version is 1 or more, not \(version)") }
        try requireStated("definition", definition)
        let level: ServiceLevel
        do {
            level = try ServiceLevel(yaml: definition)
        } catch {
            throw UnfitEvent(reason: "definition: \(error)")
        }
        guard level.name.sameBytes(as: serviceLevelID) else {
            throw UnfitEvent(
                reason: "definition is that of the service level \(serviceLevelID.debugDescription), not of "
                    + "\(level.name.debugDescription)")
        }
        return level
    }
}

extension ServiceLevelRetired {
    /// It names a service level.
    public func check() throws { try requireStated("service_level_id", serviceLevelID) }
}

extension ServiceCostAttributed {
    /// It has an amount in a currency, such that millions of them can be added up, and says what made it cost.
    public func check() throws {
        try requireStated("driver", driver)
        guard hasAmount else { throw UnfitEvent(reason: "amount is stated; expected minor units and a currency") }
        try requireStated("the currency of amount", amount.currency)
        // As of the lines of orders.
        let most: Int64 = 100_000_000_000_000
        guard (-most...most).contains(amount.minorUnits) else {
            throw UnfitEvent(reason: "amount lies within \(-most) to \(most), not \(amount.minorUnits)")
        }
    }
}
