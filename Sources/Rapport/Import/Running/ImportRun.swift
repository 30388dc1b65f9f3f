internal import EventLog

/// One run of an import, up to the append: reads rows, makes events of them, and gathers what goes wrong.
final class ImportRun {
    private let options: ImportOptions
    private let observe: (ImportNotice) -> Void
    private var files: [ImportFile]
    private var fileIndex = 0
    /// The events of each section.
    private let plans: [[EventPlan]]
    /// For each of them its place in the report's counts.
    private let countIndexes: [[Int]]
    /// Ids of the events that are made for one row only.
    private var claimed: Set<EventID> = []
    /// Which events the current row makes.
    private var made: [Int] = []
    private(set) var report: ImportReport

    /// Checks all files before the first row is read.
    init(
        _ mapping: ImportMapping, _ options: ImportOptions, files paths: [String],
        observe: @escaping (ImportNotice) -> Void
    ) throws {
        self.options = options
        self.observe = observe
        var report = ImportReport()
        let opened = try paths.map { try ImportFile($0, mapping) { report.warn($0) } }
        for (index, file) in opened.enumerated() {
            try ImportRun.checkName(file, number: index + 1, options, &report)
        }
        files = opened
        plans = mapping.sections.map(\.events)
        countIndexes = mapping.sections.map { section in section.events.map { report.countIndex(of: $0.name) } }
        self.report = report
    }

    /// The events of the next rows; nil when there are no more.
    func nextBatch() -> ImportBatch? {
        var batch = ImportBatch(capacity: options.batchSize)
        while batch.count < options.batchSize, batch.byteCount < Self.batchBytes, fileIndex < files.count,
            !report.isStopped
        {
            readRow(files[fileIndex], into: &batch)
        }
        return batch.isEmpty ? nil : batch
    }

    /// Gives the events of all rows this correlation id.
    func correlate(with id: String) {
        for file in files { file.mapper.correlate(with: id) }
    }

    /// Counts what became of a batch.
    func add(_ outcome: BatchAppender.Outcome) {
        report.appended += outcome.appended
        report.alreadyThere += outcome.alreadyThere
        for changed in outcome.changed {
            report.changedRowCount += 1
            if report.changedRows.count < options.listedRows { report.changedRows.append(changed) }
            observe(.changedRow(changed))
        }
    }

    /// Names of files stay for ever, as ids do.
    private static func checkName(
        _ file: ImportFile, number: Int, _ options: ImportOptions, _ report: inout ImportReport
    ) throws {
        guard let kind = PersonalLooking(fileName: file.name) else { return }
        if options.isStrict {
            throw MappingPlace().error(
                "the name of file \(number) holds \(kind.rawValue), and the log keeps names for ever; expected an "
                    + "opaque one")
        }
        let stored = HashedFile.storedName(of: file.name, number: number)
        report.warn(
            ImportWarning(
                reason: "the file's name holds \(kind.rawValue); the log has \(stored) instead", file: file.name,
                line: nil))
    }

    /// Well below what one append may hold.
    private static let batchBytes = 16 << 20
    private static let rowsPerNotice = 5_000

    // MARK: Rows

    private func readRow(_ file: ImportFile, into batch: inout ImportBatch) {
        do {
            switch try file.read() {
            case .end: return endFile(file)
            case .row: map(file, into: &batch)
            case .mistake(let mistake):
                file.mapper.skipRow()
                bad(file.badRow(mistake))
            }
        } catch {
            bad(file.badRow(error))
            endFile(file)
        }
        report.rows += 1
        if report.rows % Self.rowsPerNotice == 0 { observe(.progress(rows: report.rows)) }
    }

    private func endFile(_ file: ImportFile) {
        file.close()
        fileIndex += 1
    }

    private func map(_ file: ImportFile, into batch: inout ImportBatch) {
        let line = file.mapper.values.row.line
        file.mapper.fillColumns { table, value in
            let reason = "look-up '\(table.name)' has no '\(value)'; its columns stay empty"
            report.warn(ImportWarning(reason: reason, file: file.name, line: line))
        }
        let start = batch.count
        do {
            try makeEvents(file, line, into: &batch)
        } catch {
            batch.truncate(to: start)
            bad(file.badRow(error))
        }
    }

    /// Makes all events of a row, or none.
    private func makeEvents(_ file: ImportFile, _ line: Int, into batch: inout ImportBatch) throws(BadValue) {
        made.removeAll(keepingCapacity: true)
        var claims: [EventID] = []
        try file.mapper.makeEvents(claimed: claimed) { event, number throws(BadValue) in
            let plan = plans[file.section][number]
            try checkOpaque(event, plan, file, line)
            if plan.repetition != .everyRow { claims.append(event.id) }
            made.append(number)
            batch.append(event, from: .init(file: file.name, line: line, event: plan.name))
        }
        claimed.formUnion(claims)
        for number in made { report.events[countIndexes[file.section][number]].count += 1 }
    }

    /// Ids stay for ever, so they must not hold what identifies a person.
    private func checkOpaque(
        _ event: NewEvent, _ plan: EventPlan, _ file: ImportFile, _ line: Int
    ) throws(BadValue) {
        for tag in event.tags { try checkOpaque(tag.text, plan, file, line) }
        for subject in event.subjects { try checkOpaque(subject.id, plan, file, line) }
    }

    private func checkOpaque(
        _ tag: String, _ plan: EventPlan, _ file: ImportFile, _ line: Int
    ) throws(BadValue) {
        guard let kind = PersonalLooking(tag: tag) else { return }
        let reason = "event '\(plan.name)': an id of kind '\(tag.prefix { $0 != ":" })' looks like \(kind.rawValue)"
        if options.isStrict { throw BadValue(reason: reason) }
        report.warn(ImportWarning(reason: reason, file: file.name, line: line))
    }

    // MARK: Bad rows

    private func bad(_ row: BadRow) {
        report.badRowCount += 1
        if report.badRows.count < options.listedRows { report.badRows.append(row) }
        observe(.badRow(row))
        if options.isStrict { report.isStopped = true }
    }
}

extension ImportReport {
    /// Adds a warning, or counts it when it was given before.
    mutating func warn(_ warning: ImportWarning) {
        if let known = warnings.firstIndex(where: { $0.reason == warning.reason && $0.file == warning.file }) {
            warnings[known].count += 1
        } else if warnings.count < Self.maximumWarnings {
            warnings.append(warning)
        }
    }

    /// Different warnings; what comes after them is dropped.
    private static let maximumWarnings = 100

    /// The place of an event's count, which begins at 0.
    mutating func countIndex(of name: String) -> Int {
        if let known = events.firstIndex(where: { $0.name == name }) { return known }
        events.append(EventCount(name: name, count: 0))
        return events.count - 1
    }
}
