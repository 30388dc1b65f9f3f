import Foundation
import LMDB
@testable import Sealing
import TestSupport
import Testing

/// Where master keys come from, and which ones are refused.
@Suite struct MasterKeyTests {
    private let fixture: KeyStoreFixture
    private let context = Array("context".utf8)

    init() throws {
        fixture = try KeyStoreFixture()
        try DurableFile.createDirectory(fixture.data)
    }

    private func reason(_ path: String) throws -> MasterKeyRefusal.Reason? {
        try masterKeyRefusal { _ = try LocalMasterKey(file: path, dataDirectory: fixture.data) }
    }

    private func writeKey(_ text: String, mode: Int = 0o600) throws -> String {
        let path = fixture.path("written")
        try DurableFile.replace(path, with: Array(text.utf8))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    @Test("what one master key has wrapped, no other opens, nor the same for something else")
    func wrapping() throws {
        let key = try KeyStoreFixture.master()
        let secret = SecretBytes.random()
        let wrapped = try key.wrap(secret, for: context)
        #expect(try key.unwrap(wrapped, for: context) == secret)
        #expect(try key.wrap(secret, for: context) != wrapped, "the nonce is a random one")
        #expect(try masterKeyRefusal { _ = try KeyStoreFixture.master(8).unwrap(wrapped, for: context) } == .wrongKey)
        #expect(try masterKeyRefusal { _ = try key.unwrap(wrapped, for: context + [0]) } == .wrongKey)
        for count in [0, 27, wrapped.count - 1] {
            #expect(
                try masterKeyRefusal { _ = try key.unwrap(Array(wrapped.prefix(count)), for: context) } == .wrongKey)
        }
    }

    @Test("a new key is for its owner only, is never replaced, and serves")
    func newKey() throws {
        let path = fixture.path("config/rapport/master.key")
        try LocalMasterKey.make(at: path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect("\(try #require(mode))" == "\(0o600)")
        let text = try #require(try DurableFile.read(path))
        #expect(text.count == 45)
        #expect(text.last == UInt8(ascii: "\n"))
        #expect(Data(base64Encoded: Data(text.dropLast()))?.count == 32)
        let wrapped = try LocalMasterKey(file: path, dataDirectory: fixture.data).wrap([1, 2, 3], for: context)
        #expect(try LocalMasterKey(file: path, dataDirectory: nil).unwrap(wrapped, for: context) == [1, 2, 3])
        #expect(try masterKeyRefusal { try LocalMasterKey.make(at: path) } == .keyExists)
        #expect(try DurableFile.read(path) == text)
        try LocalMasterKey.make(at: fixture.path("another"))
        #expect(try DurableFile.read(fixture.path("another")) != text)
    }

    @Test("a key that others may read or write is refused", arguments: [0o640, 0o604, 0o660, 0o602, 0o666, 0o610])
    func rights(mode: Int) throws {
        let path = fixture.path("key")
        try LocalMasterKey.make(at: path)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        #expect(try reason(path) == .readableByOthers(mode: mode))
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: path)
        #expect(try reason(path) == nil)
    }

    @Test("where no key is, none is found")
    func missing() throws {
        #expect(try reason(fixture.path("nowhere")) == .noKey)
        #expect(try reason(fixture.path("nowhere/at/all")) == .noKey)
        guard case .unreadable = try reason(fixture.directory.path) else {
            Issue.record("a folder was taken for a key")
            return
        }
    }

