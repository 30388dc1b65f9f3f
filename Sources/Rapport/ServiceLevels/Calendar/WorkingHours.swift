/// Hours of a day by the wall clock: from `start` on, up to `end`, itself left out.
public struct WorkingHours: Hashable, Sendable {
    /// Minutes since midnight, 0 to 1,439.
    public var start: Int
    /// Minutes since midnight, 1 to 1,440.
    public var end: Int

    /// Hours between two minutes of a day. They are not checked.
    public init(start: Int, end: Int) {
        self.start = start
        self.end = end
    }

    /// Reads `09:00-12:30`: two hours and minutes with two digits each; nil for anything else. Whether a day has such
    /// hours is not looked at: they may end before they begin.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 11, bytes[5] == UInt8(ascii: "-"), let start = Self.minute(bytes[0..<5]),
            let end = Self.minute(bytes[6..<11])
        else { return nil }
        self.init(start: start, end: end)
    }

    /// `09:00-12:30`; the end of a day is `24:00`.
    public var text: String { "\(Self.clock(start))-\(Self.clock(end))" }

    /// Reads `09:00` in minutes.
    private static func minute(_ bytes: ArraySlice<UInt8>) -> Int? {
        let digits = bytes.map { Int($0) - Int(UInt8(ascii: "0")) }
        guard bytes[bytes.startIndex + 2] == UInt8(ascii: ":"),
            [0, 1, 3, 4].allSatisfy({ (0...9).contains(digits[$0]) }), digits[3] < 6
        else { return nil }
        return (digits[0] * 10 + digits[1]) * 60 + digits[3] * 10 + digits[4]
    }

    /// What a clock shows that many minutes after midnight.
    private static func clock(_ minutes: Int) -> String {
        let (hour, minute) = minutes.quotientAndRemainder(dividingBy: 60)
        return [hour, minute].map { (0..<10).contains($0) ? "0\($0)" : String($0) }.joined(separator: ":")
    }
}
