internal import EventLog
internal import LMDB

/// Builds the rows of a changed read model beside those that serve, and compares both at one position.
struct Preview {
    let log: EventLog
    let model: ServedModel
    /// Of the same name.
    let changed: ReadModel
    let isCancelled: @Sendable () -> Bool
    let progress: @Sendable (BuildProgress) -> Void

    /// The rows that serve, in one snapshot.
    private struct Snapshot {
        let rows: any RowTables
        let position: Position
        let version: Int
    }

    /// So many rows are compared between two looks at whether to go on.
    private static let rowsPerLook = 4_096

    func run(_ body: (RowChange) throws -> Bool) throws -> PreviewSummary {
        let start = try servingPosition()
        let place = try PreviewFolder(log).newPlace(of: model)
        defer { place.remove() }
        let live = try build(upTo: start, in: place.path)
        try live.chase(in: log, isCancelled: isCancelled) { try servingPosition() }
        // Taken as late as can be: while it is held, the file that serves grows with every commit.
        let served = try snapshot()
        guard served.position.rawValue >= live.checkpoint.position else {
            throw ProjectionUnavailable.behind(
                model: changed.name, at: served.position, wanted: Position(live.checkpoint.position))
        }
        try live.goOn(to: served.position, in: log, isCancelled: isCancelled)
        return try compare(served, live.generation, body)
    }

    private func serving() throws -> ServedModel.VersionedGeneration {
        guard let found = try model.currentOfAnyVersion() else {
            throw ProjectionUnavailable.rebuilding(model: changed.name)
        }
        return found
    }

    private func servingPosition() throws -> UInt64 { try serving().generation.checkpoint()?.position ?? 0 }

    private func snapshot() throws -> Snapshot {
        let found = try serving()
        let reader = try ModelReader(found.generation)
        return Snapshot(rows: reader.tables, position: reader.position, version: found.version)
    }

    private func build(upTo position: UInt64, in directory: String) throws -> LiveModel {
        // A build fills more memory than anything else, and the C library would keep it.
        defer { FreedMemory.giveBack() }
        let build = Build(
            log: log, models: [changed], directories: [directory], upTo: Position(position), isCancelled: isCancelled,
            progress: progress)
        let generation = try build.run()[0]
        guard let checkpoint = try generation.checkpoint() else { throw StaleCache(model: changed.name) }
        return LiveModel(changed, generation, checkpoint)
    }

    private func compare(
        _ snapshot: Snapshot, _ generation: Generation, _ body: (RowChange) throws -> Bool
    ) throws -> PreviewSummary {
        // Rows are best read by the code that has made them, where this process has it.
        let codeBefore = snapshot.version == model.model.version ? model.model : changed
        var comparison = RowComparison(before: codeBefore, after: changed)
        let merge = RowMerge(before: snapshot.rows, after: generation)
        var count = 0
        for table in RowTable.allCases {
            comparison.beginTable(table)
            try merge.forEach(in: table) { key, before, after in
                count += 1
                if count % Self.rowsPerLook == 0, isCancelled() { throw CancellationError() }
                try comparison.add(key, before, after, in: table, body)
            }
            comparison.endTable()
        }
        let digests = comparison.digests()
        return PreviewSummary(
            name: changed.name, position: snapshot.position, versionBefore: snapshot.version,
            versionAfter: changed.version, digestBefore: digests.before, digestAfter: digests.after,
            tables: comparison.tables)
    }
}

extension ProjectionHost {
    /// Says what a changed read model would make of the rows that serve: builds its rows beside them, over the whole
    /// history, and compares both row by row at one position. Nothing that serves is touched; appends and queries go
    /// on.
    ///
    /// The rows that serve may be those of any version of the read model, also one that this program does not have.
    /// They are told field by field, by the code of the version that has made them or else of the changed one; where it
    /// cannot read them, by their bytes.
    ///
    /// Takes the time and the memory of a rebuild of one read model; the comparison takes constant memory. What is
    /// built is removed again. It lies beside the rows that serve, or in the folder for temporary files where nothing
    /// may be written to the data directory.
    ///
    /// - Parameters:
    ///   - changed: the changed read model, under the name that it has now.
    ///   - isCancelled: asked again and again.
    ///   - progress: told how far the build is.
    ///   - body: told of each row that would be added, removed or changed, in key order table by table; answers whether
    ///     to be told of more. Rows are counted all the same.
    /// - Throws: ``ProjectionUnavailable`` when no rows serve, there is no read model of this name, or it forgets
    ///   (``ReadModel/forgets``), as it is or as it is changed: such rows are not shown; ``OtherRowLayout``,
    ///   ``ProjectionFailure`` when the changed read model cannot fold an event, `CancellationError` when `isCancelled`
    ///   answers true or the host is closed, and what `body` throws.
    @discardableResult
    public func preview(
        _ changed: ReadModel, isCancelled: @escaping @Sendable () -> Bool = { false },
        progress: @escaping @Sendable (BuildProgress) -> Void = { _ in }, _ body: (RowChange) throws -> Bool
    ) throws -> PreviewSummary {
        let model = try served(changed.name)
        if changed.doesForget || model.model.doesForget {
            throw ProjectionUnavailable.notPreviewed(model: changed.name)
        }
        let state = follower.state
        var summary: PreviewSummary?
        try state.whileRebuilding { log in
            let preview = Preview(
                log: log, model: model, changed: changed, isCancelled: { state.isClosing || isCancelled() },
                progress: progress)
            summary = try preview.run(body)
        }
        guard let summary else { throw CancellationError() }
        return summary
    }

    /// The version of the read model `name` that has made the rows which serve; nil when none do.
    ///
    /// - Throws: ``OtherRowLayout``, ``ProjectionUnavailable``, errors of the storage layer.
    public func servedVersion(of name: String) throws -> Int? { try served(name).currentOfAnyVersion()?.version }
}
