internal import LMDB

/// Counts and digests the rows of both sides, and describes those that differ for as long as somebody wants to hear of
/// them.
struct RowComparison {
    private let describerBefore: RowDescriber
    private let describerAfter: RowDescriber
    private var digestBefore = ContentDigest()
    private var digestAfter = ContentDigest()
    private(set) var tables: [PreviewSummary.Rows] = []
    private var wantsMore = true

    /// - Parameters:
    ///   - before: the code that reads the rows that serve.
    ///   - after: the code that has made the others.
    init(before: ReadModel, after: ReadModel) {
        describerBefore = RowDescriber(before)
        describerAfter = RowDescriber(after)
    }

    /// The digests of both sides, when everything was added.
    mutating func digests() -> (before: String, after: String) { (digestBefore.finish(), digestAfter.finish()) }

    mutating func beginTable(_ table: RowTable) { tables.append(PreviewSummary.Rows(table: table.name)) }

    mutating func endTable() {
        digestBefore.endTable()
        digestAfter.endTable()
    }

    /// Adds what stands under the next key of the table begun last.
    ///
    /// - Parameter body: told of a row that differs; answers whether to be told of more.
    mutating func add(
        _ key: RawSpan, _ before: RawSpan?, _ after: RawSpan?, in table: RowTable,
        _ body: (RowChange) throws -> Bool
    ) throws {
        if let before { digestBefore.add(key, before) }
        if let after { digestAfter.add(key, after) }
        guard let kind = Self.kind(before, after) else {
            tables[tables.count - 1].same += 1
            return
        }
        switch kind {
        case .added: tables[tables.count - 1].added += 1
        case .removed: tables[tables.count - 1].removed += 1
        case .changed: tables[tables.count - 1].changed += 1
        }
        guard wantsMore else { return }
        let fields = differences(key, before, after, in: table)
        wantsMore = try body(
            RowChange(
                table: table.name, fold: table == .entities ? Int(key.u8(at: 0)) : nil, key: table.describe(key),
                kind: kind, fields: fields))
    }

    /// Nil where both sides are the same.
    private static func kind(_ before: RawSpan?, _ after: RawSpan?) -> RowChange.Kind? {
        guard let before else { return .added }
        guard let after else { return .removed }
        return before.sameBytes(as: after) ? nil : .changed
    }

    private func differences(
        _ key: RawSpan, _ before: RawSpan?, _ after: RawSpan?, in table: RowTable
    ) -> [FieldChange] {
        var fieldsBefore: [StateFields.Field] = []
        var fieldsAfter: [StateFields.Field] = []
        if let before { fieldsBefore = describerBefore.fields(of: before, under: key, in: table) }
        if let after { fieldsAfter = describerAfter.fields(of: after, under: key, in: table) }
        let changes = Self.differences(fieldsBefore, fieldsAfter)
        if !changes.isEmpty { return changes }
        // Whatever differs is none of the fields.
        return [FieldChange(path: "bytes", before: Self.hexadecimal(before), after: Self.hexadecimal(after))]
    }

    private static func hexadecimal(_ value: RawSpan?) -> String? {
        guard let value else { return nil }
        return JSONForm.hexadecimal(value)
    }

    /// In the order of the fields before, those that are new behind them.
    private static func differences(
        _ before: [StateFields.Field], _ after: [StateFields.Field]
    ) -> [FieldChange] {
        // By bytes: texts that are equal otherwise may name different fields.
        let paths = Set(before.map { Array($0.path.utf8) })
        let new = Dictionary(after.map { (Array($0.path.utf8), $0.json) }) { first, _ in first }
        var changes: [FieldChange] = []
        for (path, json) in before {
            let found = new[Array(path.utf8)]
            if let found, found.sameBytes(as: json) { continue }
            changes.append(FieldChange(path: path, before: json, after: found))
        }
        for (path, json) in after where !paths.contains(Array(path.utf8)) {
            changes.append(FieldChange(path: path, before: nil, after: json))
        }
        return changes
    }
}
