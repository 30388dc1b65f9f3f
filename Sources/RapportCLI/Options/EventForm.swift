import ArgumentParser

/// In which form events are written, one after the other.
enum EventForm {
    /// A line for people.
    case text
    /// A line of JSON that `append` reads.
    case json
    /// A row of CSV.
    case csv
    /// A line of JSON that is a CloudEvent.
    case cloudEvents

    /// The form that the flags ask for.
    ///
    /// - Throws: wrong usage when several are given.
    init(json: Bool, csv: Bool, cloudEvents: Bool) throws {
        let forms: [(name: String, form: EventForm, isAskedFor: Bool)] = [
            ("--json", .json, json), ("--csv", .csv, csv), ("--cloudevents", .cloudEvents, cloudEvents),
        ]
        let chosen = forms.filter { $0.isAskedFor }
        guard chosen.count <= 1 else {
            throw ValidationError(chosen.map { $0.name }.joined(separator: " and ") + " exclude each other.")
        }
        self = chosen.first?.form ?? .text
    }
}
