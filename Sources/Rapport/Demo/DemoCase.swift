internal import EventLog

/// A case that something will still happen to: all that its next step needs to know.
struct DemoCase: DemoItem {
    /// What happens next.
    enum Step: UInt8 {
        case open
        case classify
        case assign
        case respond
        case wait
        case resolve
        case reopen
        case close
    }

    /// From 1 on.
    let number: Int32
    let customer: Int32
    /// Place among the agents of the region.
    var agent: UInt8
    /// Place among ``categories``.
    var category: UInt8
    /// Place among ``severities``.
    var severity: UInt8
    var next = Step.open
    var isAssigned = false
    var wasReopened = false
    /// Whether it ended before anybody worked on it.
    var isDuplicate = false
    /// Whether nothing happens any more: closed for good, or forgotten.
    var isOver = false
    var changedAt: Timestamp
    var due: Timestamp

    init(
        number: Int32, of customer: DemoCustomer, changedAt: Timestamp, due: Timestamp, _ random: inout DemoRandom
    ) {
        self.number = number
        self.customer = Int32(customer.index)
        self.changedAt = changedAt
        self.due = due
        agent = UInt8(random.below(DemoRegion.agentsPerRegion))
        category = UInt8(random.below(Self.categories.count))
        severity = random.pick([0, 0, 0, 1, 1, 1, 1, 2, 2, 3])
    }

    var id: String { DemoID.serviceCase(Int(number)) }

    /// Some stand twice: they are more frequent.
    static let categories = ["delivery", "delivery", "quality", "invoice", "machine", "machine", "order"]
    static let severities = ["low", "normal", "high", "critical"]
    /// By category.
    static let queues = ["logistics", "logistics", "quality", "billing", "technical", "technical", "sales-desk"]
    /// By category.
    static let skills = ["transport", "transport", "materials", "accounts", "mechanics", "electronics", ""]
}
