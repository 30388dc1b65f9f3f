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
    static func lead(_ number: Int) -> String { text("L-", number) }
    static func submission(_ number: Int) -> String { text("W-", number) }
    static func order(_ number: Int) -> String { text("A-", number) }
    static func parcel(_ number: Int) -> String { text("Z-", number) }
    static func serviceCase(_ number: Int) -> String { text("H-", number) }
    static func serial(_ number: Int) -> String { text("N-", number) }
    static func session(_ number: Int) -> String { text("Y-", number) }
    static func complaint(_ number: Int) -> String { text("B-", number) }
    static func suggestion(_ number: Int) -> String { text("G-", number) }
    static func change(_ number: Int) -> String { text("M-", number) }

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
    /// The tag of a lead of the demo: known to be well-formed.
    static func demoLead(_ id: String) -> Tag { Tag(unchecked: "lead:" + id) }
    /// The tag of an order of the demo: known to be well-formed.
    static func demoOrder(_ id: String) -> Tag { Tag(unchecked: "order:" + id) }
    /// The tag of a case of the demo: known to be well-formed.
    static func demoCase(_ id: String) -> Tag { Tag(unchecked: "case:" + id) }
    /// The tag of an invitation of the demo: known to be well-formed.
    static func demoInvitation(_ id: String) -> Tag { Tag(unchecked: "invitation:" + id) }
}
