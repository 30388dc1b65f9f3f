import EventLog

/// What has come of asking for an answer once more; the shape of the JSON of `reproduce`.
struct Reproduction: Encodable {
    struct ReadModel: Encodable {
        let name: String
        /// The version that has answered.
        let then: Int
        /// The version of this program; nil when it has no such read model.
        let now: Int?
    }

    struct Difference: Encodable {
        let path: String
        let then: JSONTree?
        let now: JSONTree?
    }

    /// Whether the file holds what was answered, and it is answered again.
    let same: Bool
    /// Of the answer that was given.
    let digestThen: String
    let digestNow: String
    /// Of what the file holds: another one than then where somebody has changed it.
    let digestOfFile: String
    let logId: EventID
    let position: Position
    let occurredUntil: Timestamp?
    /// When it was given.
    let askedAt: Timestamp
    let question: [String]
    let readModels: [ReadModel]
    /// Between the file and the answer of today.
    let differences: [Difference]

    init(of kept: KeptAnswer, now answer: JSONTree) {
        let stamp = kept.stamp
        let digests = [stamp.answerDigest, answer.digest, kept.json.digest]
        (digestThen, digestNow, digestOfFile) = (digests[0], digests[1], digests[2])
        same = Set(digests).count == 1
        logId = stamp.logId
        position = stamp.position
        occurredUntil = stamp.occurredUntil
        askedAt = stamp.askedAt
        question = stamp.question
        let versions = AnswerStamp.versions(of: Array(stamp.readModels.keys))
        readModels = stamp.readModels.sorted { $0.key < $1.key }
            .map { ReadModel(name: $0.key, then: $0.value, now: versions[$0.key]) }
        differences = ValueChanges.between(kept.json, answer)
            .map { Difference(path: $0.path.description, then: $0.from, now: $0.to) }
    }
}

extension Reproduction {
    /// The verdict for people, and what differs.
    func text(for terminal: Terminal) -> String {
        var lines = [same ? "the same: \(digestNow)" : "not the same: then \(digestThen), now \(digestNow)"]
        if digestOfFile != digestThen {
            lines.append("the file was changed since it was answered: its digest is \(digestOfFile)")
        }
        lines += readModels.compactMap(\.complaint)
        if !differences.isEmpty {
            var table = TextTable(columns: [.init("Value"), .init("Then"), .init("Now")])
            for difference in differences {
                let values = [difference.then, difference.now].map { $0?.plainText ?? NumberFormat.none }
                table.append(row: [difference.path] + values)
            }
            lines += ["", table.render(maximumWidth: terminal.width, colour: terminal.showsColour)]
        }
        let asked = "\(question.joined(separator: " ").printable), as of position \(position)"
        let until = occurredUntil.map { ", what had happened by \($0)" } ?? ""
        return (lines + [terminal.styled("\(asked)\(until), asked at \(askedAt)", .dim)]).joined(separator: "\n")
    }

    /// One line for each value that differs; values as JSON has them, texts without quotation marks.
    var csv: CSVTable {
        var table = CSVTable(columns: ["path", "then", "now"])
        for difference in differences {
            table.append(difference.path, difference.then?.plainText, difference.now?.plainText)
        }
        return table
    }
}

extension Reproduction.ReadModel {
    /// What to say of a read model that is folded otherwise now; nil of one that is not.
    fileprivate var complaint: String? {
        guard now != then else { return nil }
        let made = "\(name.printable) was made by version \(then), this program has "
        guard let now else { return made + "no such read model" }
        return made + "\(now): what it is folded by has changed since"
    }
}
