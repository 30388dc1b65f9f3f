import Foundation
import LMDB
import Transparency

/// Keys and notes made by other programs.
enum SampleNotes {
    /// The example of C2SP signed-note.
    static let exampleKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    static let example = """
        This is an example message.

        — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

        """

    /// The example of Go's package `sumdb/note`.
    static let goSigningKey =
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    static let goKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    static let goExample = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

        """

    /// A log whose key has the seed 00 01 02 ... 1f.
    static let logSigningKey =
        "PRIVATE+KEY+crm.example/acme+30729f0e+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
    static let logKey = "crm.example/acme+30729f0e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    /// A witness whose key has the seed 20 21 22 ... 3f: its key for cosignatures, and the same key for notes.
    static let witnessKey = "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
    static let witnessNoteKey = "witness.example/w1+484bc619+ASmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
    /// When the witness saw the checkpoint.
    static let witnessTime: UInt64 = 1_679_315_147
    /// The checkpoint of the reference tree of eight leaves, signed by the log and the witness.
    static let checkpoint = """
        crm.example/acme
        8
        XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=

        — crm.example/acme \
        MHKfDmSXSRiBgrNgI8Z8woxnWWPbT/cWE4SBn3gb/+4vrlSVqFpZF9vX5p15LUGvP28wWUMEZKNcxuY1PbutaG76mA8=
        — witness.example/w1 \
        IDJKvgAAAABkGFDLGIJMwIqV3YB8xDZ60z1j2+g19DV8K4AD1UhFsWDmHqzJzx4Kx7Z9dU89M7y5w1IXs/J51PjhD3t1b/1XjIBPCw==

        """

    /// The text of a key as the specification puts it together: its id is right whatever the other parts are.
    static func keyText(name: String, algorithm: UInt8, key: [UInt8]) -> String {
        let material = [algorithm] + key
        let hashed = Array(name.utf8) + [0x0A] + material
        let id = Hash256.sha256(of: hashed.rawSpan).hex.prefix(8)
        return "\(name)+\(id)+\(Data(material).base64EncodedString())"
    }

    /// The same for a key of as many bytes, all the same.
    static func keyText(name: String, algorithm: UInt8, keyBytes: Int) -> String {
        keyText(name: name, algorithm: algorithm, key: [UInt8](repeating: 7, count: keyBytes))
    }
}
