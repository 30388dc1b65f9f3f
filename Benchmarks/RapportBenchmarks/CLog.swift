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
}

struct CFailure: Error, CustomStringConvertible {
    let description: String

    init(_ code: Int32) {
        description = unsafe String(cString: cb_strerror(code))
    }
}
