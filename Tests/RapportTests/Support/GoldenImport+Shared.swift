import EventLog
import Glibc
import Projection
import Rapport
import Synchronization

/// A public data set that several tests ask, by the name of its mapping.
enum GoldenDataSet: String, Sendable {
    case maven, sfo, helpdesk, olist, cdnow

    /// Its files, in the order in which they are imported.
    fileprivate func files() throws -> [String] {
        switch self {
        case .maven: ["accounts.csv", "sales_pipeline.csv"].map { GoldenDataSets.path("maven_crm", $0) }
        case .sfo: try GoldenDataSets.files(of: "sfo_survey", ending: ".csv")
        case .helpdesk: [GoldenDataSets.path("helpdesk_italian", "helpdesk.csv")]
        case .olist:
            ["olist_marketing_qualified_leads_dataset.csv", "olist_closed_deals_dataset.csv"]
                .map { GoldenDataSets.path("olist_funnel", $0) }
        case .cdnow: ["CDNOW_master.txt", "CDNOW_sample.txt"].map { GoldenDataSets.path("cdnow", $0) }
        }
    }
}

extension GoldenImport {
    /// One import of each data set that was asked for; the first who asks begins it, and the others wait.
    private static let imports = Mutex<[GoldenDataSet: Task<GoldenImport, any Error>]>([:])

    /// Nobody knows which test is the last: the CRMs are closed, and their folders removed, when the process ends.
    private static let releasesAtExit = atexit { GoldenImport.releaseAll() }

    /// All of a data set, imported once for all tests of the process, with all rows built. They only read it: whoever
    /// appends imports a CRM of its own.
    static func shared(_ set: GoldenDataSet) async throws -> GoldenImport {
        _ = releasesAtExit
        let task = imports.withLock { imports -> Task<GoldenImport, any Error> in
            if let task = imports[set] { return task }
            let task = Task { try await GoldenImport.followed(set) }
            imports[set] = task
            return task
        }
        return try await task.value
    }

    private static func followed(_ set: GoldenDataSet) async throws -> GoldenImport {
        let done = try await imported(set.rawValue, try set.files())
        let projections = done.folder.crm.projections
        try await projections.wait(for: done.folder.head, of: projections.names, seconds: 120)
        return done
    }

    private static func releaseAll() { imports.withLock { $0.removeAll() } }
}
