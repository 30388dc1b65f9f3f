import EventLog
import Foundation
import LMDB
import Sealing
import TestSupport

/// A data directory with a key store, and beside it whatever a test needs.
struct KeyStoreFixture {
    static let logID = EventID(high: 0x0190_B5D8_7C1E_7A51, low: 0x9F2E_3B1F_5C2D_9E77)
    static let masterBytes = [UInt8](repeating: 7, count: 32)

    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    var data: String { directory.path + "/data" }
    var keys: String { data + "/keys" }

    func path(_ name: String) -> String { directory.path + "/" + name }

    static func master(_ byte: UInt8 = 7) throws -> LocalMasterKey {
        try LocalMasterKey(bytes: [UInt8](repeating: byte, count: 32), name: "key \(byte)")
    }

    /// Opens the key store; makes it where it is missing.
    func store(master byte: UInt8 = 7, creating: Bool = true, readOnly: Bool = false) throws -> KeyStore {
        try Self.store(in: data, master: byte, creating: creating, readOnly: readOnly)
    }

    static func store(
        in data: String, master byte: UInt8 = 7, creating: Bool = true, readOnly: Bool = false
    ) throws -> KeyStore {
        try KeyStore(
            in: data, logID: logID, masterKey: .key(master(byte)), creating: creating, readOnly: readOnly)
    }

    /// Opens the key store for `body` and closes it afterwards.
    func withStore<Result>(master byte: UInt8 = 7, _ body: (KeyStore) throws -> Result) throws -> Result {
        let store = try store(master: byte)
        defer { store.close() }
        return try body(store)
    }

    /// What stands directly in the folder of the keys.
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: keys).sorted() }

    /// The files of this test that hold one of `secrets`.
    func traces(of secrets: [[UInt8]], below folder: String? = nil) throws -> [String] {
        try secrets.flatMap { try files(below: folder ?? directory.path, holding: $0) }
    }
}

extension KeyName {
    /// The key of a customer for orders.
    static func orders(_ customer: Int) -> KeyName { KeyName(subject: "customer:\(customer)", category: "orders") }

    /// The key of a customer for who that is.
    static func identity(_ customer: Int) -> KeyName { KeyName(subject: "customer:\(customer)", category: "identity") }
}

extension KeyStore {
    /// The key of a name, made where it is missing.
    func made(_ name: KeyName) throws -> SubjectKey {
        guard let key = try keys(makingMissing: [name])[name] else { throw NoAnswer() }
        return key
    }

    /// What is answered about a name, without the key.
    func answer(_ name: KeyName) throws -> KeyAnswer {
        switch try key(name) {
        case .key(let key): .key(key.commitment)
        case .erased(let position): .erased(position.rawValue)
        case .missing: .missing
        }
    }
}

/// A key was asked for, and none was answered.
struct NoAnswer: Error {}

/// ``KeyLookup``, to be compared.
enum KeyAnswer: Equatable {
    case key([UInt8])
    case erased(UInt64)
    case missing
}

/// Why a key store refused; nil when it did not.
func keyStoreRefusal(_ body: () throws -> Void) throws -> KeyStoreRefusal.Reason? {
    do {
        try body()
        return nil
    } catch let refusal as KeyStoreRefusal {
        return refusal.reason
    }
}

/// Why a master key was refused; nil when it was not.
func masterKeyRefusal(_ body: () throws -> Void) throws -> MasterKeyRefusal.Reason? {
    do {
        try body()
        return nil
    } catch let refusal as MasterKeyRefusal {
        return refusal.reason
    }
}
