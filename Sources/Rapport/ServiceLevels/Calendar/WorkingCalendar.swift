public import EventLog

/// When people work: hours of the weekdays in a time zone, holidays, and days with hours of their own.
///
/// A definition is read from YAML or JSON by ``init(yaml:file:)``, which is also where it is checked. How long there is
/// work between two moments is told by ``WorkingTime``.
public struct WorkingCalendar: Sendable, Hashable {
    /// A day of the week.
    public enum Weekday: String, Sendable, Hashable, CaseIterable {
        case monday
        case tuesday
        case wednesday
        case thursday
        case friday
        case saturday
        case sunday
    }

    /// The hours of each weekday.
    public struct Week: Sendable, Hashable {
        /// Without the days that have none.
        private var hours: [Weekday: [WorkingHours]] = [:]

        /// A week without any hours.
        public init() {}

        /// The same hours on each of these days, and none on the others.
        public init(_ days: [Weekday], _ hours: [WorkingHours]) {
            for day in days { self[day] = hours }
        }

        /// The hours of a day in order; empty where it has none.
        public subscript(_ day: Weekday) -> [WorkingHours] {
            get { hours[day] ?? [] }
            set { hours[day] = newValue.isEmpty ? nil : newValue }
        }
    }

    /// A day without any hours, whichever weekday it is.
    public struct Holiday: Sendable, Hashable {
        /// Which day.
        public var date: CivilDate
        /// What people call it; empty where nothing is said.
        public var name: String

        /// A day without any hours.
        public init(date: CivilDate, name: String = "") {
            self.date = date
            self.name = name
        }
    }

    /// A day with hours of its own, whichever weekday it is.
    public struct SpecialDay: Sendable, Hashable {
        /// Which day.
        public var date: CivilDate
        /// Its hours in order; never empty.
        public var hours: [WorkingHours]
        /// What people call it; empty where nothing is said.
        public var name: String

        /// A day with these hours and no others.
        public init(date: CivilDate, hours: [WorkingHours], name: String = "") {
            self.date = date
            self.hours = hours
            self.name = name
        }
    }

    /// What it is asked for by: lower case letters, digits and hyphens, at most 40.
    public var name: String
    /// The IANA zone whose wall clock it goes by.
    public var zone: String
    /// The hours of weekdays that are not told apart below.
    public var week: Week
    /// Days without any hours. The calendar knows no others: in years for which none are written down, there are none.
    public var holidays: [Holiday] = []
    /// Days with hours of their own.
    public var specialDays: [SpecialDay] = []
    /// The first day it holds for; nothing can be asked about moments before. Nil holds from 1970 on.
    public var validFrom: CivilDate?

    /// A calendar without holidays. It is not checked.
    public init(name: String, zone: String, week: Week) {
        self.name = name
        self.zone = zone
        self.week = week
    }

    /// Refuses a calendar that makes no sense. One that was read has been checked.
    ///
    /// - Throws: ``WorkingCalendarError`` for the first thing that is wrong, with the part that it is in.
    public func check() throws(WorkingCalendarError) {
        do {
            try WorkingCalendarRules(self).check()
        } catch {
            throw WorkingCalendarError(error)
        }
    }
}
