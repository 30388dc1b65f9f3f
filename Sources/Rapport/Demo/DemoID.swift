internal import EventLog

/// The opaque ids of the demo: a letter and at least six digits, as `C-000123`.
enum DemoID {
    static func customer(_ number: Int) -> String { text("C-", number) }
    static func opportunity(_ number: Int) -> String { text("O-", number) }
    static func interaction(_ number: Int) -> String { text("I-", number) }
    static func response(_ number: Int) -> String { text("R-", number) }
    static func invitation(_ number: Int) -> String { text("V-", number) }
    static func contract(_ number: Int) -> String { text("K-", number) }
    static func document(_ number: Int) -> String { text("D-", number) }
    static func person(_ number: Int) -> String { text("P-", number) }

    /// `S-07`.
    static func staff(_ number: Int) -> String { staffIDs[number] }

    static func text(_ prefix: String, _ number: Int) -> String {
        let (thousands, rest) = number.quotientAndRemainder(dividingBy: 1000)
        return prefix + (thousands < 1000 ? triples[thousands] : String(thousands)) + triples[rest]
    }

    private static let staffIDs = (0..<100).map { String("S-" + triples[$0].suffix(2)) }

    /// `000` to `999`.
    private static let triples = (0..<1000).map { String(String($0 + 1000).dropFirst()) }
}

extension Tag {
    /// The tag of a customer of the demo: known to be well-formed.
    static func demoCustomer(_ id: String) -> Tag { Tag(unchecked: "customer:" + id) }
    /// The tag of a deal of the demo: known to be well-formed.
    static func demoOpportunity(_ id: String) -> Tag { Tag(unchecked: "opportunity:" + id) }
}
