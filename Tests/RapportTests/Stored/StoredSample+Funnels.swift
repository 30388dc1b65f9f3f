extension StoredSample {
    /// U-1 sells in the north.
    static let users = [
        StoredSample(
            "UserAssigned", "user:U-1", data: #"{"userId":"U-1","team":"inside-sales","territory":"north"}"#)
    ]

    /// Who gets from a lead to a deal that is won: saved, and given up.
    static let funnels = [
        StoredSample(
            "FunnelDefined", "funnel:sale",
            data: #"{"funnelId":"sale","version":2,"definition":"{\"funnel\":\"sale\",\"steps\":["#
                + #"{\"event\":\"LeadCaptured\",\"name\":\"lead\"},{\"event\":\"OpportunityWon\",\"name\":\"won\"}],"#
                + #"\"window\":\"30 d\"}"}"#),
        StoredSample("FunnelRetired", "funnel:sale", data: #"{"funnelId":"sale","reason":"replaced"}"#),
    ]
}
