internal import Foundation
internal import LMDB
internal import Logging

// MARK: - The manifest

extension Indexer {
    /// Reads a manifest this often at most, when it is replaced each time before its runs are open.
    private static let adoptionAttempts = 20
    /// About 15 ms.
    private static let bytesComparedAtOnce = 64 << 20

    /// Takes over the runs that the manifest on disk names, as far as they belong to this log.
    func adoptManifest() throws {
        if let manifest = try readManifest() { try adopt(manifest) }
    }

    func readManifest() throws -> Manifest? { try Manifest.read(from: index.folder + "/MANIFEST") }

    /// Takes over the runs of a manifest that was read a moment ago.
    ///
    /// Whoever merges runs replaces the manifest first and removes the merged ones then. So where a run is missing and
    /// the manifest is another one by now, that one counts. Under the same manifest, runs that cannot be read or belong
    /// to another log are left out: the index is then built again from the log.
    func adopt(_ manifest: Manifest) throws {
        var manifest = manifest
        for attempt in 1...Self.adoptionAttempts {
            guard manifest.logID == store.logID, manifest.end >= index.runsEnd,
                manifest.entries.map(\.name) != index.currentRuns.map(\.name)
            else { return }
            let runs = try openRuns(of: manifest)
            if runs.count < manifest.entries.count {
                if attempt < Self.adoptionAttempts, let newer = try readManifest(), newer != manifest {
                    manifest = newer
                    continue
                }
                let name = manifest.entries[runs.count].name
                logger.warning("index run does not fit the log; rebuilding from it", metadata: ["run": "\(name)"])
            }
            if (runs.last?.last ?? 0) >= index.runsEnd { index.adopt(runs: runs) }
            return
        }
    }

    /// The runs of `manifest`, in order, up to the first one that does not fit the log.
    private func openRuns(of manifest: Manifest) throws -> [IndexRun] {
        let known = Dictionary(uniqueKeysWithValues: index.currentRuns.map { ($0.name, $0) })
        var runs: [IndexRun] = []
        let transaction = try store.environment.beginRead()
        for entry in manifest.entries {
            guard let record = try transaction.value(in: store.events, for: entry.last),
                EventView(record).checksum == entry.lastChecksum,
                let run = try? known[entry.name]
                    ?? IndexRun(name: entry.name, in: index.folder, fileHash: entry.fileHash),
                run.first == entry.first, run.last == entry.last
            else { break }
            runs.append(run)
        }
        return try soundRuns(runs)
    }

    /// The runs up to the first one that is not what was written. Small ones are compared with their hashes at once;
    /// larger ones, which would take long, when they are first needed, and meanwhile on a thread of its own.
    private func soundRuns(_ runs: [IndexRun]) throws -> [IndexRun] {
        var bytes = 0
        for (number, run) in runs.enumerated() {
            bytes += run.byteCount
            guard bytes <= Self.bytesComparedAtOnce else {
                compare(Array(runs[number...]))
                return runs
            }
            do {
                try run.requireSound()
            } catch is LMDBError {
                // Damaged, or it cannot be read: what is derived keeps nobody from the log.
                return Array(runs[..<number])
            }
        }
        return runs
    }

    private func compare(_ runs: [IndexRun]) {
        let thread = Thread { [weak self] in
            for run in runs {
                do {
                    try run.requireSound()
                } catch let error as LMDBError where error.kind.isDamage {
                    self?.giveUp(error)
                    return
                } catch {
                    // Whoever needs the run will meet it.
                }
            }
        }
        thread.name = "index check"
        thread.start()
    }
}
