extension Money {
    /// An amount in minor units (cents, fen, yen) of an ISO 4217 currency.
    public init(_ minorUnits: Int64, _ currency: String) {
        self.init()
        self.minorUnits = minorUnits
        self.currency = currency
    }
}
