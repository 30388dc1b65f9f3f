import EventLog

extension LogForked {
    /// The JSON form of the event's data, as protobuf's mapping has it: `{"logId":"...","position":"12"}`.
    var json: String { #"{"logId":"\#(logID)","position":"\#(position)"}"# }

    /// Reads the JSON form.
    init(json: JSONValue) throws {
        var values: [String: String] = [:]
        // The mapping takes a number without quotation marks, too.
        for (name, value) in try json.members { values[name] = (try? value.string) ?? value.text }
        guard values.count == 2, let logID = EventID(values["logId", default: ""]),
            let position = UInt64(values["position", default: ""])
        else { throw MalformedLine("expected logId and position, found \(json.text)") }
        self.init(logID: logID, position: Position(position))
    }
}
