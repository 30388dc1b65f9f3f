internal import EventLog
internal import Foundation
internal import LMDB

/// The files of read models in a data directory, to be checked without following.
public struct ReadModelFiles {
    private let views: String
    private let models: [ReadModel]

    /// The files of `models` in the data directory `path`.
    public init(of models: [ReadModel], at path: String) {
        views = path + "/views"
        self.models = models
    }

    /// Walks the pages of the rows that serve, without mapping a file or trusting what is in it.
    ///
    /// - Parameter progress: told now and then how many pages of how many in the current file are done.
    /// - Throws: ``DamagedFile``; an error of the storage layer when a file cannot be read.
    public func checkPages(progress: (Int, Int) throws -> Void = { _, _ in }) throws {
        try forEachServing { _, path in try DamagedFile.checkPages(in: path, progress: progress) }
    }

    /// Reads the rows that serve and compares each with its checksum. O(rows).
    ///
    /// - Throws: ``DamagedFile``; an error of the storage layer when a file cannot be read.
    public func checkRows() throws {
        try forEachServing { model, path in
            try DamagedFile.telling {
                let generation = try Generation(path: path, readOnly: true)
                defer { generation.environment.close() }
                // Rows of another layout or version are not looked at by anybody.
                guard try generation.isBuilt(by: model) else { return }
                for database in [generation.entities, generation.totals, generation.series, generation.rows] {
                    let cursor = try SnapshotCursor(generation.environment, database)
                    while try cursor.next() {
                        try cursor.withEntry { key, row in _ = try StoredRow.open(row, under: key, in: path) }
                    }
                }
            }
        }
    }

    /// The folders of the generations that serve. Such as were written before the machine was started again are built
    /// anew anyway, and left out.
    private func forEachServing(_ body: (ReadModel, String) throws -> Void) throws {
        for model in models {
            let current = views + "/" + model.name + "/CURRENT"
            while let name = try ServedModel.generationName(in: current) {
                let path = views + "/" + model.name + "/" + name
                let exists = try DurableFile.size(path + "/data.mdb") != nil
                if exists, try DirtyMarker(generation: path).allowsUse() {
                    do {
                        try body(model, path)
                    } catch  where FileManager.default.fileExists(atPath: path) {
                        throw error
                    } catch {
                        // Replaced and removed meanwhile.
                    }
                }
                // Somebody may have replaced it meanwhile; then that one is looked at.
                if try ServedModel.generationName(in: current) == name { break }
            }
        }
    }
}
