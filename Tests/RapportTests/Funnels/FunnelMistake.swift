@testable import Rapport
import Testing

/// A definition that is wrong. The sign § stands before the node that is told, and is taken out.
struct FunnelMistake: Sendable, CustomTestStringConvertible {
    let code: FunnelDefinitionError.Code
    let text: String

    init(_ code: FunnelDefinitionError.Code, _ text: String) {
        self.code = code
        self.text = text
    }

    /// Two steps that are right, and what is wrong beside them.
    static func beside(_ code: FunnelDefinitionError.Code, _ text: String) -> FunnelMistake {
        FunnelMistake(
            code,
            """
            funnel: checkout
            steps:
              - {name: Viewed, event: TouchpointRecorded}
              - {name: Bought, event: OrderPlaced}
            \(text)
            """)
    }

    /// The elements of steps, and what else there is.
    static func steps(_ code: FunnelDefinitionError.Code, _ steps: [String], _ more: String = "") -> FunnelMistake {
        FunnelMistake(code, "funnel: checkout\n\(more)\nsteps:\n" + steps.map { "  - \($0)\n" }.joined())
    }

    /// A condition of the first step.
    static func condition(_ code: FunnelDefinitionError.Code, _ condition: String) -> FunnelMistake {
        let first = "{name: A, event: TouchpointRecorded, where: [\(condition)]}"
        return steps(code, [first, "{name: B, event: OrderPlaced}"])
    }

    var testDescription: String { "\(code.rawValue): \(text)" }

    /// Without the sign; the line and the column that it stood at, 0 where there is none.
    var located: (yaml: String, line: Int, column: Int) {
        let parts = text.split(separator: Character("§"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return (text, 0, 0) }
        let before = parts[0].split(separator: Character("\n"), omittingEmptySubsequences: false)
        return (String(parts[0] + parts[1]), before.count, (before.last?.unicodeScalars.count ?? 0) + 1)
    }
}
