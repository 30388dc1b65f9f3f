import LMDB
import Rapport

extension FunnelDefinition {
    /// The definition in a file, in YAML or JSON; `-` is standard input.
    ///
    /// - Throws: ``CommandFailure`` when there is none, or it is no text; `FunnelDefinitionError` with the name of the
    ///   file and the place in it.
    init(file: String) throws {
        let input = try TextInput(file)
        try self.init(yaml: input.text, file: input.name)
    }

    /// The number, from 1, of the step that an answer calls so, or that has this number.
    ///
    /// - Throws: ``CommandFailure`` when there is none.
    func number(ofStep text: String) throws -> Int {
        let names = steps.indices.map { answeredName(ofStep: $0) }
        if let index = names.firstIndex(where: { $0.sameBytes(as: text) }) { return index + 1 }
        if let number = Int(text), (1...steps.count).contains(number) { return number }
        let known = names.joined(separator: ", ")
        throw CommandFailure(
            .notFound, "funnel \(name): no step is named \(text); expected \(known), or 1 to \(steps.count)")
    }
}
