import ArgumentParser

/// `rapport keys`: the keys that personal values are sealed with.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Look after the keys that personal values are sealed with.",
        discussion: """
            Personal values stand sealed in the log, under a key for each person and kind of data. These keys are in \
            the folder keys of the data directory, and are sealed themselves: the master key opens them, which lies \
            outside. Erasing a person destroys the keys of this person.

              rapport keys new /etc/rapport/master.key
              export RAPPORT_MASTER_KEY_FILE=/etc/rapport/master.key
              rapport keys status --data crm
              rapport keys backup /mnt/keys/2017-05-31 --data crm

            Whoever loses the master key, or the folder keys without a backup of it, loses every personal value in the \
            log and in all its backups, for ever. Events, counts and totals stay. So keep a copy of the master key at \
            a safe place, and back up the keys: apart from the backups of the log, and no longer than 30 days, since a \
            backup still opens what was erased after it.

            RAPPORT_MASTER_KEY in the environment (base64 of 32 bytes) or RAPPORT_MASTER_KEY_FILE names the master \
            key. Without both it is ~/.config/rapport/master.key, which the first personal value makes.
            """,
        subcommands: [
            KeysNewCommand.self, KeysStatusCommand.self, KeysBackupCommand.self, KeysRestoreCommand.self,
            KeysRotateCommand.self,
        ])
}
