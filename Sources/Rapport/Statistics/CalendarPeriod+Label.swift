internal import EventLog

extension CalendarPeriod: LosslessStringConvertible {
    /// `2017-03-05`, `2017-W09`, `2017-03`, `2017-Q1` or `2017`. Labels of one kind sort as their periods do.
    public var label: String {
        let year = String(firstDay.description.dropLast(6))
        switch granularity {
        case .day: return firstDay.description
        case .week: return weekLabel
        case .month: return String(firstDay.description.dropLast(3))
        case .quarter: return "\(year)-Q\((firstDay.month + 2) / 3)"
        case .year: return year
        }
    }

    public var description: String { label }

    /// Reads a label, whose form tells the kind; nil for anything else, such as `2017-W53`, a week 2017 lacked.
    public init?(_ label: String) {
        let candidate: CalendarPeriod? =
            switch label.utf8.count {
            case 10: CivilDate(label).map { CalendarPeriod(.day, containing: $0) }
            case 8: Self.week(label)
            case 7 where label.contains("Q"): Self.quarter(label)
            case 7: CivilDate(label + "-01").map { CalendarPeriod(.month, containing: $0) }
            case 4: CivilDate(label + "-01-01").map { CalendarPeriod(.year, containing: $0) }
            default: nil
            }
        // Only the label a period gives itself counts, which also refuses weeks and quarters out of range.
        guard let candidate, candidate.label == label else { return nil }
        self = candidate
    }

    /// A week belongs to the year of its Thursday.
    private var weekLabel: String {
        let thursday = CivilDate(daysSinceEpoch: firstDay.daysSinceEpoch + 3)
        let newYear = thursday.firstOfMonth(monthsEarlier: thursday.month - 1)
        let week = (thursday.daysSinceEpoch - newYear.daysSinceEpoch) / 7 + 1
        return "\(thursday.description.dropLast(6))-W\(week < 10 ? "0" : "")\(week)"
    }

    /// 4 January is always in week 1.
    private static func week(_ label: String) -> CalendarPeriod? {
        guard let inWeekOne = CivilDate("\(label.prefix(4))-01-04"), let week = Int(label.suffix(2)) else { return nil }
        let date = CivilDate(daysSinceEpoch: inWeekOne.daysSinceEpoch + (week - 1) * 7)
        return CalendarPeriod(.week, containing: date)
    }

    private static func quarter(_ label: String) -> CalendarPeriod? {
        guard let quarter = Int(label.suffix(1)), let year = Int(label.prefix(4)),
            let date = CivilDate(year: year, month: quarter * 3, day: 1)
        else { return nil }
        return CalendarPeriod(.quarter, containing: date)
    }
}

extension CalendarPeriod: Codable {
    /// Reads its label; throws `DecodingError.dataCorrupted` for text that is none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let label = try container.decode(String.self)
        guard let period = CalendarPeriod(label) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "not a period like 2017-03-05, 2017-W09, 2017-03, 2017-Q1 or 2017: \(label)")
        }
        self = period
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(label)
    }
}
