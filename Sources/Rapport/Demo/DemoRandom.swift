/// Pseudo-random numbers that are the same on every machine: SplitMix64 (Steele, Lea, Flood 2014).
///
/// Every event and every customer has a generator of its own, made of the seed and its number. So what customer 17 is
/// called need not be stored: it is drawn again whenever it is needed.
struct DemoRandom {
    /// What the numbers are for; different purposes draw different numbers.
    enum Purpose: UInt64 {
        case company = 1
        case event
        case customer
        case person
        case contact
        case order
        case promise
    }

    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15
    private var state: UInt64

    init(seed: UInt64, _ purpose: Purpose, _ number: Int) {
        let stream = Self.mixed(seed &+ purpose.rawValue &* Self.step)
        state = Self.mixed(stream ^ Self.mixed(UInt64(bitPattern: Int64(number)) &+ Self.step))
    }

    /// 64 random bits.
    mutating func next() -> UInt64 {
        state &+= Self.step
        return Self.mixed(state)
    }

    /// A number from 0 up to, but not including, `bound`; the bias is below `bound` / 2^64.
    mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A number of the range, each as likely as the other.
    mutating func within(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    /// True in `percent` of 100 cases.
    mutating func happens(_ percent: Int) -> Bool { below(100) < percent }

    /// One of the elements, each as likely as the other.
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var bits = value
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }
}
