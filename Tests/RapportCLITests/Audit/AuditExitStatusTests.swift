import EventLog
import Testing
import Transparency

@testable import Audit
@testable import RapportCLI

/// Testing has an `ExitStatus` of its own.
private typealias Status = RapportCLI.ExitStatus

@Suite struct AuditExitStatusTests {
    @Test(
        arguments: [
            (SigningRefusal("k", .noKey), .notFound),
            (SigningRefusal("k", .keyExists), .conflict),
            (SigningRefusal("k", .keyInDataDirectory("d")), .notPermitted),
            (SigningRefusal("k", .keyReadableByOthers(mode: 0o644)), .notPermitted),
            (SigningRefusal("k", .busy), .unavailable),
            (SigningRefusal("k", .malformedKey("no")), .badInput),
            (SigningRefusal("k", .malformedLast), .damaged),
            (SigningRefusal("k", .smallerThanLast(size: 1, last: 2)), .conflict),
            (SigningRefusal("k", .disagrees(size: 1)), .conflict),
            (TamperedLog(.edited(Position(1))), .damaged),
            (TamperedLog(.disagrees(size: 2, source: "f", agreesUpTo: 0)), .damaged),
            (DamagedTree("t", .leaf(Position(1))), .damaged),
            (NoteError.noKnownSignature, .badInput),
            (ProofError.wrongRoot, .badInput),
            (ProofRefusal.beyondCheckpoint(Position(2), size: 1), .notFound),
            (ProofRefusal.disagrees(size: 1), .conflict),
            (RefusedBundle(.range(.wrongRoot)), .damaged),
            (RefusedBundle(.withheld(Position(1))), .conflict),
            (MalformedBundle(line: 1, expected: "no"), .badInput),
            (CopyRefusal.gap(expected: Position(1), found: Position(2)), .conflict),
            (CopyRefusal.inUse("p"), .unavailable),
            (TileExportRefusal.otherLog(path: "p", size: 1), .conflict),
            (TreeUnavailable(reason: .readOnly, path: "t", size: 0, wanted: 1), .notPermitted),
            (TreeUnavailable(reason: .heldElsewhere, path: "t", size: 0, wanted: 1), .unavailable),
        ] as [(any Error, Status)])
    fileprivate func everyKindOfErrorHasItsCode(error: any Error, status: Status) {
        #expect(Status(of: error) == status)
    }

    @Test(arguments: [("1-1", 1, 1), ("101-200", 101, 200)] as [(String, UInt64, UInt64)])
    func rangesOfPositionsAreRead(text: String, first: UInt64, last: UInt64) throws {
        let range = try #require(PositionRange(argument: text))
        #expect(range.positions == Position(first)...Position(last))
    }

    @Test(arguments: ["", "-", "1", "1-", "-2", "2-1", "0-3", "1-2-3", "a-b", "1-18446744073709551616"])
    func otherRangesAreRefused(text: String) {
        #expect(PositionRange(argument: text) == nil)
    }
}
