import Foundation
import LMDB
import Sealing
import Testing

@testable import Audit
@testable import EventLog
@testable import Projection
@testable import RapportCLI

/// What the page on operating quotes is what is printed, and the exit codes are those that commands end with.
@Suite struct OperatingPageTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .appending(path: "Sources/Rapport/Rapport.docc/Operating.md")

    /// The sections by their titles.
    private static func sections() throws -> [String: String] {
        var sections: [String: String] = [:]
        for part in try String(contentsOf: page, encoding: .utf8).components(separatedBy: "\n## ").dropFirst() {
            let title = part.prefix { $0 != "\n" }
            sections[String(title)] = String(part.dropFirst(title.count))
        }
        return sections
    }

    private static let sumTooLarge = ProjectionFailure(
        model: "pipeline", position: Position(3),
        reason: "the sum in column 2 of row 4///EUR does not fit into 64 bits")

    private static let masterKey = "/etc/rapport/master.key"

    private static let wrongFormat = UnreadableLog(
        path: "crm/log", reason: "its format is \(LogStore.format + 1), this program reads \(LogStore.format)")

    @Test(
        arguments: [
            ("The disk is full", LMDBError(.diskFull, "append", path: "crm/log")),
            (
                "A damaged file",
                CommandFailure(
                    .damaged, "crm: \(DamagedLog(position: Position(533), damage: .checksum)) (checksum)")
            ),
            ("A damaged file", LMDBError(.foreign, "open", path: "crm/log/data.mdb")),
            (
                "Proving that history was not edited",
                CommandFailure(.damaged, "crm: \(TamperedLog(.edited(Position(4711)))) (edited)")
            ),
            (
                "A truncated file",
                LMDBError(.truncated(expectedBytes: 540_672, actualBytes: 200_000), "open", path: "crm/log/data.mdb")
            ),
            ("A read model has stopped", ProjectionUnavailable.stopped(sumTooLarge)),
            ("A read model has stopped", ProjectionUnavailable.rebuilding(model: "pipeline")),
            ("The master key is missing, or another one", MasterKeyRefusal(masterKey, .noKey)),
            ("The master key is missing, or another one", MasterKeyRefusal(masterKey, .wrongKey)),
            (
                "The master key is missing, or another one", MasterKeyRefusal(masterKey, .readableByOthers(mode: 0o640))
            ),
            ("Files of another version", wrongFormat),
            (
                "A second process holds the lease",
                ProjectionUnavailable.behind(model: "pipeline", at: Position(2000), wanted: Position(1_000_000))
            ),
            ("A directory opened twice", LMDBError(.alreadyOpen, "open", path: "crm/log")),
            ("A directory that may only be read", LMDBError(.system(EROFS), "create directory", path: "crm")),
            ("A directory that may only be read", LMDBError(.system(EACCES), "open", path: "crm/log/data.mdb")),
            ("Address space and the map", LMDBError(.system(ENOMEM), "open", path: "crm/log")),
            ("Address space and the map", LMDBError(.readersFull, "begin", path: "crm/log")),
            ("The device fails", LMDBError(.system(EIO), "commit", path: "crm/log")),
            ("The device fails", LMDBError(.panicked, "begin", path: "crm/log")),
        ] as [(String, any Error)])
    func messagesAndExitCodesAreThoseOfTheProgram(title: String, error: any Error) throws {
        let section = try #require(try Self.sections()[title])
        let message = "\(error)"
        let rest = section.components(separatedBy: message + "\n")
        try #require(rest.count == 2, "the section quotes once: \(message)")
        #expect(rest[0].hasSuffix("\n    rapport: ") || rest[0].hasSuffix("\n    "))
        #expect(rest[1].hasPrefix("\nExit status \(RapportCLI.ExitStatus(of: error).rawValue)."), "\(message)")
    }

    @Test func everyKindOfDamageIsNamed() throws {
        let section = try #require(try Self.sections()["A damaged file"])
        let kinds: [DamagedLog.Damage] = [
            .missing, .malformed, .checksum, .misplaced, .recordedEarlier, .unknownType, .repeatedTag, .repeatedID,
            .index,
        ]
        for kind in kinds { #expect(section.contains("`\(kind.rawValue)`"), "\(kind)") }
    }

    @Test func everySectionSaysWhatIsSafeAndWhatToDo() throws {
        for (title, section) in try Self.sections() where !["Overview", "Watching"].contains(title) {
            #expect(section.contains("\n**What it means.** "), "\(title)")
            #expect(section.contains("\n**What is safe.** "), "\(title)")
            #expect(section.contains("\n**What to do.** "), "\(title)")
        }
    }

    @Test func whatStatusShowsIsExplained() throws {
        let section = try #require(try Self.sections()["Watching"])
        for name in [
            "eventsPerSecond", "bytes", "mapBytes", "freeBytes", "notIndexed", "readers", "oldestReaderLag", "keyStore",
        ] {
            #expect(section.contains("`\(name)`"), "\(name)")
        }
    }
}
