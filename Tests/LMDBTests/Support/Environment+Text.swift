@testable import LMDB

extension WriteTransaction {
    func put(_ value: String, in database: Database, for key: String) throws(LMDBError) {
        try put(Array(value.utf8).rawSpan, in: database, for: Array(key.utf8).rawSpan)
    }

    func append(_ value: String, in database: Database, for key: String) throws(LMDBError) {
        try append(Array(value.utf8).rawSpan, in: database, for: Array(key.utf8).rawSpan)
    }

    func append(_ value: String, in database: Database, for key: UInt64) throws(LMDBError) {
        try append(Array(value.utf8).rawSpan, in: database, for: key)
    }

    func text(for key: String, in database: Database) throws(LMDBError) -> String? {
        guard let found = try value(in: database, for: Array(key.utf8).rawSpan) else { return nil }
        return found.text()
    }
}

extension ReadTransaction {
    func text(for key: String, in database: Database) throws(LMDBError) -> String? {
        guard let found = try value(in: database, for: Array(key.utf8).rawSpan) else { return nil }
        return found.text()
    }

    func text(for key: UInt64, in database: Database) throws(LMDBError) -> String? {
        guard let found = try value(in: database, for: key) else { return nil }
        return found.text()
    }
}

extension Environment {
    /// What a transaction of its own finds under `key`.
    func text(for key: String, in database: Database) throws -> String? {
        let transaction = try beginRead()
        return try transaction.text(for: key, in: database)
    }

    func text(for key: UInt64, in database: Database) throws -> String? {
        let transaction = try beginRead()
        return try transaction.text(for: key, in: database)
    }

    /// Every entry as "key=value", in the order of the walk.
    func entries(of database: Database, backwards: Bool = false) throws -> [String] {
        let transaction = try beginRead()
        var cursor = try transaction.cursor(over: database)
        var entries: [String] = []
        var isOnEntry = try backwards ? cursor.last() : cursor.first()
        while isOnEntry {
            let key = database.hasIntegerKeys ? "\(cursor.integerKey)" : cursor.key.text()
            entries.append("\(key)=\(cursor.value.text())")
            isOnEntry = try backwards ? cursor.previous() : cursor.next()
        }
        return entries
    }
}
