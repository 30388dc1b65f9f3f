import CBaseline

/// The C baseline's log.
@safe
final class CLog {
    private let handle: OpaquePointer

    init(_ directory: String) throws {
        var opened: OpaquePointer?
        let code = unsafe cb_open(directory, 1 << 36, &opened)
        guard code == 0, let handle = unsafe opened else { throw CFailure(code) }
        unsafe self.handle = handle
    }

    deinit {
        unsafe cb_close(handle)
    }

    func append(_ bytes: [UInt8], _ lengths: [UInt32]) throws {
        let code = unsafe cb_append(handle, bytes, lengths, lengths.count)
        guard code == 0 else { throw CFailure(code) }
    }

    func scan() throws -> UInt64 {
        var sums = cb_sums()
        let code = unsafe cb_scan_headers(handle, &sums)
        guard code == 0 else { throw CFailure(code) }
        return sums.count
    }

    // MARK: The ideal projector

    /// Appends events of the ideal projector, the same ones each time.
    func fillIdeal(_ world: cb_world, count: Int) throws {
        let code = unsafe cb_fill_ideal(handle, world, UInt64(count), 1)
        guard code == 0 else { throw CFailure(code) }
    }

    /// Folds all of them.
    func project(_ world: cb_world, threads: Int) throws -> cb_projection {
        var projection = cb_projection()
        let code = unsafe cb_project(handle, world, Int32(threads), &projection)
        guard code == 0 else { throw CFailure(code) }
        return projection
    }

    // MARK: The tree of a copy of a log

    /// Whether the machine has what C hashes with.
    static var canHash: Bool { cb_has_sha256() != 0 }

    /// The root of the tree over all records, and what it took.
    ///
    /// - Parameter type: what all events are of.
    func hash(type: String, threads: Int) throws -> (root: [UInt8], hashed: cb_hashed) {
        var root = [UInt8](repeating: 0, count: 32)
        var hashed = cb_hashed()
        let code = unsafe cb_hash_log(handle, type, Int32(threads), &root, &hashed)
        guard code == 0 else { throw CFailure(code) }
        return (root, hashed)
    }
}

/// What C found is not what was to be found, so its time says nothing.
struct Disagreement: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

struct CFailure: Error, CustomStringConvertible {
    let description: String

    init(_ code: Int32) {
        description = unsafe String(cString: cb_strerror(code))
    }
}
