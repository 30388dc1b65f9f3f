/// Customers of whom some were typed in twice, and which ones: the set by which it is measured how well duplicates are
/// found. The same seed makes the same customers.
package struct LabelledCustomers: Sendable {
    /// A customer who is in it twice.
    package struct Twins: Sendable {
        /// The ids of both, as they stand in tags, in byte order.
        package let ids: [String]
        package let corruption: Corruption
    }

    /// How well pairs that were found agree with the truth.
    package struct Quality: Sendable {
        /// Pairs that are doubles.
        package var right = 0
        /// Pairs that are none.
        package var wrong = 0
        /// Doubles in all.
        package var doubles = 0

        /// How many of 10,000 pairs are doubles; nil where there are no pairs.
        package var precisionBp: Int? { right + wrong == 0 ? nil : right * 10_000 / (right + wrong) }
        /// How many of 10,000 doubles were found; nil where there are none.
        package var recallBp: Int? { doubles == 0 ? nil : right * 10_000 / doubles }
    }

    /// In the order in which they were typed in: those who are the double of another come after all others.
    package let customers: [CustomerSketch]
    package let doubles: [Twins]

    /// - Parameters:
    ///   - bases: each once; what is not known of them is invented.
    ///   - percent: how many of 100 are typed in twice.
    package init(of bases: [CustomerSketch], twice percent: Int, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var originals: [CustomerSketch] = []
        var copies: [CustomerSketch] = []
        var doubles: [Twins] = []
        for base in bases {
            var original = base
            original.complete(&random)
            defer { originals.append(original) }
            guard random.happens(percent) else { continue }
            for _ in 0..<8 {
                let corruption = random.pick(Corruption.allCases)
                var (changed, copy) = (original, Self.typedAgain(original, &random))
                guard corruption.spoil(&changed, &copy, &random) else { continue }
                copy.id = original.id + "-again"
                original = changed
                copies.append(copy)
                doubles.append(
                    Twins(ids: ["customer:" + original.id, "customer:" + copy.id].sorted(), corruption: corruption))
                break
            }
        }
        customers = originals + copies
        self.doubles = doubles
    }

    /// Whoever types a customer in again does not know everything, and writes the rest in another way.
    private static func typedAgain(_ original: CustomerSketch, _ random: inout SeededGenerator) -> CustomerSketch {
        var copy = original
        if random.happens(25) { copy.phone = nil }
        if random.happens(25) { copy.email = nil }
        if random.happens(50) { copy.wechat = nil }
        if random.happens(40) { copy.birthday = nil }
        if random.happens(30) { (copy.address, copy.city) = (nil, nil) }
        copy.email = random.happens(50) ? copy.email?.uppercased() : copy.email
        copy.phone = random.happens(50) ? copy.phone?.replacing(" ", with: "-") : copy.phone
        if random.happens(50) {
            copy.address = copy.address?.replacing("straße", with: "str.").replacing("Street", with: "St")
        }
        return copy
    }

    /// How well these pairs, each with the ids of two as they stand in tags, agree with the truth: of each corruption,
    /// and of all. Pairs that are no double count in the whole alone.
    package func quality(of pairs: [(first: String, second: String)]) -> (
        all: Quality, byCorruption: [Corruption: Quality]
    ) {
        var all = Quality()
        var byCorruption: [Corruption: Quality] = [:]
        var corruptions: [[String]: Corruption] = [:]
        for double in doubles {
            corruptions[double.ids] = double.corruption
            byCorruption[double.corruption, default: Quality()].doubles += 1
        }
        all.doubles = doubles.count
        for pair in pairs {
            guard let corruption = corruptions[[pair.first, pair.second].sorted()] else {
                all.wrong += 1
                continue
            }
            all.right += 1
            byCorruption[corruption, default: Quality()].right += 1
        }
        return (all, byCorruption)
    }
}
