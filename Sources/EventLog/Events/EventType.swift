internal import LMDB

/// The name of a kind of event: `rapport.crm.v1.LeadCaptured`, or an integrator's own.
public struct EventType: Hashable, Sendable {
    /// 1 to 128 bytes of UTF-8 without white space or control characters.
    public let name: String

    /// A type name as given by a caller or a file.
    ///
    /// - Throws: ``InvalidEvent`` when it is empty, too long or holds white space or control characters.
    public init(_ name: String) throws(InvalidEvent) {
        guard !name.isEmpty else { throw InvalidEvent("a type name must not be empty") }
        guard name.utf8.count <= Limits.typeNameBytes else {
            throw InvalidEvent(
                "type name \(name.prefix(40))... has \(name.utf8.count) bytes; at most \(Limits.typeNameBytes) fit")
        }
        guard !name.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
            throw InvalidEvent("type name \(name.debugDescription) holds white space or a control character")
        }
        self.name = name
    }

    /// A type name known to be well-formed: read back from the log, or a constant of the catalogue.
    package init(unchecked name: String) {
        self.name = name
    }
}

extension EventType {
    /// Byte for byte, as the log compares them.
    public static func == (left: EventType, right: EventType) -> Bool {
        left.name.sameBytes(as: right.name)
    }

    public func hash(into hasher: inout Hasher) {
        for byte in name.utf8 { hasher.combine(byte) }
    }
}

extension EventType: CustomStringConvertible {
    public var description: String { name }
}
