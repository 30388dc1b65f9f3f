import Foundation

/// JSON in one form, whatever its layout: members by name, fractions with six digits, what differs from run to run
/// (log ids, times of recording) replaced, and the stamp of an answer left out.
func canonical(_ json: String) throws -> String {
    let value = try JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed)
    let data = try JSONSerialization.data(withJSONObject: normalised(value), options: [.sortedKeys, .prettyPrinted])
    return String(decoding: data, as: UTF8.self)
}

private func normalised(_ value: Any) -> Any {
    switch value {
    case let object as [String: Any]:
        let members = object.filter { $0.key != "answered" || !($0.value is [String: Any]) }.map { name, value in
            (name, ["recordedAt", "logId"].contains(name) ? name : normalised(value))
        }
        return Dictionary(uniqueKeysWithValues: members)
    case let array as [Any]: return array.map { normalised($0) }
    case let number as NSNumber:
        let double = number.doubleValue
        return double == double.rounded() ? Int(double) : String(format: "%.6f", double)
    default: return value
    }
}

/// Text with the days on which something was recorded replaced: everything else in the tests is long ago.
func withoutToday(_ text: String) -> String {
    text.replacing(/20[2-9][0-9]-[0-9]{2}-[0-9]{2}/, with: "<recorded>")
}
