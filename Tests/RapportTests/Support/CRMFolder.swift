import EventLog
import Projection
import Rapport
import TestSupport

/// The log's tag where `Testing`, which has a `Tag` of its own, is imported too.
typealias EntityTag = Tag

/// A CRM in a folder of its own, closed and removed with this object.
final class CRMFolder: Sendable {
    private let directory: TemporaryDirectory
    let crm: Rapport

    /// - Parameter events: are appended in this order.
    init(_ events: [NewEvent] = []) throws {
        directory = try TemporaryDirectory()
        crm = try Rapport(at: directory.path)
        try append(events)
    }

    deinit {
        crm.close()
    }

    /// The last position in the log.
    var head: Position { crm.log.head }

    func append(_ events: [NewEvent]) throws {
        var rest = events[...]
        while !rest.isEmpty {
            try crm.log.appendBlocking(Array(rest.prefix(500)))
            rest = rest.dropFirst(500)
        }
    }

    /// Appends in small batches, each folded before the next.
    func appendSlowly(_ events: [NewEvent], batch: Int) async throws {
        var rest = events[...]
        while !rest.isEmpty {
            try append(Array(rest.prefix(batch)))
            try await crm.projections.wait(for: head, of: crm.projections.names, seconds: 60)
            rest = rest.dropFirst(batch)
        }
    }
}

extension Timestamp {
    /// A moment that a test names; a mistake in the text is a programmer error.
    static func at(_ text: String) -> Timestamp {
        guard let time = Timestamp(text) else { preconditionFailure("not a moment: \(text)") }
        return time
    }

    func plus(days: Int64 = 0, seconds: Int64 = 0) -> Timestamp {
        advanced(byMicroseconds: (days * 86_400 + seconds) * 1_000_000)
    }
}

extension CivilDate {
    /// A day that a test names; a mistake in the text is a programmer error.
    static func on(_ text: String) -> CivilDate {
        guard let day = CivilDate(text) else { preconditionFailure("not a day: \(text)") }
        return day
    }
}
