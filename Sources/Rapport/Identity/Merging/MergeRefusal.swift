public import EventLog

/// Why two customers are not merged, or a merge is not undone. Nothing was appended.
public enum MergeRefusal: Error, Hashable, Sendable {
    /// No event is about this id.
    case unknown(id: Tag)
    /// An id of the person of `asked` is erased.
    case erased(id: Tag, asked: Tag, position: Position)
    /// An id is named twice.
    case sameID(Tag)
    /// The two are one person already, without a break since a position.
    case alreadyOnePerson(Tag, Tag, canonical: Tag, since: Position)
    /// Somebody has said that these two are not the same.
    case reviewedAsDifferent(Tag, Tag, position: Position)
    /// The person would have more ids than a person can be merged into.
    case tooManyIDs(count: Int, limit: Int)
    /// The field choice names neither side.
    case badFieldChoice(field: String)
    /// The field choice names a field that neither of the two has.
    case noSuchField(field: String, Tag, Tag)
    /// There is no merge of this name.
    case unknownMerge(MergeName)
    /// The merge is undone already.
    case alreadyUnmerged(merge: Position, at: Position)
    /// The two are not one person, and no merge has ever tied them together directly.
    case notOnePerson(Tag, Tag)
    /// The two are tied together by several merges, one after the other: which one is meant?
    case severalMerges(Tag, Tag, [MergeRecord])
    /// An event cannot go to the side named.
    case badException(EventID, ExceptionFault)
    /// Other merges were appended each time it was tried.
    case busy(attempts: Int)

    /// What is wrong with an exception of an unmerge.
    public enum ExceptionFault: Hashable, Sendable {
        /// It names neither side.
        case noSide
        /// The log has no event with this id.
        case notInLog
        /// The event is about none of the ids of the person, of which `canonical` is one.
        case notOfThePerson(Position, canonical: Tag)
        /// The event counts as if it had never happened.
        case annulled(Position)
        /// Events of this type stay where they are: they say who is who, who is erased, or what is true of
        /// others.
        case stays(Position, EventType)
    }
}

extension MergeRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknown(let id): "\(id): no event is about it; expected an id that events have as a tag"
        case .erased(let id, let asked, let position):
            "\(asked): "
                + (id == asked ? "is erased" : "is one person with \(id), who is erased")
                + " (position \(position)); expected somebody who is not"
        case .sameID(let id): "\(id): is named twice; expected the ids of two customers"
        case .alreadyOnePerson(let first, let second, let canonical, let since):
            "\(first) and \(second) are one person, \(canonical), since position \(since); expected two persons"
        case .reviewedAsDifferent(let first, let second, let position):
            "\(first) and \(second) were reviewed as not the same (position \(position)); "
                + "expected to be told that they are to be merged all the same"
        case .tooManyIDs(let count, let limit):
            "the person would have \(count) ids; at most \(limit) are allowed"
        case .badFieldChoice(let field):
            "the choice for field \(field.debugDescription) names no side; expected survivor or absorbed"
        case .noSuchField(let field, let first, let second):
            "neither \(first) nor \(second) has a field \(field.debugDescription); "
                + "expected one that the profile of either shows"
        case .unknownMerge(let name): "\(name): there is no merge; expected the event of one"
        case .alreadyUnmerged(let merge, let position):
            "the merge at position \(merge) is undone already, at position \(position)"
        case .notOnePerson(let first, let second):
            "\(first) and \(second) are not one person; expected two ids that a merge ties together"
        case .severalMerges(let first, let second, let path):
            "\(first) and \(second) are tied together by \(path.count) merges: "
                + path.map { "position \($0.position) (\($0.survivor), \($0.absorbed))" }.joined(separator: ", ")
                + "; expected the position of one of them"
        case .badException(let event, let fault): "the exception for event \(event) cannot be: \(fault)"
        case .busy(let attempts):
            "other merges were appended each of the \(attempts) times it was tried; expected a moment of rest"
        }
    }
}

extension MergeRefusal.ExceptionFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noSide: "it names no side; expected survivor or absorbed"
        case .notInLog: "the log has no event with this id"
        case .notOfThePerson(let position, let canonical):
            "the event at position \(position) is about none of the ids of the person \(canonical)"
        case .annulled(let position): "the event at position \(position) is annulled"
        case .stays(let position, let type):
            "the event at position \(position) is a \(type), which stays where it is"
        }
    }
}
