@testable import Rapport
import Testing

/// Subjects written down in short, as `A0 B10 C20; A(red)0 x5 B(blue)10.5`.
///
/// What an event is, its value, and when it was: A is the first step, B the second ... and `AB` both; x and y are the
/// exclusions, X is something else. The value in parentheses is that of the held properties and of the breakdown;
/// events without one lack it. Where no time is written, it is the number of the event within the subject, from 0. They
/// stand in the order of the log.
struct FunnelNotation {
    /// The events of each subject.
    private(set) var subjects: [[FunnelEvent]] = []
    /// The value that has number 1, number 2 ...
    private var values: [String] = []
    private let unit: Int64

    private static let letters: [Character] = ["A", "B", "C", "D", "E", "F", "G", "H"]
    static let second: Int64 = 1_000_000
    static let hour = 3600 * second
    static let day = 24 * hour

    /// Subjects with times in this unit of microseconds.
    init(_ text: String, unit: Int64 = FunnelNotation.second) throws {
        self.unit = unit
        for subject in text.split(separator: ";") {
            var events: [FunnelEvent] = []
            for word in subject.split(separator: " ") {
                events.append(try event(word, number: events.count))
            }
            subjects.append(events)
        }
    }

    /// The value that a group is of; empty for the group without one.
    func value(of group: UInt32) -> String { group == 0 ? "" : values[Int(group) - 1] }

    private mutating func event(_ word: Substring, number: Int) throws -> FunnelEvent {
        var event = FunnelEvent(time: 0, position: UInt64(number + 1))
        for letter in word.prefix(while: \.isLetter) { try mark(&event, letter) }
        var rest = word.drop(while: \.isLetter)
        if rest.first == "(" {
            let value = rest.dropFirst().prefix { $0 != ")" }
            event.held = self.number(of: String(value))
            event.group = event.held
            rest = rest.dropFirst(value.count + 2)
        }
        var time = Double(number)
        if !rest.isEmpty { time = try #require(Double(rest), "\(word) has no time") }
        event.time = Int64((time * Double(unit)).rounded())
        return event
    }

    private func mark(_ event: inout FunnelEvent, _ letter: Character) throws {
        switch letter {
        case "x": event.exclusions |= 1
        case "y": event.exclusions |= 2
        case "X": break
        default:
            let step = try #require(Self.letters.firstIndex(of: letter), "\(letter) is no step")
            event.steps |= 1 << UInt32(step)
        }
    }

    private mutating func number(of value: String) -> UInt32 {
        if let index = values.firstIndex(of: value) { return UInt32(index + 1) }
        values.append(value)
        return UInt32(values.count)
    }
}
