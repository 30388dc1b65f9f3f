/// Persons while facts are taken in: sets of customers, the identifiers that each holds, and who is not to become one.
///
/// An identifier that joins is held by one person at most: whoever would hold it, too, either becomes one with that
/// person, or does not get it. All numbers are those of ``IdentityNames``.
struct PersonGraph: Sendable {
    private struct SlotCount {
        let slot: Int32
        var count: Int32
    }

    /// What was said of a customer and another one.
    private struct Said {
        let other: Int32
        let word: SamenessWord
    }

    /// Stands for "no number".
    static let none: Int32 = -1
    /// Stands for a customer that was not seen yet.
    static let never = UInt64.max

    private(set) var customers = DisjointSets()
    /// By customer that stands for a person: the id of the person, as a customer.
    private var canonical: [Int32] = []
    /// The first position of any of its customers.
    private var since: [UInt64] = []
    /// Whether it holds the id of an account.
    private var identified: [Bool] = []
    /// How many identifiers it holds, by slot.
    private var counts: [[SlotCount]] = []
    /// The identifiers it holds whose slot has a window.
    private var windowed: [[Int32]] = []
    /// By customer that stands for a person: the ids of accounts that anything in the whole history says of one of its
    /// customers, held or not.
    private var accounts: [Set<Int32>] = []
    /// What was said of its customers and others.
    private var said: [Int32: [Said]] = [:]
    /// By identifier: the customer whose link brought it to its person, and the number of that link.
    private var holders: [Int32] = []
    private var links: [Int32] = []
    /// When identifiers in a window were linked, ascending.
    private var sightings: [Int32: [Int64]] = [:]

    /// Makes room for further customers and identifiers.
    mutating func grow(customers count: Int, identifiers: Int) {
        while canonical.count < count {
            canonical.append(Int32(canonical.count))
            since.append(Self.never)
            identified.append(false)
            accounts.append([])
            counts.append([])
            windowed.append([])
        }
        customers.grow(to: count)
        while holders.count < identifiers {
            holders.append(Self.none)
            links.append(Self.none)
        }
    }

    // MARK: Asking

    func person(of customer: Int32) -> Int32 { customers.root(of: customer) }

    func canonical(of person: Int32) -> Int32 { canonical[Int(person)] }

    func isSeen(_ person: Int32) -> Bool { since[Int(person)] != Self.never }

    func isIdentified(_ person: Int32) -> Bool { identified[Int(person)] }

    /// The ids of accounts that a person has by anything in the whole history, held or not.
    func accounts(of person: Int32) -> Set<Int32> { accounts[Int(person)] }

    /// How many identifiers a person holds.
    func identifierCount(of person: Int32) -> Int { counts[Int(person)].reduce(0) { $0 + Int($1.count) } }

    /// The customer and the link that brought an identifier to its person; nil when nobody holds it.
    func holding(_ identifier: Int32) -> (customer: Int32, link: Int32)? {
        let customer = holders[Int(identifier)]
        return customer == Self.none ? nil : (customer, links[Int(identifier)])
    }

    /// Calls `body` with each slot in which a person holds anything, and how many.
    func forEachCount(of person: Int32, _ body: (_ slot: Int32, _ count: Int) -> Void) {
        for count in counts[Int(person)] { body(count.slot, Int(count.count)) }
    }

    /// How many identifiers of a slot a person holds that were linked within the time before `end`, which counts, too.
    func count(
        of person: Int32, in slot: Int32, within window: Int64, ending end: Int64, _ slotOf: (Int32) -> Int32
    ) -> Int {
        windowed[Int(person)].count { identifier in
            slotOf(identifier) == slot && isSighted(identifier, within: window, ending: end)
        }
    }

    /// Whether an identifier was linked within the time before `end`, or then.
    func isSighted(_ identifier: Int32, within window: Int64, ending end: Int64) -> Bool {
        guard let times = sightings[identifier] else { return false }
        let after = Self.firstIndex(in: times, above: end)
        guard after > 0 else { return false }
        let start = end.subtractingReportingOverflow(window)
        return start.overflow || times[after - 1] > start.partialValue
    }

