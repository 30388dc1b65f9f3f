/// How many digits of an amount stand behind the decimal point, by currency.
public enum CurrencyDigits {
    /// Decimal digits of the minor unit of `currency`, an ISO 4217 code in capitals: `USD` 2, `JPY` 0, `KWD` 3.
    ///
    /// From ISO 4217 list one as of 2026-01-01. Codes to which the list gives no minor unit, such as gold, have 0: they
    /// are counted whole. Every other code has 2, whether or not the list knows it.
    public static func minorUnitDigits(of currency: String) -> Int {
        switch currency {
        case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
            "XOF", "XPF":
            0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
            3
        case "CLF", "UYW":
            4
        case "XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX":
            0
        default:
            2
        }
    }
}
