import EventLog
import LMDB
import Projection
import Sealing
import Testing

@testable import RapportCLI

/// Testing has an `ExitStatus` of its own.
private typealias Status = RapportCLI.ExitStatus

@Suite struct ExitStatusTests {
    @Test(
        arguments: [
            (AppendError.idTwice(EventID()), .conflict),
            (AppendError.idTaken(EventID(), at: Position(1)), .conflict),
            (AppendError.someKnown([:]), .conflict),
            (AppendError.afterBeyondHead(after: Position(2), head: Position(1)), .badInput),
            (AppendError.invalid(InvalidEvent("no")), .badInput),
            (AppendError.closed, .unavailable),
            (AppendError.readOnly, .notPermitted),
            (LMDBError(.diskFull, "append", path: "p"), .full),
            (LMDBError(.truncated(expectedBytes: 2, actualBytes: 1), "open", path: "p"), .damaged),
            (LMDBError(.foreign, "open", path: "p"), .damaged),
            (LMDBError(.corrupted, "get", path: "p"), .damaged),
            (LMDBError(.readOnly, "begin", path: "p"), .notPermitted),
            (LMDBError(.system(1), "create directory", path: "p"), .notPermitted),
            (LMDBError(.system(13), "open", path: "p"), .notPermitted),
            (LMDBError(.system(30), "create directory", path: "p"), .notPermitted),
            (LMDBError(.system(5), "open", path: "p"), .failure),
            (DamagedLog(position: Position(1), damage: .missing), .damaged),
            (RestoreRefusal.noBackup("p"), .notFound),
            (RestoreRefusal.beyondEnd(Position(2), end: Position(1)), .notFound),
            (RestoreRefusal.beforeFirst, .notFound),
            (RestoreRefusal.occupied("p"), .conflict),
            (RestoreRefusal.needsFork(Position(1), end: Position(2)), .conflict),
            (RestoreRefusal.busy("p"), .unavailable),
            (MasterKeyRefusal("k", .noKey), .notFound),
            (MasterKeyRefusal("k", .keyExists), .conflict),
            (MasterKeyRefusal("k", .wrongKey), .conflict),
            (MasterKeyRefusal("k", .malformed), .badInput),
            (MasterKeyRefusal("k", .readableByOthers(mode: 0o644)), .notPermitted),
            (MasterKeyRefusal("k", .inDataDirectory), .notPermitted),
            (ErasedSubject(subject: "customer:C-1", position: Position(1)), .conflict),
            (UnopenedPart.damaged, .damaged),
            (InvalidEvent("no"), .badInput),
            (MalformedLine("no"), .badInput),
            (ProjectionUnavailable.rebuilding(model: "m"), .unavailable),
            (CommandFailure(at: "here", AppendError.closed), .unavailable),
            (CancellationError(), .failure),
        ] as [(any Error, Status)])
    fileprivate func everyKindOfErrorHasItsCode(error: any Error, status: Status) {
        #expect(Status(of: error) == status)
    }

    @Test func codesAreThoseThatHelpNames() {
        let statuses: [Status] = [
            .failure, .notFound, .conflict, .damaged, .full, .badInput, .unavailable, .notPermitted, .interrupted,
            .terminated,
        ]
        #expect(statuses.map(\.rawValue) == [1, 2, 3, 4, 5, 6, 7, 8, 130, 143])
    }
}
