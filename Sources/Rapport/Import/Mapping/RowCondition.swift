/// What must hold of a row for something to be made of it; nothing by default.
struct RowCondition: Sendable {
    private enum Test: Sendable {
        case isPresent
        case isEmpty
        case isOneOf(Set<ArraySlice<UInt8>>)
        case isNoneOf(Set<ArraySlice<UInt8>>)
    }

    private var tests: [(slot: Int, test: Test)] = []

    /// Holds for every row.
    static let always = RowCondition()

    private init() {}

    /// Reads a block of columns and tests; all of them must hold.
    init(_ node: MappingNode?, _ columns: inout ColumnTable) throws(ImportMappingError) {
        for entry in try node?.entries() ?? [] {
            let slot = try columns.slot(of: entry.name, at: entry.key.place)
            guard entry.value.isBlock else {
                tests.append((slot, try entry.value.choice(["present": Test.isPresent, "empty": .isEmpty])))
                continue
            }
            let fields = try entry.value.fields("in", "not")
            if let values = fields["in"] { tests.append((slot, .isOneOf(Set(try values.values())))) }
            if let values = fields["not"] { tests.append((slot, .isNoneOf(Set(try values.values())))) }
        }
    }

    func holds(_ values: RowValues) -> Bool {
        for (slot, test) in tests {
            let holds =
                switch test {
                case .isPresent: !values.isEmpty(slot)
                case .isEmpty: values.isEmpty(slot)
                case .isOneOf(let allowed): allowed.contains(values.bytes(slot))
                case .isNoneOf(let excluded): !excluded.contains(values.bytes(slot))
                }
            if !holds { return false }
        }
        return true
    }
}

extension MappingNode {
    /// Values as the bytes that a row would have.
    fileprivate func values() throws(ImportMappingError) -> [ArraySlice<UInt8>] {
        try texts().map { Array($0.utf8)[...] }
    }
}
