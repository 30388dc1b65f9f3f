internal import Audit
internal import EventLog
internal import Foundation
internal import LMDB
internal import Projection
internal import Sealing
internal import Transparency

/// Looks whether anything of erased persons can still be read.
struct ErasureChecks {
    let crm: Rapport
    let ids: [Tag]
    /// Categories that a law keeps.
    let retained: Set<String>
    /// Where the erasure stands, and when it was recorded.
    let position: Position
    let recordedAt: Timestamp

    typealias Check = ErasureCertificate.Check

    /// The key store has no key of the persons, but for what a law keeps.
    func keys() throws -> Check {
        guard let store = try crm.personal.keyStore() else {
            let contents = try SubjectContents.all(of: ids, in: crm.log, countsEvents: false)
            let isSealed = contents.values.contains { !$0.sealedParts.isEmpty }
            return Check(
                name: "keys", passed: !isSealed,
                found: isSealed
                    ? "there is no key store, and sealed parts are: the keys are elsewhere" : "there is no key store")
        }
        var left = try store.leftovers().map { "all keys of an earlier generation in \($0)" }
        for id in ids {
            for category in EventCatalogue.personalCategories where !retained.contains(category) {
                if case .key = try store.key(KeyName(subject: id.text, category: category)) {
                    left.append("\(id) \(category)")
                }
            }
        }
        let isThrough = try store.replayedTo >= position
        let epoch = try store.status().epoch
        let kept = retained.isEmpty ? "" : " but of \(retained.sorted().joined(separator: ", ")), which a law keeps"
        let found = left.isEmpty ? "no key in generation \(epoch)\(kept)" : "keys of " + left.joined(separator: ", ")
        return Check(
            name: "keys", passed: left.isEmpty && isThrough,
            found: isThrough ? found : found + "; the erasure was not carried out in it yet")
    }

    /// Opens every part about the persons, as far as that is possible. O(events) for headers, and O(parts).
    func parts() throws -> [Check] {
        let wanted = WantedSubjects(Set(ids))
        var (sealed, opened, kept, inClear) = (0, 0, 0, 0)
        var positions: [Position] = []
        try crm.log.read(headersOnly: true) { event in
            if event.subjectCount == 0 { return true }
            try event.requireSound()
            let parts = wanted.parts(of: event)
            if parts.isEmpty { return true }
            let type = crm.log.type(of: event)
            let context = SealingContext(event, type: type)
            for (id, part) in parts {
                if part.algorithm == .unsealed {
                    inClear += 1
                    if positions.count < SubjectContents.mostPositions { positions.append(event.position) }
                } else if retained.contains(EventCatalogue.personalCategory(of: type)) {
                    kept += 1
                } else {
                    sealed += 1
                    if try opens(part, of: id, in: context) { opened += 1 }
                }
            }
            return true
        }
        let keptText = kept == 0 ? "" : "; \(kept) more are kept by law"
        let places = positions.map(\.description).joined(separator: ", ") + (inClear > positions.count ? ", ..." : "")
        return [
            Check(name: "sealed parts", passed: opened == 0, found: "\(opened) of \(sealed) open\(keptText)"),
            Check(
                name: "parts in clear", passed: inClear == 0,
                found: inClear == 0 ? "none" : "\(inClear), which no key protects: at \(places)"),
        ]
    }

    /// Past the register of who is erased: what counts is the key.
    private func opens(_ part: SealedPart, of id: Tag, in context: SealingContext) throws -> Bool {
        do {
            if case .bytes = try crm.personal.openKept(part, of: id.text, in: context) { return true }
            return false
        } catch is UnopenedPart {
            // Damaged, or of another key: nobody reads it.
            return false
        }
    }

    /// Every read model that holds values of persons was written anew since.
    func readModels() async throws -> Check {
        let names = Rapport.forgettingModels.map(\.name).joined(separator: ", ")
        do {
            try await crm.projections.waitForForgetting(position, seconds: 60)
            return Check(name: "read models", passed: true, found: "\(names): written anew after position \(position)")
        } catch let error as ProjectionUnavailable {
            return Check(name: "read models", passed: false, found: "\(error)")
        }
    }

    /// No rows of before are kept beside those that serve.
    func earlierRows() throws -> Check {
        var left: [String] = []
        for model in Rapport.forgettingModels {
            let folder = crm.log.derivedPath + "/views/" + model.name
            var earlier = Self.entries(of: folder + "/past").map { "past/" + $0 }
            let names = try GenerationNames(of: model.name, at: crm.log.derivedPath)
            if let previous = names.previous { earlier.append(previous) }
            let managed = Set([names.serving, names.previous].compactMap { $0 })
            // Whatever nobody knows of counts, too, whenever it was written.
            let strays = Self.generations(in: folder).filter { !managed.contains($0) }
            left += (earlier.filter { isOlder(folder + "/" + $0) } + strays).map { model.name + "/" + $0 }
        }
        return Check(
            name: "earlier rows", passed: left.isEmpty, found: left.isEmpty ? "none" : left.joined(separator: ", "))
    }

    private static func entries(of folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasPrefix("p") }.sorted()
    }

    private static func generations(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasPrefix("gen-") && !$0.hasSuffix(".lock") }.sorted()
    }

    /// Whether rows were written last before the erasure was recorded; rows of another time are not from before.
    private func isOlder(_ generation: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: generation + "/data.mdb")
        guard let written = attributes?[.modificationDate] as? Date else { return false }
        return written < recordedAt.date
    }

    /// Where the erasure stands in the tree: under the newest signed checkpoint, else under the tree as it is.
    func tree() throws -> (check: Check, place: ErasureCertificate.Place?) {
        do {
            let place = try signedPlace() ?? unsignedPlace()
            let found = "leaf \(place.leafIndex) of \(place.size) under root \(place.root)"
            return (Check(name: "tree", passed: true, found: found), place)
        } catch let error as LMDBError {
            throw error
        } catch {
            return (Check(name: "tree", passed: false, found: "\(error)"), nil)
        }
    }

    private func signedPlace() throws -> ErasureCertificate.Place? {
        guard let note = try crm.audit.checkpoints.newest() else { return nil }
        let checkpoint = try TreeCheckpoint(parsing: note.text)
        guard checkpoint.size >= position.rawValue else { return nil }
        _ = try note.verify(with: try crm.audit.checkpoints.keys())
        // Checked before it is handed out.
        _ = try crm.audit.prove(position, in: note, personalParts: false)
        return ErasureCertificate.Place(
            size: checkpoint.size, root: checkpoint.root.hex, leafIndex: position.rawValue - 1, isSigned: true)
    }

    private func unsignedPlace() throws -> ErasureCertificate.Place {
        let tree = crm.audit.tree
        try tree.extend(to: position)
        let size = max(tree.size, position.rawValue)
        return ErasureCertificate.Place(
            size: size, root: try tree.root(size: size).hex, leafIndex: position.rawValue - 1, isSigned: false)
    }
}
