import ArgumentParser
import Audit
import EventLog
import Rapport
import Transparency

/// `rapport prove`: a file by which somebody else can check that events are in the log.
struct ProveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Write a proof that events are in the log, for somebody who has nothing but the verifier key.",
        discussion: """
            The proof holds the events and what connects them with the newest signed checkpoint that covers them; \
            check-proof checks it, anywhere and without the data. Of one event it is a tlog-proof (c2sp.org), of a \
            customer or a range a bundle.

              rapport prove 4711 --data crm --output 4711.tlog-proof
              rapport prove --customer C-1 --data crm --output c-1.bundle
              rapport prove --range 101-200 --data crm --output events.bundle

            A range proves that there are no other events between its ends. The events of a customer prove that they \
            are in the log, not that none is missing. Personal parts are left out without --personal: the proof holds \
            then, too, and says of each only that it is there. With --personal they are as they are stored: sealed, or \
            in clear where there were no keys yet. Parts in clear are noted as shown, and events with one about \
            somebody who is erased or restricted keep theirs back.
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var reader: ReaderOptions

    @Argument(help: "The position of the event.")
    var position: Position?

    @Option(help: ArgumentHelp("The events about this customer.", valueName: "id"))
    var customer: String?

    @Option(help: ArgumentHelp("The events from one position to another, both included.", valueName: "first-last"))
    var range: PositionRange?

    @Flag(help: "Put personal parts into the proof, too.")
    var personal = false

    @Option(
        help: ArgumentHelp("The file to write; without it, or with -, standard output.", valueName: "file"),
        completion: .file())
    var output: String?

    @Flag(help: "Replace a file that is there.")
    var force = false

    private var path: String? { output == "-" ? nil : output }

    func validate() throws {
        let count = [position != nil, customer != nil, range != nil].count { $0 }
        guard count == 1 else { throw ValidationError("Give a position, --customer or --range.") }
        guard position != .zero else { throw ValidationError("the position is 1 or more, not 0.") }
        guard !force || path != nil else { throw ValidationError("--force needs --output FILE.") }
    }

    func run() async throws {
        try await DataDirectory(data).withCRM { crm in
            let checkpoint = try crm.audit.newestCheckpoint()
            let size = try checkpoint.checkpoint(named: data.path).size
            let proof = try proof(of: crm, in: checkpoint, size: size)
            guard let path else {
                var output = Output()
                try proof.write { try output.verbatim($0) }
                return try output.flush()
            }
            try write(proof, to: path)
            try Output.print(
                "\(proof.title) written to \(path.printable)\n" + Terminal.output.footer(at: Position(size)))
        }
    }

    private func proof(of crm: Rapport, in checkpoint: SignedNote, size: UInt64) throws -> WrittenProof {
        if let position {
            try requireCovered(position, by: size, in: crm.log)
            let hidden = try positionsToHide(among: [position], of: crm)
            let proof = try crm.audit.prove(
                position, in: checkpoint, personalParts: personal && !hidden.contains(position))
            return WrittenProof(title: "proof of position \(position)", text: proof.encoded)
        }
        if let range {
            try requireCovered(range.last, by: size, in: crm.log)
            let hidden = try positionsToHide(between: range.positions, of: crm)
            let bundle = try crm.audit.bundle(
                of: range.positions, in: checkpoint, personalParts: personal, hiding: hidden)
            return WrittenProof(title: "bundle of positions \(range.first) to \(range.last)", bundle: bundle)
        }
        let tag = try Tag.customer(customer ?? "")
        let positions = try positions(of: tag, in: crm.log, upTo: size)
        let hidden = try positionsToHide(among: positions, of: crm)
        let bundle = try crm.audit.bundle(
            of: positions, subject: tag.text, in: checkpoint, personalParts: personal, hiding: hidden)
        Output.complain(
            "the bundle proves that these events about \(tag.text) are in the log, not that none is missing; a bundle "
                + "of a whole range (--range) does")
        return WrittenProof(title: "bundle of \(NumberFormat.count(positions.count, "event"))", bundle: bundle)
    }

    private func requireCovered(_ position: Position, by size: UInt64, in log: EventLog) throws {
        guard position.rawValue > size else { return }
        let head = log.head
        guard position <= head else {
            throw CommandFailure(.notFound, "position \(position) is not in the log, which ends at position \(head)")
        }
        throw CommandFailure(
            .notFound,
            "position \(position) is behind the newest signed checkpoint, which covers \(NumberFormat.events(size)); "
                + "rapport checkpoint --key FILE signs a newer one")
    }

    /// Where the events with this tag stand, as far as the checkpoint reaches.
    private func positions(of tag: Tag, in log: EventLog, upTo size: UInt64) throws -> [Position] {
        var positions: [Position] = []
        var later: UInt64 = 0
        try log.read(Query(tag: tag)) { event in
            if event.position.rawValue <= size { positions.append(event.position) } else { later += 1 }
            return true
        }
        guard !positions.isEmpty || later > 0 else {
            throw CommandFailure(
                .notFound, "\(tag.text): no event is about it; expected an id that events have as a tag")
        }
        guard !positions.isEmpty else {
            throw CommandFailure(
                .notFound,
                "\(tag.text): all events about it are behind the newest signed checkpoint, which covers "
                    + "\(NumberFormat.events(size)); rapport checkpoint --key FILE signs a newer one")
        }
        if later > 0 {
            Output.complain(
                "\(NumberFormat.events(later)) about \(tag.text) are left out: the newest signed checkpoint covers "
                    + "\(NumberFormat.events(size))")
        }
        return positions
    }

    // MARK: Parts in clear

    private func positionsToHide(among positions: [Position], of crm: Rapport) throws -> Set<Position> {
        guard personal else { return [] }
        var clear = ClearParts()
        for position in positions { _ = try crm.log.withEvent(at: position) { clear.add($0) } }
        return try positionsToHide(clear, of: crm)
    }

    private func positionsToHide(between range: ClosedRange<Position>, of crm: Rapport) throws -> Set<Position> {
        guard personal else { return [] }
        var clear = ClearParts()
        try crm.log.read(from: range.lowerBound, to: range.upperBound) { event in
            clear.add(event)
            return true
        }
        return try positionsToHide(clear, of: crm)
    }

    /// Notes whose values will stand in the proof for everybody to read, and answers the events with a part that must
    /// not.
    private func positionsToHide(_ clear: ClearParts, of crm: Rapport) throws -> Set<Position> {
        let asking = crm.reading(as: reader.actor, for: reader.purpose).reader
        let withheld = try asking.noteAccess(to: clear.positions.keys.map(\.text).sorted(), asking: "prove")
        var hidden: Set<Position> = []
        for (subject, positions) in clear.positions where withheld[subject.text] != nil {
            hidden.formUnion(positions)
        }
        if !hidden.isEmpty {
            let reasons = Set(withheld.values.map(\.rawValue)).sorted().joined(separator: ", ")
            let events = NumberFormat.count(hidden.count, "event")
            Output.complain("personal parts are kept back in \(events), where they stand in clear: \(reasons)")
        }
        return hidden
    }

    private func write(_ proof: WrittenProof, to path: String) throws {
        let file = try ExportFile(at: path, replacing: force)
        defer { file.discard() }
        var output = Output(to: file.handle)
        do {
            try proof.write { try output.verbatim($0) }
            try output.flush()
            try file.finish()
        } catch {
            throw file.failure(error)
        }
    }
}

/// Where parts stand that nobody has sealed, by the persons they are about.
private struct ClearParts {
    private(set) var positions: [Tag: [Position]] = [:]

    mutating func add(_ event: borrowing EventView) {
        if event.hasNoSubjects { return }
        for subject in event.subjects where subject.part?.algorithm == .unsealed {
            positions[Tag(unchecked: subject.id), default: []].append(event.position)
        }
    }
}

/// A proof that is ready to be written.
private struct WrittenProof {
    /// What to call it once it is written.
    let title: String
    private let text: String?
    private let bundle: ProofBundle?

    init(title: String, text: String) {
        (self.title, self.text, bundle) = (title, text, nil)
    }

    init(title: String, bundle: ProofBundle) {
        (self.title, text, self.bundle) = (title, nil, bundle)
    }

    /// Gives the text piece by piece.
    func write(to body: (String) throws -> Void) throws {
        if let text { try body(text) }
        try bundle?.write(to: body)
    }
}
