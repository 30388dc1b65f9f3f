internal import EventLog
internal import LMDB
internal import Projection

/// What the definitions of a pipeline say of its stages, version by version.
struct PipelineDefinitionState: EntityState, Equatable {
    /// One stage of a version.
    struct Stage: Equatable {
        var id: String
        var order: UInt64
        /// Probability that a deal in it is won.
        var probabilityBp: UInt64
        /// Of the forecast; empty where none is stated.
        var forecastCategory = ""
        /// Milliseconds in the stage after which a deal is neglected; 0 is never.
        var rotAfterMs: Int64 = 0

        /// Texts are the same when their bytes are.
        static func == (left: Stage, right: Stage) -> Bool {
            left.order == right.order && left.probabilityBp == right.probabilityBp
                && left.rotAfterMs == right.rotAfterMs && left.id.sameBytes(as: right.id)
                && left.forecastCategory.sameBytes(as: right.forecastCategory)
        }
    }

    /// What one event says.
    struct Version: Equatable {
        let version: UInt64
        /// Microseconds UTC.
        let occurredAt: Int64
        /// The event that says so.
        let position: UInt64
        /// In their order.
        let stages: [Stage]

        /// The stage of this id; nil where the version has none. Of several the first counts.
        func stage(_ id: String) -> Stage? { stages.first { $0.id.sameBytes(as: id) } }
    }

    /// By version, then time, then position; the last one is the newest.
    private(set) var versions: [Version] = []

    init() {}

    /// The stages in their order, as the newest definition says.
    var stages: [Stage] { versions.last?.stages ?? [] }

    /// The definition in force: of those that had been made by `time` and stand at `known` or before in the log, the
    /// newest. Nil where there was none. O(versions).
    ///
    /// - Parameter time: microseconds UTC, included.
    func inForce(at time: Int64, knownAt known: UInt64) -> Version? {
        versions.last { $0.occurredAt <= time && $0.position <= known }
    }

    mutating func define(_ definition: PipelineDefined, _ event: borrowing ProjectedEvent) {
        let stages = definition.stages.map {
            Stage(
                id: $0.id, order: UInt64($0.order), probabilityBp: UInt64($0.probabilityBp),
                forecastCategory: $0.forecastCategory, rotAfterMs: $0.rotAfterMs)
        }
        insert(
            Version(
                version: UInt64(definition.version), occurredAt: event.occurredAt.microseconds,
                position: event.position.rawValue, stages: stages.sorted { ($0.order, $0.id) < ($1.order, $1.id) }))
    }

    /// Events come in any order.
    private mutating func insert(_ new: Version) {
        let place = versions.firstIndex {
            ($0.version, $0.occurredAt, $0.position) > (new.version, new.occurredAt, new.position)
        }
        versions.insert(new, at: place ?? versions.count)
    }

    // MARK: Stored form

    func encode(into bytes: inout [UInt8]) {
        bytes.append(varint: UInt64(versions.count))
        for version in versions {
            bytes.append(varint: version.version)
            bytes.append(zigzag: version.occurredAt)
            bytes.append(varint: version.position)
            bytes.append(varint: UInt64(version.stages.count))
            for stage in version.stages {
                bytes.append(prefixed: stage.id)
                bytes.append(varint: stage.order)
                bytes.append(varint: stage.probabilityBp)
                bytes.append(prefixed: stage.forecastCategory)
                bytes.append(zigzag: stage.rotAfterMs)
            }
        }
    }

    init(decoding reader: inout ByteReader) throws {
        for _ in 0..<(try reader.count()) {
            let (version, occurredAt, position) = (try reader.varint(), try reader.zigzag(), try reader.varint())
            var stages: [Stage] = []
            for _ in 0..<(try reader.count()) {
                stages.append(
                    Stage(
                        id: try reader.text(), order: try reader.varint(), probabilityBp: try reader.varint(),
                        forecastCategory: try reader.text(), rotAfterMs: try reader.zigzag()))
            }
            versions.append(Version(version: version, occurredAt: occurredAt, position: position, stages: stages))
        }
    }
}

/// Keeps every definition of each pipeline: by version, then occurredAt, then position.
struct PipelineDefinitionFold: EntityFold {
    static let number: UInt8 = 1

    let types = [PipelineDefined.eventType]
    let entityKind = "pipeline"
    let order = FoldOrder.any
    let defines = true

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout PipelineDefinitionState) throws {
        state.define(try event.message(PipelineDefined.self), event)
    }

    func contribute(_ state: PipelineDefinitionState, of entity: Tag, to contributions: inout Contributions) {}
}
