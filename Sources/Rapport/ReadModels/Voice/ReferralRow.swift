internal import EventLog
internal import LMDB
internal import Projection

/// A referral as a row. Who sent somebody, and when, stand in the key, as ``VoiceRow/key(_:at:of:_:)`` makes it.
///
/// | bytes | what |
/// |---|---|
/// | text | the opaque id of who was sent, a customer or a lead; empty where none was given |
enum ReferralRow {
    static func make(_ referral: VoiceState.Referral) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(prefixed: referral.referee)
        return bytes
    }

    /// Who was sent.
    static func referee(_ row: RawSpan) throws -> String {
        var reader = ByteReader(row)
        return try reader.text()
    }
}

/// What serving a customer has cost, as a row. The customer and the time stand in the key, as
/// ``VoiceRow/key(_:at:of:_:)`` makes it.
///
/// | bytes | what |
/// |---|---|
/// | 1 | whether there is an amount, with: |
/// | text | its currency |
/// | zigzag | minor units |
/// | text | what made it cost, as a short code; empty where nothing was said |
enum ServiceCostRow {
    static func make(_ cost: VoiceState.Cost) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(cost.amount)
        bytes.append(prefixed: cost.driver)
        return bytes
    }

    /// The amount, nil where nobody knows it, and what made it cost.
    static func read(_ row: RawSpan) throws -> (amount: VoiceState.Amount?, driver: String) {
        var reader = ByteReader(row)
        return (try VoiceState.Amount(ifPresentIn: &reader), try reader.text())
    }
}
