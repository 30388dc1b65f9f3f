import EventLog
import Logging
import Rapport
import Sealing

extension DataDirectory {
    private static var logger: Logger { Logger(label: "rapport.keys") }

    /// What is told where keys are needed and there are none.
    private var noKeys: CommandFailure {
        CommandFailure(
            .notFound,
            "\(path): no key store here; expected one, which the first personal value makes. If there were personal "
                + "values, `rapport keys restore` brings back a backup of their keys")
    }

    /// - Throws: ``CommandFailure`` when there is no log, or no key store beside it.
    private func requireKeys() throws {
        try requireLog()
        guard KeyStore.isThere(in: path) else { throw noKeys }
    }

    /// Lends the key store that is here as it is, and its log, for reading.
    func readingKeys<Result>(
        _ masterKey: MasterKeySource, _ body: (KeyStore, EventLog) throws -> Result
    ) throws -> Result {
        try requireKeys()
        let log = try EventLog(at: path, options: EventLogOptions(readOnly: true))
        defer { log.close() }
        let store = try KeyStore(
            in: path, logID: log.logID, masterKey: masterKey, creating: false, readOnly: true, logger: Self.logger)
        defer { store.close() }
        return try body(store, log)
    }

    /// Lends the key store that is here, and its log. Erasures of the log that it did not know of are carried out
    /// before.
    func withKeys<Result>(
        _ masterKey: MasterKeySource, _ body: (KeyStore, EventLog) throws -> Result
    ) throws -> Result {
        try requireKeys()
        return try withPersonalData(masterKey) { personal, log in
            try personal.replayErasures(in: log)
            return try body(keys(of: personal), log)
        }
    }

    /// Lends what opens the personal values of the log that is here, and the log.
    func withPersonalData<Result>(
        _ masterKey: MasterKeySource, _ body: (PersonalData, EventLog) throws -> Result
    ) throws -> Result {
        try requireLog()
        let log = try EventLog(at: path)
        defer { log.close() }
        let personal = PersonalData(of: log, masterKey: masterKey, logger: Self.logger)
        defer { personal.close() }
        return try body(personal, log)
    }

    /// The key store, which must be there.
    func keys(of personal: PersonalData) throws -> KeyStore {
        guard let store = try personal.keyStore() else { throw noKeys }
        return store
    }
}
