import Rapport

/// What a file of service levels defines.
enum ServiceDefinition {
    case level(ServiceLevel)
    case calendar(WorkingCalendar)

    /// The definition in a file, in YAML or JSON; `-` is standard input. One with the key `service_level` is a service
    /// level, any other a calendar.
    ///
    /// - Throws: ``CommandFailure`` when there is none, or it is no text; `ServiceLevelError` or
    ///   `WorkingCalendarError` with the name of the file and the place in it.
    init(file: String) throws {
        let input = try TextInput(file)
        if ServiceLevel.isOne(yaml: input.text) {
            self = .level(try ServiceLevel(yaml: input.text, file: input.name))
        } else {
            self = .calendar(try WorkingCalendar(yaml: input.text, file: input.name))
        }
    }
}

extension ServiceLevel {
    /// The service level in a file. As ``ServiceDefinition/init(file:)``.
    init(file: String) throws {
        let input = try TextInput(file)
        try self.init(yaml: input.text, file: input.name)
    }
}

extension ServiceLevelQuestion.Calendar {
    /// The calendar of a file, or the one that is saved under a name: a name has neither a dot nor a slash.
    init(argument: String) throws {
        guard argument.utf8.contains(where: { [UInt8(ascii: "."), UInt8(ascii: "/")].contains($0) }) else {
            self = .saved(name: argument)
            return
        }
        let input = try TextInput(argument)
        self = .definition(try WorkingCalendar(yaml: input.text, file: input.name))
    }
}
