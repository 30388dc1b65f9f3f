import ArgumentParser
@testable import EventLog
import FuzzSupport
@testable import Rapport
@testable import RapportCLI

@_cdecl("LLVMFuzzerTestOneInput")
public func takeInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    unsafe Fuzzing.run(ArgumentInput.self, [UInt8](UnsafeBufferPointer(start: start, count: count)))
}

/// Values of the command line and of cells: what is understood can be said again, and is understood as the same.
///
/// Two texts with a zero between them: a value, or a pattern and what is to fit it.
enum ArgumentInput: FuzzedInput {
    static func take(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        let first = String(decoding: parts[0], as: UTF8.self)
        let second = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : ""
        takeTime(first)
        takeName(first)
        takeAmount(first)
        takePattern(first, second)
    }

    // MARK: Times

    private static func takeTime(_ text: String) {
        if let time = Timestamp(text), Timestamp.expressible.contains(time) {
            require(Timestamp(time.description) == time, "\(time) again")
        }
        if let date = CivilDate(text) {
            require(date.description == text, "the day \(text), not \(date)")
            require(CivilDate(daysSinceEpoch: date.daysSinceEpoch) == date, "\(date) by its number")
        }
        guard let bound = TimeBound(argument: text) else { return }
        for calendar in calendars {
            require(bound.start(in: calendar) <= bound.end(in: calendar) || isLeftOut(bound, calendar), "\(text)")
        }
    }

    private static let calendars = ["UTC", "Europe/Berlin", "Pacific/Apia", "America/St_Johns"].compactMap {
        try? ZonedCalendar(zone: $0)
    }

    /// Samoa had no 2011-12-30: such a day begins where it ends.
    private static func isLeftOut(_ bound: TimeBound, _ calendar: ZonedCalendar) -> Bool {
        guard case .day(let day) = bound else { return false }
        return calendar.startOfDay(day) == calendar.endOfDay(day)
    }

    // MARK: Names

    private static func takeName(_ text: String) {
        if let id = EventID(text) { require(EventID(id.description) == id, "\(id) again") }
        if let position = Position(argument: text) {
            require(Position(argument: position.description) == position, "\(position) again")
        }
        if let tag = Tag(argument: text) { require(Tag(argument: tag.text) == tag, "\(tag) again") }
        if let type = try? EventType(text) { require((try? EventType(type.name)) == type, "\(type) again") }
        if let calendar = try? ZonedCalendar(zone: text) { require(calendar.name == text, "the zone \(text)") }
        if let granularity = Granularity(argument: text) { require(granularity.rawValue == text, "\(granularity)") }
        let looks = PersonalLooking(id: text)
        require(PersonalLooking(tag: "customer:" + text) == looks, "a tag looks as its id does, \(text)")
    }

    // MARK: Amounts

    private static func takeAmount(_ text: String) {
        for digits in 0...4 {
            guard let units = try? DecimalText.minorUnits(Array(text.utf8), digits: digits) else { continue }
            let decimal = decimalText(units, digits)
            let again = try? DecimalText.minorUnits(Array(decimal.utf8), digits: digits)
            require(again == units, "\(text) is \(units), and so is \(decimal)")
        }
    }

    /// The number of minor units as a decimal number.
    private static func decimalText(_ units: Int64, _ digits: Int) -> String {
        var text = String(units.magnitude)
        while text.count <= digits { text = "0" + text }
        let sign = units < 0 ? "-" : ""
        return digits == 0 ? "\(sign)\(text)" : "\(sign)\(text.dropLast(digits)).\(text.suffix(digits))"
    }

    // MARK: Patterns

    private static func takePattern(_ pattern: String, _ text: String) {
        if let format = DateFormat(pattern), let time = format.read(Array(text.utf8)[...]) {
            let moment = time.moment(in: .utc)
            if Timestamp.expressible.contains(moment) {
                require(Timestamp(moment.description) == moment, "\(moment) again")
            }
            for calendar in calendars { _ = time.moment(in: calendar) }
        }
        // The time of a look grows with every star.
        guard pattern.count <= 12, text.count <= 20, !pattern.contains(where: { "*?".contains($0) }) else { return }
        require(FileNamePattern.matches(pattern, pattern), "\(pattern) is a name of its own")
        require(FileNamePattern.matches("*" + pattern, text + pattern), "\(pattern) at the end")
        require(FileNamePattern.matches(pattern + "*", pattern + text), "\(pattern) at the start")
    }

    static var seeds: [[UInt8]] {
        [
            "2017-06-30T08:15:00Z", "2017-06-30T10:15:00.123456+02:00", "0000-01-01", "2011-12-30", "9999-12-31",
            "0190b5d8-7c1e-7a51-9f2e-3b1f5c2d9e77", "120", "customer:C-42", "shop.ParcelSent", "Europe/Berlin", "month",
            "ann@example.org", "+49 170 1234567", "(555) 123-4567", "11010519491231002X", "123-45-6789", "-1234.50",
            "92233720368547758.07", ".5", "yyyy-MM-dd\u{0}2017-06-30",
            "MM/dd/yyyy hh:mm:ss a\u{0}05/11/2016 12:00:00 AM", "dd MMM, yyyy HH:mm:ss\u{0}15 Apr, 2021 23:01:19",
            "yyyy-MM-dd'T'HH:mm:ss.SSSX\u{0}2021-04-15T23:03:00.5+02:00", "orders.csv\u{0}2017_",
        ].map { Array($0.utf8) }
    }
}
