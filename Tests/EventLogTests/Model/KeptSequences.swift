import Testing

/// A sequence that has found something, or that touches what nothing else does; it is carried out in every run.
struct KeptSequence: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let sequence: ModelSequence

    init(_ description: String, _ sequence: ModelSequence) {
        testDescription = description
        self.sequence = sequence
    }
}

extension KeptSequence {
    /// In the form that a failure of the model test prints.
    static let all: [KeptSequence] = [
        KeptSequence(
            "every command, over tables of a few events",
            ModelSequence(
                .init(tableCapacity: 12, mapSize: 1 << 18, pacing: 0.002),
                [
                    .follow(0, .all, from: .at(1)),
                    .append(.init([.event(1), .event(2), .event(3), .event(4), .event(5), .event(6)])),
                    .append(.init([.event(7), .event(8)], unless: .anyOf([.of(tags: [8])]), after: .head(0))),
                    .append(.init([.event(8), .event(9)], unless: .all, after: .head(-1), way: .blocking)),
                    .append(.init([.event(8), .event(9)], unless: .all, after: .head(0), skipsKnown: true)),
                    .together([.init([.event(10), .event(11)]), .init([.event(11), .event(12)], skipsKnown: true)]),
                    .read(.init(.anyOf([.of(types: [0], tags: [0]), .of(tags: [1])]), limit: 3, backwards: true)),
                    .index,
                    .follow(1, .anyOf([.of(types: [0, 1])]), from: .head(-2)),
                    .append(.init([.event(13), .event(13, .provenance), .event(14)])),
                    .position(of: 13),
                    .event(at: .head(0)),
                    .typeNumber(0),
                    .recorded(at: .head(-1)),
                    .cancel(1),
                    .settle,
                    .reopen,
                    .read(.init(from: .at(2), to: .head(-1), stop: 4)),
                    .verify,
                ])),
        KeptSequence(
            "ids that are taken, once more after opening again",
            ModelSequence(
                .init(tableCapacity: 12),
                [
                    .append(.init([.event(1), .event(2)])),
                    .append(.init([.event(2, .data), .event(3)])),
                    .append(.init([.event(3), .event(1, .tags)], skipsKnown: true)),
                    .reopen,
                    .append(.init([.event(1, .time)])),
                    .append(.init([.event(3), .event(3, .type)])),
                    .append(.init([.event(4, .repeatedTag), .event(1, .data)])),
                    .append(.init([.event(1, .provenance), .event(2)], unless: .all, after: .head(2))),
                ])),
        KeptSequence(
            "two processes that append, index and open again",
            ModelSequence(
                .init(tableCapacity: 12, mapSize: 1 << 18, hasOther: true),
                [
                    .follow(0, .all, from: .at(1)),
                    .append(.init([.event(1), .event(2), .event(3), .event(4), .event(5), .event(6), .event(7)])),
                    .byOther(.append(.init([.event(8), .event(9), .event(10), .event(11), .event(12), .event(13)]))),
                    .together([.init([.event(14)], unless: .all, after: .head(0)), .init([.event(15)], way: .byOther)]),
                    .byOther(.index),
                    .append(.init([.event(9), .event(16)], skipsKnown: true)),
                    .byOther(.reopen),
                    .byOther(.read(.init(.anyOf([.of(tags: [0])])))),
                    .settle,
                    .index,
                    .reopen,
                    .position(of: 12),
                    .append(.init([.event(16), .event(17)], skipsKnown: true, way: .byOther)),
                ])),
    ]
}
