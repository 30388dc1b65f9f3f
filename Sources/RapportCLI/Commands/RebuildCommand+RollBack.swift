import EventLog
import Projection
import Rapport

extension RebuildCommand {
    /// `--roll-back`: the rows that were replaced last answer again.
    func goBack() async throws {
        let directory = DataDirectory(data)
        try directory.requireLog()
        for name in names { try KnownNames.require("read model", name, among: Rapport.readModels.map(\.name)) }
        // Looked at before the directory is opened: a program of an older version goes back by opening it.
        let before = try distinctNames.map { (name: $0, rows: try GenerationNames(of: $0, at: directory.path)) }
        let models = try await directory.withCRM { crm in
            try directory.requireWritable(crm.log)
            return try goBack(before, in: crm)
        }
        try form.print(models, csv: RolledBackModel.csv(of: models)) { RolledBackModel.text(of: models, for: $0) }
    }

    private func goBack(
        _ models: [(name: String, rows: GenerationNames)], in crm: Rapport
    ) throws -> [RolledBackModel] {
        var done: [RolledBackModel] = []
        for (name, before) in models {
            do {
                done.append(try goBack(name, from: before, in: crm))
            } catch let refusal as NoPreviousGeneration {
                let others = done.isEmpty ? "" : "; gone back: " + done.map(\.name).joined(separator: ", ")
                throw CommandFailure(refusal.reason == .busy ? .unavailable : .notFound, "\(refusal)" + others)
            }
        }
        return done
    }

    private func goBack(_ name: String, from before: GenerationNames, in crm: Rapport) throws -> RolledBackModel {
        var position: Position?
        do {
            position = try crm.projections.rollBack(name)
        } catch let refusal as NoPreviousGeneration {
            let serving = try GenerationNames(of: name, at: crm.log.path).serving
            guard let serving, serving == before.previous else { throw refusal }
            position = try crm.projections.status().first { $0.name == name }?.position
        }
        return RolledBackModel(
            name: name, position: position ?? .zero, rowsBefore: before.serving,
            rowsNow: try GenerationNames(of: name, at: crm.log.path).serving)
    }
}
