public import ArgumentParser
public import EventLog
public import Rapport

extension Position: ExpressibleByArgument {
    public init?(argument: String) {
        guard let number = UInt64(argument) else { return nil }
        self.init(number)
    }
}

extension Tag: ExpressibleByArgument {
    public init?(argument: String) { try? self.init(argument) }
}

extension CivilDate: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension Granularity: ExpressibleByArgument {}

extension LeadStatus: ExpressibleByArgument {}

extension LeadFunnelQuestion.Basis: ExpressibleByArgument {}

extension OrderStatus: ExpressibleByArgument {}

extension PurchaseMeasure: ExpressibleByArgument {}

extension RFMSegment: ExpressibleByArgument {}

extension LifetimeUnit: ExpressibleByArgument {}

extension TotalValueOrder: ExpressibleByArgument {}

extension CaseStatus: ExpressibleByArgument {}

extension PromiseOutcome: ExpressibleByArgument {}

extension ServiceLevel.Metric: ExpressibleByArgument {}

extension VoiceKind: ExpressibleByArgument {}

extension VoiceDimension: ExpressibleByArgument {}

extension DuplicateReview.Decision: ExpressibleByArgument {}

extension ListCursor: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

/// A moment on the command line: a time of day, or a day as a whole, which begins and ends in some zone.
enum TimeBound: ExpressibleByArgument, Equatable {
    case day(CivilDate)
    case time(Timestamp)

    init?(argument: String) {
        if let day = CivilDate(argument) {
            self = .day(day)
        } else if let time = Timestamp(argument) {
            self = .time(time)
        } else {
            return nil
        }
    }

    /// The first moment within, when this is where a range begins.
    func start(in calendar: ZonedCalendar) -> Timestamp {
        switch self {
        case .day(let day): calendar.startOfDay(day)
        case .time(let time): time
        }
    }

    /// The last moment within, when this is where a range ends.
    func end(in calendar: ZonedCalendar) -> Timestamp {
        switch self {
        case .day(let day): calendar.endOfDay(day).advanced(byMicroseconds: -1)
        case .time(let time): time
        }
    }
}

/// A point in what we have come to know: a position, or a time by which things were recorded.
enum PastPoint: ExpressibleByArgument, Equatable {
    case position(Position)
    case time(TimeBound)

    init?(argument: String) {
        if let position = Position(argument: argument) {
            self = .position(position)
        } else if let time = TimeBound(argument: argument) {
            self = .time(time)
        } else {
            return nil
        }
    }
}
extension WaterfallItem: ExpressibleByArgument {}
extension BackTestQuestion.Basis: ExpressibleByArgument {}