    @Test(
        "a file that is no key is refused",
        arguments: [
            "", "\n", "not a key\n", "AAAA\n", String(repeating: "A", count: 43) + "\n",
            String(repeating: "A", count: 43) + "=\n\n", " " + String(repeating: "A", count: 43) + "=\n",
            // Bits that no byte has.
            String(repeating: "A", count: 42) + "B=\n", String(repeating: "A", count: 88) + "\n",
        ])
    func malformed(text: String) throws { #expect(try reason(writeKey(text)) == .malformed) }

    @Test("what may never end is not read, and nothing that is longer than any key", .timeLimit(.minutes(1)))
    func endless() throws {
        guard case .unreadable = try reason("/dev/zero") else {
            Issue.record("a device was taken for a key")
            return
        }
        #expect(try reason(writeKey(String(repeating: "A", count: 4097))) == .malformed)
    }

    @Test("the line end may be missing")
    func lineEnd() throws { #expect(try reason(writeKey(String(repeating: "A", count: 43) + "=")) == nil) }

    @Test("a key has 32 bytes", arguments: [0, 16, 31, 33, 64])
    func length(count: Int) throws {
        let bytes = [UInt8](repeating: 0, count: count)
        #expect(try masterKeyRefusal { _ = try LocalMasterKey(bytes: bytes, name: "short") } == .malformed)
    }

    @Test("a key in the data directory is refused, whatever leads there")
    func inDataDirectory() throws {
        let path = fixture.data + "/keys/master.key"
        try LocalMasterKey.make(at: path)
        #expect(try reason(path) == .inDataDirectory)
        #expect(try reason(fixture.data + "/keys/../keys/./master.key") == .inDataDirectory)
        try FileManager.default.createSymbolicLink(atPath: fixture.path("link"), withDestinationPath: path)
        #expect(try reason(fixture.path("link")) == .inDataDirectory)
        try FileManager.default.createSymbolicLink(
            atPath: fixture.path("folder"), withDestinationPath: fixture.data + "/keys")
        #expect(try reason(fixture.path("folder/master.key")) == .inDataDirectory)
        try LocalMasterKey.make(at: fixture.path("data-key"))
        #expect(try reason(fixture.path("data-key")) == nil, "the name only begins like that of the data directory")
    }

    @Test("no message and no description tells the key")
    func descriptions() throws {
        let text = Data(KeyStoreFixture.masterBytes).base64EncodedString().prefix(20)
        let key = try KeyStoreFixture.master()
        var printed = "\(key) \(String(reflecting: key))"
        dump(key, to: &printed)
        #expect(printed.contains("key 7"))
        #expect(!printed.contains(text))
        #expect(!printed.contains("7, 7"))
        let path = try writeKey(Data(KeyStoreFixture.masterBytes).base64EncodedString() + " ")
        do throws(MasterKeyRefusal) {
            _ = try LocalMasterKey(file: path, dataDirectory: nil)
            Issue.record("a blank behind the key was passed over")
        } catch {
            #expect(error.reason == .malformed)
            #expect(!"\(error)".contains(text))
            #expect("\(error)".contains(path))
        }
    }

    // MARK: Where it is looked for

    private func standard(_ environment: [String: String], makesNew: Bool = false) throws -> any MasterKey {
        try MasterKeySource.standard(in: environment).key(for: fixture.data, makesNew: makesNew)
    }

    @Test("the environment gives the key before its file, and the file before the usual place")
    func standardOrder() throws {
        let usual = fixture.path("home/.config/rapport/master.key")
        let file = fixture.path("named.key")
        try LocalMasterKey.make(at: usual)
        try LocalMasterKey.make(at: file)
        var environment = ["HOME": fixture.path("home")]
        #expect(try standard(environment).name == usual)
        environment["RAPPORT_MASTER_KEY_FILE"] = file
        #expect(try standard(environment).name == file)
        environment["RAPPORT_MASTER_KEY"] = Data(KeyStoreFixture.masterBytes).base64EncodedString()
        let key = try standard(environment)
        #expect(key.name == "RAPPORT_MASTER_KEY")
        let wrapped = try key.wrap([1, 2, 3], for: context)
        #expect(try KeyStoreFixture.master().unwrap(wrapped, for: context) == [1, 2, 3])
    }

    @Test("a variable that is set wrongly is a mistake, and nothing else is taken for the key")
    func wrongVariables() throws {
        try LocalMasterKey.make(at: fixture.path("home/.config/rapport/master.key"))
        let home = ["HOME": fixture.path("home")]
        let cases: [(name: String, value: String, expected: MasterKeyRefusal.Reason)] = [
            ("RAPPORT_MASTER_KEY", "", .malformed), ("RAPPORT_MASTER_KEY", "short", .malformed),
            ("RAPPORT_MASTER_KEY_FILE", "", .noKey), ("RAPPORT_MASTER_KEY_FILE", fixture.path("nowhere"), .noKey),
        ]
        for (name, value, expected) in cases {
            let environment = home.merging([name: value]) { $1 }
            #expect(try masterKeyRefusal { _ = try standard(environment, makesNew: true) } == expected)
        }
        #expect(!FileManager.default.fileExists(atPath: fixture.path("nowhere")))
    }

    @Test("at the usual place a key is made where there is none, and only where nothing hangs on another one")
    func standardMaking() throws {
        let environment = ["HOME": fixture.path("home"), "XDG_CONFIG_HOME": fixture.path("config")]
        let path = fixture.path("config/rapport/master.key")
        #expect(try masterKeyRefusal { _ = try standard(environment) } == .noKey)
        #expect(!FileManager.default.fileExists(atPath: path))
        let wrapped = try standard(environment, makesNew: true).wrap([1, 2, 3], for: context)
        #expect(try standard(environment).unwrap(wrapped, for: context) == [1, 2, 3])
        #expect(try standard(environment, makesNew: true).unwrap(wrapped, for: context) == [1, 2, 3])
        #expect(!FileManager.default.fileExists(atPath: fixture.path("home")))
        let relative = ["HOME": fixture.path("home"), "XDG_CONFIG_HOME": "config"]
        #expect(try standard(relative, makesNew: true).name == fixture.path("home/.config/rapport/master.key"))
    }

    @Test("the usual place is refused where it lies in the data directory, and no key is made there")
    func standardInDataDirectory() throws {
        let environment = ["HOME": fixture.data]
        #expect(try masterKeyRefusal { _ = try standard(environment, makesNew: true) } == .inDataDirectory)
        #expect(!FileManager.default.fileExists(atPath: fixture.data + "/.config"))
    }
}
