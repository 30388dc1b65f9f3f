import Rapport

/// Names that commands are asked about. One that is not there is told apart from one of which there is nothing to tell.
enum KnownNames {
    /// How many a failure lists.
    private static let listed = 12

    /// Ends the command when `name` is not among the names of such things. Where none is known at all, every name is
    /// as good as another, and nil asks for no name.
    static func require(_ thing: String, _ name: String?, among known: [String]) throws {
        guard let name, !known.isEmpty, !known.contains(name) else { return }
        let rest = known.count > listed ? " and \(NumberFormat.integer(known.count - listed)) more" : ""
        let list = known.prefix(listed).joined(separator: ", ") + rest
        throw CommandFailure(.notFound, "no \(thing) is named \(name); expected \(list)")
    }
}

extension CRMState {
    /// Ends the command when there are pipelines, but none of this name.
    func require(pipeline: String?) throws {
        if let pipeline { try KnownNames.require("pipeline", pipeline, among: pipelines()) }
    }

    /// Ends the command when there are deals, but none can be grouped by this dimension.
    func require(dimension: String) throws {
        try KnownNames.require("dimension", dimension, among: dealDimensions())
    }
}
