import Audit
import EventLog
import Transparency

/// Checkpoints signed and printed: one, or one after another while the log grows.
struct CheckpointSigning {
    /// A signal, and a new event, are noticed within this time.
    private static let patience = Duration.milliseconds(50)

    let trail: AuditTrail
    let log: EventLog
    let signers: [CheckpointSigner]
    let form: AnswerForm

    /// Signs what the log holds now, and prints it.
    func once() throws {
        let note = try sign()
        let report = try CheckpointReport(note)
        if form == .text { return try Output.print(verbatim: note.encoded) }
        try form.print(report, csv: report.csv) { _ in "" }
    }

    /// Signs what the log holds now, and goes on until a signal comes.
    ///
    /// - Parameters:
    ///   - every: signs when so many events are new.
    ///   - seconds: signs what is new after so long. Whichever comes first.
    func goOn(every: UInt64?, seconds: Double?) async throws {
        let stop = StopSignals()
        if form == .csv { try Output.print(CSVTable.line(of: CheckpointReport.columns)) }
        var size = try show(sign())
        var signedAt = ContinuousClock.now
        while !stop.isStopped {
            try await Task.sleep(for: Self.patience)
            let head = log.head.rawValue
            let new = head - min(head, size)
            let isLate = seconds.map { ContinuousClock.now - signedAt >= .seconds($0) } ?? false
            let isMuch = every.map { new >= $0 } ?? false
            guard new > 0, isLate || isMuch, !stop.isStopped else { continue }
            size = try show(sign())
            signedAt = ContinuousClock.now
        }
    }

    private func sign() throws -> SignedNote {
        let progress = ProgressLine(label: "Hashing")
        defer { progress.finish() }
        return try trail.checkpoint(signedBy: signers) {
            progress.update(done: Int(clamping: $0), of: Int(clamping: $1))
        }
    }

    /// Prints one of several; answers its size.
    private func show(_ note: SignedNote) throws -> UInt64 {
        let report = try CheckpointReport(note)
        switch form {
        // An empty line tells one note from the next.
        case .text: try Output.print(note.encoded)
        case .json: try Output.print(jsonLine: report)
        case .csv: try Output.print(CSVTable.line(of: report.cells))
        }
        return report.size
    }
}
