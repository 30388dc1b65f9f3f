import EventLog
import Foundation

/// Reads event lines on a thread of its own and hands them over in batches, so that a signal reaches whoever waits for
/// the next batch, even while the thread is caught in reading.
final class EventBatches: Sendable {
    /// Events of lines that follow each other.
    struct Batch: Sendable {
        let events: [NewEvent]
        /// Numbers of the first and the last line.
        let lines: ClosedRange<Int>

        /// `line 7`, `lines 1 to 1000`.
        var place: String {
            lines.count == 1 ? "line \(lines.lowerBound)" : "lines \(lines.lowerBound) to \(lines.upperBound)"
        }
    }

    /// Batches that may wait; reading goes on while one is being appended.
    private static let ahead = 2

    /// The batches in order. Fails with the first line that is no event, whose batch is not handed over.
    let stream: AsyncThrowingStream<Batch, any Error>
    private let continuation: AsyncThrowingStream<Batch, any Error>.Continuation
    private let room = DispatchSemaphore(value: 0)

    /// Begins to read.
    ///
    /// - Parameters:
    ///   - name: what stands before the line number in a failure.
    ///   - size: events of a batch; the last one may be smaller.
    init(_ lines: LineReader, name: String, size: Int) {
        (stream, continuation) = AsyncThrowingStream.makeStream()
        for _ in 0..<Self.ahead { room.signal() }
        let (continuation, room) = (continuation, room)
        let thread = Thread {
            do {
                var lines = lines
                while let batch = try Self.batch(from: &lines, name, size) {
                    room.wait()
                    // Nobody takes more once the stream was stopped.
                    if case .terminated = continuation.yield(batch) { return }
                }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        thread.name = "event lines"
        thread.start()
    }

    /// Lets one more batch be handed over; to be called for each batch taken.
    func makeRoom() { room.signal() }

    /// Ends the stream behind what was handed over.
    func stop() { continuation.finish() }

    private static func batch(from lines: inout LineReader, _ name: String, _ size: Int) throws -> Batch? {
        var events: [NewEvent] = []
        var first = 0
        while events.count < size, let line = try lines.next() {
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
            if events.isEmpty { first = lines.number }
            do {
                events.append(try EventLine.event(from: line[...]))
            } catch {
                throw CommandFailure(.badInput, "\(name), line \(lines.number): \(error)")
            }
        }
        return events.isEmpty ? nil : Batch(events: events, lines: first...lines.number)
    }
}
