import EventLog

// What the elements of a list are called, so that each is found again where others came before it or went.
//
// An object with an id is called by it: by the first of its members `id`, `leadID`, `orderID`, `customerID`, `name`.
// Any other is called by all of its texts but times: a stage by pipeline, stage and currency, a point by group and
// period. They stand in the order of their members' names, a currency last.

extension JSONTree {
    private static let ids = ["id", "leadID", "orderID", "customerID", "name"]

    /// What an element of a list is called; nil for what is no object, or has no text.
    var names: [String]? {
        guard case .object(let members) = self else { return nil }
        let texts = members.compactMap { member -> (name: String, text: String)? in
            guard case .string(let text) = member.value else { return nil }
            return (member.name, text)
        }
        for id in Self.ids {
            if let found = texts.first(where: { $0.name == id }) { return [found.text] }
        }
        let facts = texts.filter { Timestamp($0.text) == nil }
        let names = facts.filter { $0.name != "currency" } + facts.filter { $0.name == "currency" }
        return names.isEmpty ? nil : names.map(\.text)
    }

    /// What each of the elements is called; nil where one has no names, or two have the same.
    static func names(of elements: [JSONTree]) -> [[String]]? {
        var all: [[String]] = []
        var known: Set<[[UInt8]]> = []
        for element in elements {
            guard let names = element.names, known.insert(names.map { Array($0.utf8) }).inserted else { return nil }
            all.append(names)
        }
        return all
    }
}
