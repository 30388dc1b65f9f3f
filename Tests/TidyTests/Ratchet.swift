import Testing

/// How many offenders a rule still has. The number may only fall: whoever removes one lowers it in the same change.
struct Ratchet {
    let count: Int

    /// Files of more than 300 lines.
    static let longFiles = Ratchet(count: 1)
    /// Public declarations without a doc comment.
    static let undocumented = Ratchet(count: 84)

    /// Compares with the offenders of today.
    func check(_ offenders: [String], sourceLocation: SourceLocation = #_sourceLocation) {
        let list = offenders.joined(separator: "\n")
        if offenders.count > count {
            Issue.record("\(offenders.count) offenders, \(count) are allowed:\n\(list)", sourceLocation: sourceLocation)
        } else if offenders.count < count {
            Issue.record("\(offenders.count) offenders are left: lower the ratchet", sourceLocation: sourceLocation)
        }
    }
}
