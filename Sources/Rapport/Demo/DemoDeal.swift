internal import EventLog

/// A deal that something will still happen to: all that its next step needs to know.
struct DemoDeal: DemoItem {
    /// Where it is going, which nobody at the company knows yet.
    enum Fate: UInt8 {
        case won
        case lost
        /// It stays open, and nobody touches it any more.
        case forgotten
    }

    /// From 1 on.
    let number: Int32
    let customer: Int32
    let currency: UInt8
    var fate: Fate
    /// The stage in which it is lost or forgotten.
    var fatalStage: UInt8
    var stage: UInt8 = 0
    /// Place of its owner among the sellers of the region.
    var seller: UInt8
    var isClosed = false
    var wasReopened = false
    /// Days from the start to when it is expected to be decided.
    var closeDay: Int32
    /// Minor units.
    var amount: Int64
    /// When its newest event happened.
    var changedAt: Timestamp
    /// When its next step is to be taken.
    var due: Timestamp

    var id: String { DemoID.opportunity(Int(number)) }

    /// Plans the next step: after eight hours to five weeks, rather soon than late.
    mutating func plan(after time: Timestamp, _ random: inout DemoRandom) {
        let hours = 8 + random.below(900) * random.below(900) / 1000
        due = time.advanced(byMicroseconds: Int64(hours) * DemoClock.microsecondsPerHour)
    }

    /// Content customers buy more often.
    mutating func drawFate(mood: Int, _ random: inout DemoRandom) {
        let chance = random.below(100)
        let winning = 23 + mood * 3 / 10
        fate = chance < winning ? .won : chance < winning + 9 ? .forgotten : .lost
        fatalStage = max(stage, UInt8([0, 0, 1, 1, 1, 2, 2, 3][random.below(8)]))
    }
}
