internal import EventLog

/// Makes events of the rows of one file.
struct RowMapper {
    let section: FileSection
    /// For each slot the field of the row that it shows; nil for other columns.
    private let fields: [Int?]
    private let tables: [LookupTable?]
    private var provenance: Provenance
    /// The slot of the mark of events that have the fallback for their date.
    private let unknownSlot: Int?
    private var ids: [ImportID]
    private var rowNumber = 0
    /// The row that is being mapped.
    var values: RowValues

    /// - Parameters:
    ///   - header: the columns of the file.
    ///   - tables: the look-up tables of the section; nil for those that are not there.
    /// - Throws: ``ImportMappingError`` when a column that the mapping uses is not in the file.
    init(
        _ section: FileSection, header: FileHeader, tables: [LookupTable?], source: String
    ) throws(ImportMappingError) {
        self.section = section
        self.tables = tables
        fields = try section.columns.map { column throws(ImportMappingError) in
            guard case .field = column.source else { return nil }
            return try header.index(of: column.name, at: column.place)
        }
        unknownSlot = section.columns.firstIndex { if case .dateUnknown = $0.source { true } else { false } }
        provenance = Provenance(source: source)
        ids = section.events.map { ImportID(source: source, event: $0.name) }
        values = RowValues(slots: section.columns.count)
    }

    /// Gives the events of further rows this correlation id.
    mutating func correlate(with id: String) {
        provenance.correlationID = id
    }

    /// Counts a row that cannot be mapped.
    mutating func skipRow() {
        rowNumber += 1
    }

    /// Fills in the columns of the row in ``values``; tells `miss` of values that a look-up table does not have.
    mutating func fillColumns(miss: (_ table: LookupPlan, _ value: String) -> Void) {
        rowNumber += 1
        for (slot, column) in section.columns.enumerated() {
            switch column.source {
            case .field: values.set(slot, toField: fields[slot] ?? 0, trims: section.trims)
            case .derived(let derived): derived.fill(slot, of: &values)
            case .lookedUp(let table, let column): lookUp(slot, table, column, miss: miss)
            case .rowNumber: values.set(slot, to: Array(String(rowNumber).utf8))
            case .dateUnknown: values.clear(slot)
            }
        }
    }

    private mutating func lookUp(
        _ slot: Int, _ table: Int, _ column: Int, miss: (_ table: LookupPlan, _ value: String) -> Void
    ) {
        let plan = section.lookups[table]
        guard let rows = tables[table], !values.isEmpty(plan.by) else { return values.clear(slot) }
        if let row = rows.row(of: values.bytes(plan.by)) {
            values.set(slot, to: rows.value(column, of: row))
        } else {
            values.clear(slot)
            // One miss a row, however many columns of the table it would have filled.
            if column == 0, !plan.isPartial { miss(plan, values.text(plan.by)) }
        }
    }

    // MARK: Events

    /// Makes the events of the row in ``values``, in the order of the mapping.
    ///
    /// - Parameters:
    ///   - claimed: ids of events that are made once and have been.
    ///   - body: takes an event and the number of its plan.
    mutating func makeEvents(
        claimed: Set<EventID>, _ body: (_ event: NewEvent, _ number: Int) throws(BadValue) -> Void
    ) throws(BadValue) {
        for number in section.events.indices {
            let plan = section.events[number]
            guard plan.when.holds(values) else { continue }
            let id = try id(plan, number)
            if plan.repetition != .everyRow, claimed.contains(id) { continue }
            try body(try event(plan, id), number)
        }
    }

    private mutating func id(_ plan: EventPlan, _ number: Int) throws(BadValue) -> EventID {
        for slot in plan.key where values.isEmpty(slot) {
            throw BadValue(slot: slot, reason: "is empty, but belongs to the key of event '\(plan.name)'")
        }
        return ids[number].id(plan.key, values)
    }

    private mutating func event(_ plan: EventPlan, _ id: EventID) throws(BadValue) -> NewEvent {
        let (occurredAt, isUnknown) = try plan.occurredAt.moment(values)
        if let unknownSlot, isUnknown {
            values.set(unknownSlot, to: Array("true".utf8))
        } else if let unknownSlot {
            values.clear(unknownSlot)
        }
        var tags: [Tag] = []
        tags.reserveCapacity(plan.about.count)
        for template in plan.about {
            guard let tag = try tag(template), !tags.contains(tag) else { continue }
            tags.append(tag)
        }
        for kinds in plan.needs where !tags.contains(where: { $0.names(oneOf: kinds) }) {
            let form = EventCatalogue.tagForm(kinds)
            throw BadValue(reason: "event '\(plan.name)': the tag \(form), which says what it is about, is empty")
        }
        var data: [UInt8] = []
        data.reserveCapacity(256)
        _ = try plan.data.append(values, to: &data)
        try check(data, plan)
        let event = NewEvent(
            id: id, type: plan.type, schemaRevision: EventCatalogue.revision(of: plan.type), tags: tags,
            subjects: try subjects(plan), occurredAt: occurredAt,
            provenance: provenance, data: data)
        do {
            try EventCatalogue.checkInvitation(of: event)
        } catch {
            throw BadValue(reason: "event '\(plan.name)': \(error)")
        }
        return event
    }

    /// What is written field by field may break a rule of its type.
    private func check(_ data: [UInt8], _ plan: EventPlan) throws(BadValue) {
        do {
            try EventCatalogue.check(plan.catalogueType, data: data)
        } catch {
            throw BadValue(reason: "event '\(plan.name)': \(error)")
        }
    }

    private func tag(_ template: RowTemplate) throws(BadValue) -> Tag? {
        guard let text = values.text(template) else { return nil }
        do {
            return try Tag(text)
        } catch {
            throw BadValue(slot: template.firstColumn, reason: error.reason)
        }
    }

    private func subjects(_ plan: EventPlan) throws(BadValue) -> [Subject] {
        guard let template = plan.person else { return [] }
        var bytes: [UInt8] = []
        _ = try plan.personal?.append(values, to: &bytes)
        guard let person = try tag(template) else {
            guard bytes.isEmpty else {
                throw BadValue(slot: template.firstColumn, reason: "is empty, but somebody's personal values are not")
            }
            return []
        }
        return [Subject(id: person.text, part: bytes.isEmpty ? nil : .unsealed(bytes))]
    }
}
