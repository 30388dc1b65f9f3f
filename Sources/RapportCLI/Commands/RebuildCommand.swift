import ArgumentParser
import EventLog
import Projection
import Rapport

/// `rapport rebuild`: read models made again from the log.
struct RebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Build read models again from the first event.",
        discussion: """
            The new rows are built beside those that answer, and swapped in when they are complete; Ctrl-C leaves the \
            old ones as they are. If nothing was appended meanwhile, the digest before and after is the same: the rows \
            follow from the log alone.

              rapport rebuild pipeline --data crm
            """)

    @OptionGroup var data: DataOptions

    @Argument(
        help: "Names of read models, as status shows them; none means all.",
        completion: .list(Rapport.readModels.map(\.name)))
    var names: [String] = []

    @Flag(help: "Answer in JSON: for each read model name, position, digestBefore and digestAfter.")
    var json = false

    @Flag(help: "Answer in CSV: a row for each read model, with the values of --json.")
    var csv = false

    func validate() throws { _ = try form }

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func run() async throws {
        let rebuilt = try await DataDirectory(data).withCRM { try await rebuild($0) }
        try form.print(rebuilt, csv: RebuiltModel.csv(of: rebuilt)) { RebuiltModel.text(of: rebuilt, for: $0) }
    }

    private func rebuild(_ crm: Rapport) async throws -> [RebuiltModel] {
        let chosen = names.isEmpty ? crm.projections.names : names
        for name in chosen { try KnownNames.require("read model", name, among: crm.projections.names) }
        // What has no rows is being built by opening the directory; building it twice would be for nothing.
        let built = try crm.projections.status().filter { chosen.contains($0.name) && $0.position != nil }.map(\.name)
        // Those that only lag catch up first, so that a digest that changes means what it says.
        for name in chosen {
            do {
                try await DataDirectory.wait(of: [name], in: crm)
            } catch ProjectionUnavailable.stopped {
                // It is built anew all the same: that is how it may come to go on.
            }
        }
        var before: [String: String] = [:]
        for name in built {
            do {
                before[name] = try crm.projections.digest(of: name).digest
            } catch ProjectionUnavailable.rebuilding {
                // The rows were damaged, and have been thrown away.
            }
        }
        if !built.isEmpty { try rebuild(built, in: crm) }
        try await DataDirectory.wait(of: built, in: crm)
        return try chosen.map { name in
            let (digest, position) = try crm.projections.digest(of: name)
            return RebuiltModel(name: name, position: position, digestBefore: before[name], digestAfter: digest)
        }
    }

    private func rebuild(_ names: [String], in crm: Rapport) throws {
        let stop = StopSignals()
        let progress = ProgressLine(label: "Rebuilding")
        defer { progress.finish() }
        do {
            try crm.projections.rebuild(names, isCancelled: stop.check) { build in
                progress.update(done: Int(build.done), of: Int(build.total))
            }
        } catch is CancellationError {
            progress.finish()
            try stop.throwIfStopped("the rows that were there go on answering")
            throw CancellationError()
        }
    }
}

/// One line of what `rebuild` tells; the shape of its JSON.
struct RebuiltModel: Codable, Equatable {
    let name: String
    let position: Position
    /// Nil when there were no rows before.
    let digestBefore: String?
    let digestAfter: String

    static func text(of models: [RebuiltModel], for terminal: Terminal) -> String {
        var table = TextTable(columns: [.init("Read model"), .init("Digest before"), .init("Digest after"), .init("")])
        for model in models {
            let verdict =
                model.digestBefore == nil ? "built" : model.digestBefore == model.digestAfter ? "same" : "changed"
            table.append(row: [
                model.name, shortened(model.digestBefore), shortened(model.digestAfter), verdict,
            ])
        }
        let position = models.map(\.position).min() ?? .zero
        return table.render(colour: terminal.showsColour) + "\n" + terminal.footer(at: position)
    }

    static func csv(of models: [RebuiltModel]) -> CSVTable {
        var table = CSVTable(columns: ["name", "position", "digestBefore", "digestAfter"])
        for model in models { table.append(model.name, model.position, model.digestBefore, model.digestAfter) }
        return table
    }

    private static func shortened(_ digest: String?) -> String {
        digest.map { String($0.prefix(16)) } ?? NumberFormat.none
    }
}
