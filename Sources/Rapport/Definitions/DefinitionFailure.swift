/// The rules that documents of one kind may break, by the names that errors have for them. Those of every kind are
/// here.
protocol DefinitionCode: RawRepresentable, Sendable where RawValue == String {
    /// The document is empty, no YAML, has a character that YAML does not have, or says the same thing twice.
    static var unreadableDocument: Self { get }
    /// YAML that definitions do without: an alias, as `*name`, or a key behind a question mark.
    static var unreadYAML: Self { get }
    /// More than 65,536 bytes, as it is written or as JSON.
    static var definitionTooLong: Self { get }
    /// A value is of another kind than expected.
    static var malformedValue: Self { get }
    /// Something that must be said is not.
    static var missingKey: Self { get }
    /// A key that nobody would look at.
    static var unknownKey: Self { get }
}

/// A definition that cannot be used: what is wrong, and where it stands.
protocol DefinitionFailure: Error {
    /// The rules of this kind of definition.
    associatedtype Code: DefinitionCode

    /// The definition's file, where it was read from one.
    var file: String? { get set }
    /// The line in the document, from 1; 0 where no single line is at fault, or there is no document.
    var line: Int { get }
    /// The column in that line, from 1; 0 where there is no line.
    var column: Int { get }
    /// Of a definition made in code the part that is wrong; empty for the whole, and where line and column tell.
    var part: String { get }
    /// Which rule is broken.
    var code: Code { get }
    /// What is wrong, and what would be right.
    var reason: String { get }

    /// All of it but the file.
    init(line: Int, column: Int, part: String, code: Code, reason: String)
}

extension DefinitionFailure {
    /// What is wrong with a node of a document.
    init(_ error: ImportMappingError, _ code: Code) {
        self.init(line: error.line, column: error.column, part: "", code: code, reason: error.reason)
    }

    /// What is wrong with a part of a definition that was made in code.
    init(_ fault: DefinitionFault<Self>) {
        self.init(line: 0, column: 0, part: fault.part.text, code: fault.code, reason: fault.reason)
    }

    /// `desk.yaml:7:14: an interval ... (reversedHours)`.
    var located: String {
        let place = line > 0 ? "\(line):\(column): " : part.isEmpty ? "" : "\(part): "
        let name = file.map { line > 0 ? "\($0):" : "\($0): " } ?? ""
        return "\(name)\(place)\(reason) (\(code.rawValue))"
    }
}

/// What is wrong with a definition, and in which part of it.
struct DefinitionFault<Failure: DefinitionFailure>: Error {
    /// Where.
    let part: DefinitionPart
    /// Which rule is broken.
    let code: Failure.Code
    /// What is wrong, and what would be right.
    let reason: String

    /// A rule that a part breaks.
    init(_ part: DefinitionPart, _ code: Failure.Code, _ reason: String) {
        self.part = part
        self.code = code
        self.reason = reason
    }
}