    /// Whether two persons among these were said not to be the same, as ``SamenessWord`` has it.
    func areDifferent(_ persons: [Int32]) -> Bool {
        if said.isEmpty { return false }
        for person in persons {
            guard let said = said[person] else { continue }
            var words: [Int32: [SamenessWord]] = [:]
            for entry in said {
                let other = customers.root(of: entry.other)
                if other != person, persons.contains(other) { words[other, default: []].append(entry.word) }
            }
            if words.values.contains(where: { SamenessWord.last(of: $0)?.areDifferent == true }) { return true }
        }
        return false
    }

    /// Whether the first of two persons gives a person of both its id: the identified one, else the older one, else by
    /// the order of `tags`.
    func survives(_ first: Int32, _ second: Int32, _ isBefore: (Int32, Int32) -> Bool) -> Bool {
        let (one, other) = (Int(first), Int(second))
        if identified[one] != identified[other] { return identified[one] }
        if since[one] != since[other] { return since[one] < since[other] }
        return isBefore(canonical[one], canonical[other])
    }

    // MARK: Saying

    /// There is the customer at `position`.
    mutating func see(_ customer: Int32, at position: UInt64) {
        let person = Int(customers.root(of: customer))
        since[person] = min(since[person], position)
    }

    /// Somebody has said whether two customers are the same person.
    mutating func say(_ first: Int32, _ second: Int32, _ word: SamenessWord) {
        said[customers.root(of: first), default: []].append(Said(other: second, word: word))
        said[customers.root(of: second), default: []].append(Said(other: first, word: word))
    }

    /// Something in the history says that a customer has the id of an account.
    mutating func know(_ account: Int32, of customer: Int32) {
        accounts[Int(customers.root(of: customer))].insert(account)
    }

    /// A person holds an identifier that nobody has held.
    mutating func attach(_ identifier: Int32, in slot: Int32, isAccount: Bool, to customer: Int32, link: Int32) {
        let person = Int(customers.root(of: customer))
        holders[Int(identifier)] = customer
        links[Int(identifier)] = link
        if isAccount { identified[person] = true }
        add(SlotCount(slot: slot, count: 1), to: person)
    }

    private mutating func add(_ count: SlotCount, to person: Int) {
        if let known = counts[person].firstIndex(where: { $0.slot == count.slot }) {
            counts[person][known].count += count.count
        } else {
            counts[person].append(count)
        }
    }

    /// An identifier of a slot with a window was linked at `time`.
    mutating func sight(_ identifier: Int32, of person: Int32, at time: Int64) {
        if sightings[identifier] == nil { windowed[Int(person)].append(identifier) }
        let index = Self.firstIndex(in: sightings[identifier] ?? [], above: time)
        sightings[identifier, default: []].insert(time, at: index)
    }

    /// Makes one of two persons, which has the id of the first. Answers the customer that stands for it.
    @discardableResult
    mutating func unite(_ survivor: Int32, _ absorbed: Int32) -> Int32 {
        let (name, first) = (canonical[Int(survivor)], min(since[Int(survivor)], since[Int(absorbed)]))
        let isIdentified = identified[Int(survivor)] || identified[Int(absorbed)]
        let root = customers.unite(survivor, absorbed)
        let gone = root == survivor ? absorbed : survivor
        canonical[Int(root)] = name
        since[Int(root)] = first
        identified[Int(root)] = isIdentified
        for count in counts[Int(gone)] { add(count, to: Int(root)) }
        counts[Int(gone)] = []
        windowed[Int(root)] += windowed[Int(gone)]
        windowed[Int(gone)] = []
        accounts[Int(root)].formUnion(accounts[Int(gone)])
        accounts[Int(gone)] = []
        if let words = said.removeValue(forKey: gone) { said[root, default: []] += words }
        return root
    }

    /// The first place in ascending times whose time is later.
    private static func firstIndex(in times: [Int64], above time: Int64) -> Int {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = low + (high - low) / 2
            if times[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
