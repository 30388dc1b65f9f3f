import ArgumentParser
import Audit
import EventLog
import LMDB
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
            follow from the log alone. Of search there is none: from its rows erased persons are deleted for good.

              rapport rebuild pipeline --data crm

            tree stands for the hash tree that checkpoints and proofs are made of; its digest is its root. It is made \
            again on the spot, so Ctrl-C leaves it to be completed later.

            Before a new program is let at a data directory, --preview shows which rows it would make another way than \
            the version that has made them. It builds aside, over the whole log, and changes nothing.

              rapport rebuild --preview --data crm

            The rows that were replaced last are kept. --roll-back lets them answer again, once they have caught up; \
            given again, it lets the others answer. A program of an older version goes back to its own rows by itself.

              rapport rebuild pipeline --roll-back --data crm
            """)

    @OptionGroup var data: DataOptions

    @Argument(
        help: "Names of read models, as status shows them, or tree; none means all read models.",
        completion: .list(Rapport.readModels.map(\.name) + [RebuiltModel.tree]))
    var names: [String] = []

    @Flag(
        help: """
            Change nothing: show what would become of the rows; without names, of those that another version of this \
            program has made.
            """)
    var preview = false

    @Option(
        help: ArgumentHelp(
            "How many rows --preview shows of each read model, 20 where nothing is said; all are counted.",
            valueName: "rows"))
    var limit: Int?

    @Flag(help: "Build nothing: let the rows that were replaced last answer again.")
    var rollBack = false

    @Flag(
        help: """
            Answer in JSON: for each read model name, position, digestBefore and digestAfter; with --preview versions, \
            tables and changes, too; with --roll-back name, position, rowsBefore and rowsNow.
            """)
    var json = false

    @Flag(
        help: """
            Answer in CSV: a row for each read model, with the values of --json; with --preview a row for each field \
            that would change.
            """)
    var csv = false

    /// More rows than that nobody looks through.
    private static let limits = 0...10_000

    func validate() throws {
        _ = try form
        guard !preview || !rollBack else { throw ValidationError("--preview and --roll-back exclude each other.") }
        guard !rollBack || !names.isEmpty else {
            throw ValidationError("--roll-back takes the names of read models, as status shows them.")
        }
        guard !(preview || rollBack) || !names.contains(RebuiltModel.tree) else {
            throw ValidationError("--preview and --roll-back are for read models, not for the hash tree.")
        }
        guard let limit else { return }
        guard preview else { throw ValidationError("--limit is for --preview.") }
        guard Self.limits.contains(limit) else {
            let most = NumberFormat.integer(Self.limits.upperBound)
            throw ValidationError("--limit takes 0 to \(most) rows, not \(limit).")
        }
    }

    var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func run() async throws {
        if preview { return try await showPreviews() }
        if rollBack { return try await goBack() }
        let rebuilt = try await DataDirectory(data).withCRM { crm in
            let models = names.isEmpty ? crm.projections.names : names.filter { $0 != RebuiltModel.tree }
            let rebuilt = try await models.isEmpty ? [] : rebuild(models, of: crm)
            return names.contains(RebuiltModel.tree) ? rebuilt + [try rebuildTree(of: crm)] : rebuilt
        }
        try form.print(rebuilt, csv: RebuiltModel.csv(of: rebuilt)) { RebuiltModel.text(of: rebuilt, for: $0) }
    }

    private func rebuild(_ chosen: [String], of crm: Rapport) async throws -> [RebuiltModel] {
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
        let withDigest = Set(crm.projections.readModels.filter(\.hasDigest).map(\.name))
        for name in built where withDigest.contains(name) {
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
            return RebuiltModel(
                name: name, position: position, digestBefore: before[name],
                digestAfter: withDigest.contains(name) ? digest : nil)
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

extension RebuildCommand {
    /// Makes the hash tree again.
    private func rebuildTree(of crm: Rapport) throws -> RebuiltModel {
        let stop = StopSignals()
        let progress = ProgressLine(label: "Hashing")
        defer { progress.finish() }
        let tree = crm.audit.tree
        let wasThere = tree.size > 0
        // One that only lags catches up first; what is in the way of that is told by what follows.
        try? tree.extend(to: crm.log.head, isCancelled: stop.check)
        let before = try? wasThere ? tree.root(size: tree.size) : nil
        do {
            try crm.audit.rebuildTree(isCancelled: stop.check) { done, total in
                progress.update(done: Int(clamping: done), of: Int(clamping: total))
            }
        } catch is CancellationError {
            progress.finish()
            try stop.throwIfStopped("the hash tree is completed by whoever needs it next")
            throw CancellationError()
        }
        let size = tree.size
        return RebuiltModel(
            name: RebuiltModel.tree, position: Position(size), digestBefore: before?.hex,
            digestAfter: try tree.root(size: size).hex)
    }
}

/// One line of what `rebuild` tells; the shape of its JSON.
struct RebuiltModel: Codable, Equatable {
    /// The name of the hash tree, which is no read model but is derived, too.
    static let tree = "tree"

    let name: String
    let position: Position
    /// Nil when there were no rows before.
    let digestBefore: String?
    /// Nil of a read model that has no digest: from whose rows values are deleted for good.
    let digestAfter: String?

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
