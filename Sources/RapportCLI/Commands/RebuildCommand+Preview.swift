import EventLog
import Projection
import Rapport

extension RebuildCommand {
    private static let usualLimit = 20

    /// The names given, each once.
    var distinctNames: [String] {
        names.reduce(into: []) { distinct, name in
            if !distinct.contains(name) { distinct.append(name) }
        }
    }

    /// `--preview`: what this program would make of rows that are there.
    func showPreviews() async throws {
        let shown = try await DataDirectory(data).withCRM(readOnly: true) { crm in try previews(in: crm) }
        try form.print(shown, csv: ModelPreview.csv(of: shown)) { ModelPreview.text(of: shown, for: $0) }
    }

    private func previews(in crm: Rapport) throws -> [ModelPreview] {
        for name in names { try KnownNames.require("read model", name, among: crm.projections.names) }
        let stop = StopSignals()
        do {
            return try chosenModels(in: crm).map { try show($0, in: crm, stop) }
        } catch let layout as OtherRowLayout {
            throw CommandFailure(.unavailable, "\(layout)")
        }
    }

    /// Those that are named, or else those whose rows another version has made.
    private func chosenModels(in crm: Rapport) throws -> [ReadModel] {
        guard names.isEmpty else {
            return distinctNames.compactMap { name in crm.projections.readModels.first { $0.name == name } }
        }
        return try crm.projections.readModels.filter { model in
            let served = try crm.projections.servedVersion(of: model.name)
            return served != nil && served != model.version
        }
    }

    private func show(_ model: ReadModel, in crm: Rapport, _ stop: StopSignals) throws -> ModelPreview {
        // What is deleted for good some day is not built aside, nor shown to whoever upgrades the program.
        guard model.forgets.isEmpty else { return try withhold(model, in: crm) }
        let progress = ProgressLine(label: "Building \(model.name) aside")
        defer { progress.finish() }
        let most = limit ?? Self.usualLimit
        var changes: [RowChange] = []
        do {
            let summary = try crm.projections.preview(
                model, isCancelled: stop.check, progress: { progress.show($0) }
            ) { change in
                if changes.count < most { changes.append(change) }
                return changes.count < most
            }
            return ModelPreview(summary, changes)
        } catch is CancellationError {
            progress.finish()
            try stop.throwIfStopped("nothing was changed")
            throw CancellationError()
        }
    }

    private func withhold(_ model: ReadModel, in crm: Rapport) throws -> ModelPreview {
        guard let served = try crm.projections.servedVersion(of: model.name) else {
            throw ProjectionUnavailable.rebuilding(model: model.name)
        }
        return ModelPreview(
            notShowing: model.name, versionBefore: served, versionAfter: model.version, at: crm.log.head)
    }
}
