internal import EventLog
internal import Foundation
internal import LMDB

/// The directories that generations of the past are kept in: `views/<model>/past/<moment>/`.
///
/// Where nothing may be written to the data directory, a temporary folder, removed with this value.
final class PastFolder: Sendable {
    private let views: String
    private let isTemporary: Bool
    private let log: EventLog

    /// All of them together take up to so many bytes; `RAPPORT_PAST_BYTES` in the environment names another number.
    static let mostBytes = ProcessInfo.processInfo.environment["RAPPORT_PAST_BYTES"].flatMap { Int($0) } ?? 4 << 30

    init(_ log: EventLog) {
        self.log = log
        isTemporary = !log.keepsDerived
        let name = "rapport-past-" + String(UInt64.random(in: .min ... .max), radix: 36)
        views =
            isTemporary ? FileManager.default.temporaryDirectory.appending(path: name).path : log.derivedPath + "/views"
    }

    deinit {
        if isTemporary { try? FileManager.default.removeItem(atPath: views) }
    }

    private func folder(of model: String) -> String { views + "/" + model + "/past" }

    /// A generation that is there.
    struct Kept {
        let path: String
        let moment: PastMoment
        let bytes: Int
        let lastUsed: Date
        let isMonthEnd: Bool
    }

    // MARK: Names

    /// `p42`, or `p42-t1700000000000000` where what happened later was left out.
    private static func name(of moment: PastMoment) -> String {
        "p\(moment.position)" + (moment.occurredUntil.map { "-t\($0.microseconds)" } ?? "")
    }

    private static func moment(named name: String) -> PastMoment? {
        guard name.hasPrefix("p") else { return nil }
        let parts = name.dropFirst().split(separator: "-t", maxSplits: 1)
        guard let first = parts.first, let position = UInt64(first) else { return nil }
        if parts.count == 1 { return PastMoment(position: Position(position)) }
        guard let time = Int64(parts[1]) else { return nil }
        return PastMoment(position: Position(position), occurredUntil: Timestamp(microseconds: time))
    }

    func path(of model: ServedModel, at moment: PastMoment) -> String {
        folder(of: model.model.name) + "/" + Self.name(of: moment)
    }

    // MARK: Those that are there

    func kept(_ model: ServedModel) throws -> [Kept] { try kept(in: folder(of: model.model.name)) }

    private func kept(in folder: String) throws -> [Kept] {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        return try names.compactMap { name in
            guard let moment = Self.moment(named: name) else { return nil }
            let path = folder + "/" + name
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: path + "/data.mdb"),
                let bytes = attributes[.size] as? Int, let lastUsed = attributes[.modificationDate] as? Date
            else { return nil }
            return Kept(
                path: path, moment: moment, bytes: bytes, lastUsed: lastUsed, isMonthEnd: try isMonthEnd(moment))
        }
    }

    /// Whether the next event was recorded in another month (UTC).
    private func isMonthEnd(_ moment: PastMoment) throws -> Bool {
        guard moment.occurredUntil == nil,
            let here = try log.withEvent(at: moment.position, { Self.month(of: $0.recordedAt) }),
            let next = try log.withEvent(at: moment.position.next, { Self.month(of: $0.recordedAt) })
        else { return false }
        return here != next
    }

    private static func month(of time: Timestamp) -> Int {
        let date = CivilDate(daysSinceEpoch: Int(time.microseconds.dividedFlooring(by: 86_400_000_000).quotient))
        return date.year * 12 + date.month
    }

    /// It was used just now.
    func touch(_ path: String) {
        try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: path + "/data.mdb")
    }

    // MARK: New ones

    /// A directory that is being filled; its lock keeps others from sweeping it away.
    struct Place {
        let path: String
        fileprivate let lock: FileLock

        /// Removes what has not been kept.
        func remove() {
            try? FileManager.default.removeItem(atPath: path)
            try? FileManager.default.removeItem(atPath: path + ".lock")
        }
    }

    func newPlace(of model: ServedModel) throws -> Place {
        let folder = folder(of: model.model.name)
        try DurableFile.createDirectory(folder)
        while true {
            let path = folder + "/new-" + String(UInt64.random(in: .min ... .max), radix: 36)
            if let lock = try FileLock.acquire(path + ".lock"), FileStamp(path + ".lock") != nil {
                return Place(path: path, lock: lock)
            }
        }
    }

    /// Gives a complete generation, closed and synced, its name. Another process may have been first: then that one's
    /// stays.
    func keep(_ place: Place, as path: String) throws {
        try? FileManager.default.removeItem(atPath: place.path + "/lock.mdb")
        do {
            try FileManager.default.moveItem(atPath: place.path, toPath: path)
        } catch  where FileManager.default.fileExists(atPath: path + "/data.mdb") {
            return
        }
        try DurableFile.syncDirectory(of: path)
    }

    /// Removes what interrupted builds have left behind.
    func sweep(_ models: [ServedModel]) {
        for model in models {
            let folder = folder(of: model.model.name)
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            for name in Set(names.filter { $0.hasPrefix("new-") }.map { $0.split(separator: ".")[0] }) {
                let path = folder + "/" + name
                guard let lock = try? FileLock.acquire(path + ".lock") else { continue }
                try? FileManager.default.removeItem(atPath: path)
                try? FileManager.default.removeItem(atPath: path + ".lock")
                withExtendedLifetime(lock) {}
            }
        }
    }

    /// Removes those that were not used for the longest time, ends of months last, until the rest fits.
    func makeRoom(
        keeping mostBytes: Int = mostBytes, sparing spared: [String], willRemove: (String) -> Void
    ) {
        let models = (try? FileManager.default.contentsOfDirectory(atPath: views)) ?? []
        var all = models.flatMap { (try? kept(in: folder(of: $0))) ?? [] }
        var bytes = all.reduce(0) { $0 + $1.bytes }
        all.sort { ($0.isMonthEnd ? 1 : 0, $0.lastUsed) < ($1.isMonthEnd ? 1 : 0, $1.lastUsed) }
        for generation in all where bytes > mostBytes && !spared.contains(generation.path) {
            willRemove(generation.path)
            try? FileManager.default.removeItem(atPath: generation.path)
            bytes -= generation.bytes
        }
    }

    /// Removes those of one model, durably; false when there is one all the same: somebody builds it.
    func remove(_ model: ServedModel) throws -> Bool {
        let folder = folder(of: model.model.name)
        guard FileManager.default.fileExists(atPath: folder) else { return true }
        sweep([model])
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where Self.moment(named: name) != nil {
            try? FileManager.default.removeItem(atPath: folder + "/" + name)
        }
        try DurableFile.syncDirectory(of: folder + "/new")
        return try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty
    }

    func removeAll() throws {
        let models = (try? FileManager.default.contentsOfDirectory(atPath: views)) ?? []
        for model in models where FileManager.default.fileExists(atPath: folder(of: model)) {
            try FileManager.default.removeItem(atPath: folder(of: model))
        }
    }
}
