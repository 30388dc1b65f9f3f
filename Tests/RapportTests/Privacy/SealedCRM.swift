import EventLog
import Logging
import Rapport
import Sealing
import Synchronization
import SwiftProtobuf
import TestSupport

/// A data directory whose personal values are sealed under a master key of its own.
struct SealedCRM {
    let directory: TemporaryDirectory
    /// What was logged as an error, one line each.
    let alarms = Alarms()

    init() throws { directory = try TemporaryDirectory() }

    /// Opens it.
    ///
    /// - Parameter keyByte: other ones are other master keys.
    func opened(keyByte: UInt8 = 7) throws -> Rapport {
        let key = try LocalMasterKey(bytes: [UInt8](repeating: keyByte, count: 32), name: "test")
        let logger = Logger(label: "rapport") { [alarms] _ in AlarmHandler(alarms: alarms) }
        return try Rapport(at: directory.path, masterKey: .key(key), logger: logger)
    }

    /// The registration of a customer by name.
    static func registered(_ id: String, _ name: String) throws -> NewEvent {
        let customer = try EntityTag.customer(id)
        return try NewEvent(
            CustomerRegistered.with { $0.channel = "shop" }, about: [customer],
            personal: CustomerRegisteredPersonal.with { $0.displayName = name }, of: customer)
    }

    /// The erasure of a customer, as far as the log goes: the keys stay.
    static func erased(_ id: String) throws -> NewEvent {
        let customer = try EntityTag.customer(id)
        return try NewEvent(SubjectErased.with { $0.subjectIds = [customer.text] }, about: [customer])
    }

    /// A restriction that begins or ends now.
    static func restricted(_ id: String, isOn: Bool = true, until: Timestamp? = nil) throws -> NewEvent {
        let customer = try EntityTag.customer(id)
        let message = ProcessingRestricted.with { message in
            message.subjectID = customer.text
            message.isOn = isOn
            message.untilUs = until?.microseconds ?? 0
        }
        return try NewEvent(message, about: [customer])
    }

    /// The name that the personal part about a customer gives.
    static func name(in event: OpenedEvent, of id: String) throws -> String? {
        try event.part(of: "customer:\(id)").map { try CustomerRegisteredPersonal(serializedBytes: $0).displayName }
    }
}

/// Lines that were logged as errors.
final class Alarms: Sendable {
    private let lines = Mutex<[String]>([])

    var heard: [String] { lines.withLock { $0 } }

    func hear(_ line: String) { lines.withLock { $0.append(line) } }
}

private struct AlarmHandler: LogHandler {
    let alarms: Alarms
    var logLevel = Logger.Level.error
    var metadata = Logger.Metadata()
    var metadataProvider: Logger.MetadataProvider?

    init(alarms: Alarms) { self.alarms = alarms }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let subject = event.metadata?["subject"].map { " \($0)" } ?? ""
        alarms.hear("\(event.message)" + subject)
    }
}
