internal import EventLog
internal import LMDB
internal import Transparency

/// What is kept of a bundle's events until its checkpoint is known.
struct BundleProof {
    private struct Leaf {
        let index: UInt64
        let hash: Hash256
        let path: [Hash256]
    }

    /// The events of a range; nil for a selection.
    private var range: RangeRootBuilder?
    /// The events of a selection.
    private var leaves: [Leaf] = []

    init(_ selection: ProofBundle.Selection) {
        if case .range(let range) = selection { self.range = RangeRootBuilder(from: range.lowerBound.rawValue - 1) }
    }

    mutating func add(_ event: BundledEvent) {
        let hash = event.opening.leafHash
        if range == nil {
            leaves.append(Leaf(index: event.index, hash: hash, path: event.hashes))
        } else {
            range?.append(hash)
        }
    }

    /// Checks that all events lead to the checkpoint's root.
    ///
    /// - Throws: ``RefusedBundle``.
    func check(against checkpoint: TreeCheckpoint, _ rangeProof: [Hash256]) throws {
        for leaf in leaves {
            do throws(ProofError) {
                try MerkleProof.verifyInclusion(
                    leaf: leaf.hash, index: leaf.index, size: checkpoint.size, proof: leaf.path, root: checkpoint.root)
            } catch {
                throw RefusedBundle(.event(index: leaf.index, error))
            }
        }
        guard let range else { return }
        do throws(ProofError) {
            guard try range.root(size: checkpoint.size, proof: rangeProof) == checkpoint.root else {
                throw .wrongRoot
            }
        } catch {
            throw RefusedBundle(.range(error))
        }
    }
}
