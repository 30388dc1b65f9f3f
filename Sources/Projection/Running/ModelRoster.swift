public import EventLog
internal import Foundation
internal import LMDB
internal import Synchronization

/// Read models that events of a log define, as saved funnels: which there are is known when the log is read.
public protocol ReadModelSource: Sendable {
    /// Those that the events up to the log's head define, in an order that depends on nothing else. A definition that
    /// is changed makes a read model of another name.
    ///
    /// - Throws: `DamagedLog` and errors of the storage layer.
    func readModels(in log: EventLog) throws -> [ReadModel]

    /// Whether a read model of this name would be one of them: rows of such a name that no event defines any more are
    /// removed.
    func defines(_ name: String) -> Bool
}

/// The read models of a host: those that it was made with, and behind them those that events define.
final class ModelRoster: Sendable {
    private let fixed: [ServedModel]
    private let source: (any ReadModelSource)?
    private let views: String
    private let defined = Mutex<[ServedModel]>([])

    init(_ models: [ReadModel], _ source: (any ReadModelSource)?, of log: EventLog, in views: String) {
        fixed = models.map { ServedModel($0, of: log, in: views) }
        self.source = source
        self.views = views
    }

    /// All of them, as of the last time that the events were looked at.
    var models: [ServedModel] { fixed + defined.withLock { $0 } }

    /// Whether events define the read model.
    func isDefined(_ model: ServedModel) -> Bool { !fixed.contains { $0 === model } }

    /// Whether it is still one of them.
    func has(_ model: ServedModel) -> Bool { models.contains { $0 === model } }

    /// Looks at the events: what is defined anew is there from now on, what is defined no more is let go of.
    func refresh(_ log: EventLog) throws {
        guard let source else { return }
        // Under the lock: who asks later must not be overtaken by who asked before.
        let gone = try defined.withLock { defined in
            let models = try source.readModels(in: log)
            let known = Dictionary(uniqueKeysWithValues: defined.map { ($0.model.name, $0) })
            if models.count == defined.count, models.allSatisfy({ known[$0.name] != nil }) { return [ServedModel]() }
            defined = models.map { known[$0.name] ?? ServedModel($0, of: log, in: views) }
            let names = Set(models.map(\.name))
            return known.values.filter { !names.contains($0.model.name) }
        }
        for model in gone { model.release() }
    }

    /// Looks at the events where they may define a read model of this name.
    func refresh(_ log: EventLog, for name: String) throws {
        if let source, source.defines(name) { try refresh(log) }
    }

    /// The read model of a name; looks at the events where it is not known.
    func model(named name: String, in log: EventLog) throws -> ServedModel? {
        if let known = models.first(where: { $0.model.name == name }) { return known }
        guard let source, source.defines(name) else { return nil }
        try refresh(log)
        return models.first { $0.model.name == name }
    }

    /// Removes rows of read models that no event defines any more. For the holder of the lease alone: another process
    /// may know of read models that this one has not heard of.
    func sweep() {
        guard let source else { return }
        let names = Set(models.map(\.model.name))
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: views)) ?? []
        for folder in folders where source.defines(folder) && !names.contains(folder) {
            try? FileManager.default.removeItem(atPath: views + "/" + folder)
        }
    }

    func release() {
        for model in models { model.release() }
    }
}
