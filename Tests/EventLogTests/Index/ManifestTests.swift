@testable import EventLog
import LMDB
import Testing
import TestSupport

@Suite struct ManifestTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path + "/MANIFEST" }

    init() throws {
        directory = try TemporaryDirectory()
    }

    private let id = EventID(high: 0x0190_B5D8_7C1E_7A51, low: 0x9F2E_3B1F_5C2D_9E77)

    @Test("a manifest is read as it was written, and looks as it is drawn")
    func roundTrip() throws {
        let manifest = Manifest(
            logID: id,
            entries: [
                Manifest.Entry(name: "run-1-10-a", first: 1, last: 10, lastChecksum: .max, fileHash: 255),
                Manifest.Entry(name: "run-11-11-b", first: 11, last: 11, lastChecksum: 10, fileHash: 0),
            ])
        try manifest.write(to: path)
        #expect(try Manifest.read(from: path) == manifest)
        #expect(manifest.end == 11)
        let text = try DurableFile.read(path).map { String(decoding: $0, as: UTF8.self) }
        #expect(
            text == """
                rapport-index 3
                log 0190b5d8-7c1e-7a51-9f2e-3b1f5c2d9e77
                run run-1-10-a 1 10 ffffffffffffffff ff
                run run-11-11-b 11 11 a 0

                """)
    }

    @Test("a manifest without runs ends before the first event")
    func noRuns() throws {
        try Manifest(logID: id, entries: []).write(to: path)
        #expect(try Manifest.read(from: path)?.end == 0)
    }

    @Test("a missing manifest is none")
    func missing() throws {
        #expect(try Manifest.read(from: path) == nil)
    }

    @Test(
        "a manifest that cannot be understood, or whose runs do not follow each other, is none",
        arguments: [
            "", "rapport-index 3\n", "rapport-index 2\nlog ID\n", "rapport-index 3\nlog 17\n",
            "rapport-index 3\nrun a 1 2 3 0\n",
            "rapport-index 3\nlog ID\nrun a 2 3 0 0\n", "rapport-index 3\nlog ID\nrun a 1 3 0 0\nrun b 5 6 0 0\n",
            "rapport-index 3\nlog ID\nrun a 1 3 0 0\nrun b 3 6 0 0\n", "rapport-index 3\nlog ID\nrun a 1 0 0 0\n",
            "rapport-index 3\nlog ID\nrun a 1 3\n", "rapport-index 3\nlog ID\nrun a 1 3 x 0\n",
            "rapport-index 3\nlog ID\nrun a 1 3 0\n", "rapport-index 3\nlog ID\nrun a 1 3 0 x\n",
            "rapport-index 3\nlog ID\nwalk a 1 3 0 0\n",
        ])
    func notUnderstood(text: String) throws {
        try DurableFile.replace(path, with: Array(text.replacing("ID", with: id.description).utf8))
        #expect(try Manifest.read(from: path) == nil)
    }
}
