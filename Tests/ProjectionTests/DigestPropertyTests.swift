@testable import EventLog
@testable import Projection
import Testing

/// However rows have come about, their digest is that of rows built from the first event on.
@Suite struct DigestPropertyTests {
    private enum Step: CaseIterable {
        case append, appendAndFollow, appendAndReopen, reopen, rebuild, appendAndRebuild
    }

    private static func step(_ ledger: inout RandomLedger) -> Step {
        switch ledger.number(in: 1...20) {
        case 1...8: .append
        case 9...14: .appendAndFollow
        case 15...16: .appendAndReopen
        case 17...18: .reopen
        case 19: .rebuild
        default: .appendAndRebuild
        }
    }

    private func take(_ step: Step, _ hosted: HostedLog, _ ledger: inout RandomLedger) async throws {
        switch step {
        case .append: try await hosted.log.append(ledger.events(ledger.number(in: 1...40)))
        case .appendAndFollow:
            // Small batches, each folded for itself.
            for _ in 0..<ledger.number(in: 2...5) {
                try await hosted.log.append(ledger.events(ledger.number(in: 1...4)))
                try await hosted.settle()
            }
        case .appendAndReopen:
            // The rows may be behind when everything is closed.
            try await hosted.log.append(ledger.events(ledger.number(in: 1...40)))
            hosted.close()
            try hosted.open()
        case .reopen:
            hosted.close()
            try hosted.open()
        case .rebuild: try hosted.host.rebuild()
        case .appendAndRebuild:
            try await hosted.log.append(ledger.events(ledger.number(in: 1...40)))
            try hosted.host.rebuild()
        }
    }

    @Test(
        "after any sequence of appends, openings and rebuilds the digest is that of a fresh build",
        arguments: 1...32 as ClosedRange<UInt64>)
    func digestsAgree(seed: UInt64) async throws {
        var ledger = RandomLedger(seed: seed &* 7_919)
        let hosted = try HostedLog(after: seed % 2 == 0 ? ledger.events(30) : [])
        var history: [String] = []
        for _ in 0..<15 {
            let step = hosted.log.head == .zero ? .append : Self.step(&ledger)
            try await take(step, hosted, &ledger)
            history.append("\(step)")
            try await hosted.settle()
            let live = try hosted.host.digest(of: "ledger")
            let fresh = try hosted.freshDigest()
            #expect(live.digest == fresh, "seed \(seed), after \(history.joined(separator: ", "))")
            #expect(live.position == hosted.log.head)
        }
    }
}
