import ArgumentParser
import Foundation
import Sealing

/// `rapport keys new`: a new master key.
struct KeysNewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a master key.",
        discussion: """
            The file is for its owner only (0600), and a file that is there is never replaced. It is refused within a \
            data directory, whose copies would hold it.

              rapport keys new /etc/rapport/master.key

            Without the master key nobody reads the personal values that were appended with it: no backup of the data \
            helps. Keep a copy at a safe place, apart from the data and from the backups of the keys. A master key \
            that is in use is changed by `rapport keys rotate`, never by another file in its place.
            """)

    @Argument(help: "The file to make.", completion: .file())
    var file: String

    func validate() throws {
        guard !file.isEmpty else { throw ValidationError("Give the file to make, not nothing.") }
    }

    func run() async throws {
        // What holds for a key that signs holds here, too: nothing is replaced, and no copy of the data holds it.
        try SigningKeyFile(path: file).requireRoom()
        try LocalMasterKey.make(at: file)
        try Output.print(
            """
            \(file) holds a new master key, for its owner only.
            Whoever loses it loses every personal value that is sealed with it: no backup of the data helps.
            Keep a copy at a safe place, apart from the data. Programs find it by
              export RAPPORT_MASTER_KEY_FILE=\(URL(filePath: file).standardizedFileURL.path)
            """)
    }
}
