/// The lines of a bundle, drawn at ``ProofBundle``.
enum BundleFormat {
    static let version = "rapport.bundle/v1"
    static let selection = "selection "
    static let range = "range "
    static let count = "events "
    static let index = "index "
    static let event = "event "
    static let proof = "proof"
    static let checkpoint = "checkpoint"

    /// The most bytes of a line: the base64 of the largest event, and room.
    static let lineBytes = 32 << 20
    /// The most bytes of what a selection is called.
    static let subjectBytes = 1024

    /// The lines up to the first event.
    static func head(_ selection: ProofBundle.Selection, count: UInt64) -> String {
        let about =
            switch selection {
            case .subject(let subject): Self.selection + subject
            case .range(let range): "\(Self.range)\(range.lowerBound)-\(range.upperBound)"
            }
        return "\(version)\n\(about)\n\(Self.count)\(count)\n\n"
    }

    /// Whether a selection can be called so: a line that is not empty and has no control characters.
    static func isSubject(_ text: String) -> Bool {
        (1...subjectBytes).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}
