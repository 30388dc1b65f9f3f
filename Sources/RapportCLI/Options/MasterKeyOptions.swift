import ArgumentParser
import Sealing

/// Which master key opens the key store.
struct MasterKeyOptions: ParsableArguments {
    @Option(
        name: .customLong("master-key"),
        help: ArgumentHelp(
            """
            The file with the master key. Without it, RAPPORT_MASTER_KEY or RAPPORT_MASTER_KEY_FILE in the \
            environment, or ~/.config/rapport/master.key.
            """, valueName: "file"),
        completion: .file())
    var file: String?

    /// Where the master key comes from.
    var source: MasterKeySource {
        guard let file else { return .standard }
        return .file(file)
    }
}
