public import EventLog
internal import LMDB
public import Transparency

extension AuditTrail {
    /// Some events with the proof of each, in one file. It proves that they are in the log, not that none is missing.
    ///
    /// Nothing is read before the bundle is written: it may be of any size, and holds the log open until it goes. Each
    /// proof is checked before it is written.
    ///
    /// - Parameters:
    ///   - positions: in any order; one that is there twice counts once.
    ///   - subject: what they are about, for people: `customer:C-42`. Nobody proves that.
    ///   - checkpoint: a signed checkpoint of this log that covers them all.
    ///   - personalParts: whether the parts about persons are shown; else only their hashes are.
    ///   - hidden: events of which only the hash of the parts is shown all the same.
    /// - Throws: ``ProofRefusal``; ``DamagedTree``; `NoteError` when the note is no checkpoint; errors of the storage
    ///   layer.
    public func bundle(
        of positions: [Position], subject: String, in checkpoint: SignedNote, personalParts: Bool,
        hiding hidden: Set<Position> = []
    ) throws -> ProofBundle {
        let target = try TreeCheckpoint(parsing: checkpoint.text)
        guard BundleFormat.isSubject(subject) else { throw ProofRefusal.malformedSubject(subject) }
        let chosen = Set(positions).sorted()
        guard let first = chosen.first, let last = chosen.last else { throw ProofRefusal.nothingSelected }
        try requireCovered(first...last, by: target)
        let selection = ProofBundle.Selection.subject(subject)
        let count = UInt64(chosen.count)
        let source = BundleSource.made({ [self] write in
            try write(BundleFormat.head(selection, count: count))
            for position in chosen {
                let opening = try opening(
                    of: position, personalParts: personalParts && !hidden.contains(position))
                try write(BundleFormat.lines(of: opening, try path(from: opening, to: target)))
            }
            try write(BundleFormat.tail(checkpoint))
        })
        return ProofBundle(selection, count: count, checkpoint: checkpoint, source: source)
    }

    /// All events of a range with one proof, in one file: that they are in the log, and that none is missing.
    ///
    /// Nothing is read before the bundle is written: it may be of any size, and holds the log open until it goes. It is
    /// checked while it is written, and the checkpoint at its end is written only when it holds.
    ///
    /// - Parameters:
    ///   - range: positions that the checkpoint covers.
    ///   - checkpoint: a signed checkpoint of this log.
    ///   - personalParts: whether the parts about persons are shown; else only their hashes are, and no log can be made
    ///     of the bundle.
    ///   - hidden: events of which only the hash of the parts is shown all the same; no log can be made of it then.
    /// - Throws: as ``bundle(of:subject:in:personalParts:hiding:)``.
    public func bundle(
        of range: ClosedRange<Position>, in checkpoint: SignedNote, personalParts: Bool,
        hiding hidden: Set<Position> = []
    ) throws -> ProofBundle {
        let target = try TreeCheckpoint(parsing: checkpoint.text)
        try requireCovered(range, by: target)
        let selection = ProofBundle.Selection.range(range)
        let count = range.upperBound.rawValue - range.lowerBound.rawValue + 1
        let source = BundleSource.made({ [self] write in
            try write(BundleFormat.head(selection, count: count))
            let proof = try tree.rangeProof(of: range, size: target.size)
            var root = RangeRootBuilder(from: range.lowerBound.rawValue - 1)
            try log.read(from: range.lowerBound, to: range.upperBound) { event in
                let opening = EventOpening(
                    of: event, type: log.type(of: event),
                    withPersonalParts: personalParts && !hidden.contains(event.position))
                root.append(opening.leafHash)
                try write(BundleFormat.lines(of: opening, []))
                return true
            }
            guard (try? root.root(size: target.size, proof: proof)) == target.root else {
                throw try whyNotProved(range)
            }
            try write(BundleFormat.lines(ofRangeProof: proof))
            try write(BundleFormat.tail(checkpoint))
        })
        return ProofBundle(selection, count: count, checkpoint: checkpoint, source: source)
    }

    /// Why the events of a range do not lead to the root, which the tree has.
    private func whyNotProved(_ range: ClosedRange<Position>) throws -> any Error {
        var position = range.lowerBound
        while position <= range.upperBound {
            let opening = try opening(of: position, personalParts: false)
            if try tree.hash(level: 0, index: position.rawValue - 1) != opening.leafHash {
                return try whyNotProved(opening)
            }
            position = position.next
        }
        return DamagedTree(tree.folder, .range(range))
    }
}

extension BundleFormat {
    /// The lines of an event, and the empty one behind them.
    fileprivate static func lines(of opening: EventOpening, _ hashes: [Hash256]) -> String {
        let path = hashes.map { $0.base64Text + "\n" }.joined()
        return "\(index)\(opening.position.rawValue - 1)\n\(event)\(Base64Text.encode(opening.encoded))\n\(path)\n"
    }

    fileprivate static func lines(ofRangeProof hashes: [Hash256]) -> String {
        "\(proof)\n\(hashes.map { $0.base64Text + "\n" }.joined())\n"
    }

    fileprivate static func tail(_ note: SignedNote) -> String { "\(checkpoint)\n\(note.encoded)" }
}
