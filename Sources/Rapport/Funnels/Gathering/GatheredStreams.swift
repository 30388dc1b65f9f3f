internal import LMDB
internal import Projection

/// The events of a funnel that one core has found in its part of the log.
struct GatheredEvents: Sendable {
    /// Tags of subjects, or values that name them, and their numbers.
    var subjects = ByteKeyTable()
    /// In the order of the log.
    var events: [FunnelEvent] = []
    /// For each event the number of its subject.
    var owners: [UInt32] = []
    /// Values of the breakdown.
    var groups: ValueNumbers
    /// Values of the held properties.
    var held: ValueNumbers
    /// Values that name sessions.
    var sessions: ValueNumbers
}

/// The events of a funnel, by subject.
struct GatheredStreams: Sendable {
    private var parts: [GatheredEvents]
    /// For each part the numbers that its subjects have in the whole.
    private var subjectNumbers: [[UInt32]] = []
    /// Where the events of each subject begin in `places`, and behind the last subject where they end.
    private var starts: [Int] = []
    /// For each event, subject by subject and in the order of the log, its part and its index there.
    private var places: [UInt64] = []

    /// Puts together what several cores have found, each in a part of the log behind that of the one before.
    init(_ parts: [GatheredEvents]) {
        self.parts = parts
        unite()
        sort()
    }

    /// How many subjects have events.
    var count: Int { starts.count - 1 }

    /// How many events there are.
    var eventCount: Int { places.count }

    /// Numbers of subjects and of values become those of the first part.
    private mutating func unite() {
        subjectNumbers.append([])
        for index in parts.indices.dropFirst() {
            var numbers: [UInt32] = []
            numbers.reserveCapacity(parts[index].subjects.count)
            for number in 0..<parts[index].subjects.count {
                numbers.append(
                    parts[index].subjects.withBytes(number) { bytes in
                        UInt32(parts[0].subjects.number(of: bytes, hash: FastHash.hash64(bytes)).number)
                    })
            }
            subjectNumbers.append(numbers)
            let groups = parts[0].groups.union(parts[index].groups)
            let held = parts[0].held.union(parts[index].held)
            let sessions = parts[0].sessions.union(parts[index].sessions)
            if groups.isEmpty, held.isEmpty, sessions.isEmpty { continue }
            for event in parts[index].events.indices {
                if !groups.isEmpty {
                    parts[index].events[event].group = groups[Int(parts[index].events[event].group)]
                }
                if !held.isEmpty { parts[index].events[event].held = held[Int(parts[index].events[event].held)] }
                if !sessions.isEmpty {
                    parts[index].events[event].session = Int32(sessions[Int(parts[index].events[event].session)])
                }
            }
        }
    }

    private func owner(_ part: Int, _ index: Int) -> Int {
        let own = parts[part].owners[index]
        return Int(part == 0 ? own : subjectNumbers[part][Int(own)])
    }

    /// Counts the events of each subject, then puts each in its place.
    private mutating func sort() {
        starts = [Int](repeating: 0, count: parts[0].subjects.count + 1)
        var total = 0
        for part in parts.indices {
            total += parts[part].events.count
            for index in parts[part].owners.indices { starts[owner(part, index) + 1] += 1 }
        }
        for subject in 1..<max(1, starts.count) { starts[subject] += starts[subject - 1] }
        places = [UInt64](repeating: 0, count: total)
        var next = starts
        for part in parts.indices {
            for index in parts[part].owners.indices {
                let subject = owner(part, index)
                places[next[subject]] = UInt64(part) << 48 | UInt64(index)
                next[subject] += 1
            }
        }
    }

    /// Copies the events of a subject into `events`, in the order of the log.
    func copy(_ subject: Int, to events: inout [FunnelEvent]) {
        events.removeAll(keepingCapacity: true)
        for place in places[starts[subject]..<starts[subject + 1]] {
            events.append(parts[Int(place >> 48)].events[Int(place & (1 << 48 - 1))])
        }
    }

    /// The tag of a subject, or the value that names it.
    func subject(_ number: Int) -> String { parts[0].subjects.withBytes(number) { $0.text() } }

    /// A value of the breakdown.
    func group(_ number: UInt32) -> String { parts[0].groups.text(number) }
}
