internal import EventLog

/// What an append of imported events did.
public struct ImportBatchResult: Sendable, Equatable {
    /// How many of the events were not in the log before.
    public var appended: Int

    /// The result of an append that wrote `appended` events and skipped the known ones.
    public init(appended: Int) {
        self.appended = appended
    }
}

/// Appends a batch; events whose id is taken by other bytes are left out and remembered.
struct BatchAppender {
    /// What became of a batch.
    struct Outcome: Sendable {
        var appended = 0
        var alreadyThere = 0
        var changed: [ChangedRow] = []
    }

    let append: @Sendable ([NewEvent]) async throws -> ImportBatchResult

    /// Appends the batch in its order.
    ///
    /// After a taken id the pieces get smaller, after an append larger: where every row changed, every row gets an
    /// append of its own, and no event is sent again and again.
    func append(_ batch: ImportBatch) async throws -> Outcome {
        var outcome = Outcome()
        var rest = batch
        var start = 0
        var size = max(1, rest.count)
        while start < rest.count {
            let piece = Array(rest.events[start..<min(start + size, rest.count)])
            do {
                let result = try await append(piece)
                outcome.appended += result.appended
                outcome.alreadyThere += piece.count - result.appended
                start += piece.count
                size *= 2
            } catch let error as AppendError {
                guard let (index, position) = refused(error, in: piece) else { throw error }
                let id = piece[index].id
                let origin = rest.remove(at: start + index)
                outcome.changed.append(
                    ChangedRow(
                        file: origin.file, line: origin.line, event: origin.event, id: id, position: position))
                size = max(1, size / 2)
            }
        }
        return outcome
    }

    /// Which event an error is about, and where the other event with its id stands.
    private func refused(_ error: AppendError, in events: [NewEvent]) -> (index: Int, position: Position?)? {
        switch error {
        case .idTaken(let id, let position):
            return events.firstIndex { $0.id == id }.map { ($0, position) }
        case .idTwice(let id):
            // The earliest row is the one that counts.
            guard let first = events.first(where: { $0.id == id }) else { return nil }
            return events.firstIndex { $0.id == id && $0 != first }.map { ($0, nil) }
        default: return nil
        }
    }
}
