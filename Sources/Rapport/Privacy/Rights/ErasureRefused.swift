public import EventLog

/// Why a person is not erased. Nothing was appended or destroyed for that person.
public enum ErasureRefused: Error, Codable, Hashable, Sendable {
    /// The data is kept as evidence.
    case legalHold(subject: Tag, matter: String, until: Timestamp?, position: Position)
    /// No event is about this id.
    case unknown(subject: Tag)
    /// The person is erased, and nothing is left to be.
    case alreadyErased(subject: Tag, position: Position)
    /// The log changed again and again while it was tried: holds or erasures came in between.
    case busy(subject: Tag)

    /// Whom it is about.
    public var subject: Tag {
        switch self {
        case .legalHold(let subject, _, _, _), .unknown(let subject), .alreadyErased(let subject, _),
            .busy(let subject):
            subject
        }
    }
}

extension ErasureRefused: CustomStringConvertible {
    public var description: String {
        switch self {
        case .legalHold(let subject, let matter, let until, let position):
            "\(subject): a legal hold (matter \(matter), position \(position)) forbids it "
                + (until.map { "until \($0)" } ?? "until it is released")
        case .unknown(let subject): "\(subject): no event is about it; expected an id that events have as a tag"
        case .alreadyErased(let subject, let position):
            "\(subject): is erased already (position \(position)), and nothing is left to erase"
        case .busy(let subject):
            "\(subject): holds or erasures were appended each time it was tried; expected a moment of rest"
        }
    }
}

/// A person of whom nothing is known.
public struct UnknownSubject: Error, Equatable, Sendable, CustomStringConvertible {
    /// The id as it was given.
    public let subject: Tag

    /// The id is unknown.
    public init(subject: Tag) { self.subject = subject }

    public var description: String { "\(subject): no event is about it; expected an id that events have as a tag" }
}
