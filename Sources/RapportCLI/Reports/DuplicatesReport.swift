import EventLog
import Rapport

extension Duplicates {
    /// The pairs for people.
    func text(for terminal: Terminal) -> String {
        let looked =
            "\(NumberFormat.integer(records)) customers and leads, \(NumberFormat.count(compared, "pair")) compared"
        var notes = [terminal.styled(looked, .dim)]
        if crowded > 0 {
            notes.append(
                terminal.styled("\(NumberFormat.count(crowded, "value")) shared by too many to be compared", .dim))
        }
        if withheld > 0 {
            let count = NumberFormat.count(withheld, "id")
            notes.append(terminal.styled("\(count) left out, whose data must not be used", .yellow))
        }
        if pairs.isEmpty { return (["No duplicates."] + notes).joined(separator: "\n") }
        var table = TextTable(columns: [
            .init("Score", .right), .whole("First"), .init("Name"), .whole("Second"), .init("Name"), .init("Why"),
            .init("Said"),
        ])
        for pair in pairs {
            table.append(row: [
                NumberFormat.percent(basisPoints: pair.scoreBp), pair.first.text, pair.shown(pair.firstName),
                pair.second.text, pair.shown(pair.secondName), pair.reasonText, pair.review?.text ?? "",
            ])
        }
        let heading =
            pairs.count < total
            ? "\(NumberFormat.integer(pairs.count)) of \(NumberFormat.integer(total)) pairs"
            : NumberFormat.count(total, "pair")
        return terminal.styled(heading, .bold) + "\n\n"
            + table.render(maximumWidth: terminal.width, colour: terminal.showsColour) + "\n"
            + notes.joined(separator: "\n")
    }

    /// One line for each pair.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "scoreBp", "first", "firstName", "second", "secondName", "reasons", "decision", "until", "withheld",
        ])
        for pair in pairs {
            let reasons = pair.reasons.map { "\($0.word):\($0.points)" }.joined(separator: " ")
            table.append(
                pair.scoreBp, pair.first, pair.firstName, pair.second, pair.secondName, reasons,
                pair.review?.decision.rawValue, pair.review?.until, pair.withheld?.rawValue)
        }
        return table
    }
}

extension DuplicatePair {
    fileprivate func shown(_ name: String?) -> String { name ?? withheld.map { "(\($0.rawValue))" } ?? "" }

    /// What speaks against it has a minus.
    fileprivate var reasonText: String {
        reasons.map { ($0.points < 0 ? "-" : "") + $0.word }.joined(separator: ", ")
    }
}

extension DuplicateReview {
    fileprivate var text: String { decision.rawValue + (until.map { " until \($0)" } ?? "") }
}

extension DuplicateReviewReceipt {
    /// What was recorded, for people.
    func text(for terminal: Terminal) -> String {
        let said =
            switch decision {
            case .suspected: "may be the same"
            case .same: "are the same; they are not merged yet"
            case .different: "are different"
            case .snoozed: "are put off"
            }
        return "\(first.text.printable) and \(second.text.printable) \(said)\nevent \(eventID)\n"
            + terminal.footer(at: position)
    }

    var csv: CSVTable {
        var table = CSVTable(columns: ["position", "eventID", "first", "second", "decision"])
        table.append(position, eventID, first, second, decision.rawValue)
        return table
    }
}
