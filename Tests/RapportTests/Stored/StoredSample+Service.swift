extension StoredSample {
    /// A desk that works on Mondays, and what it promises: saved, and given up.
    static let serviceLevels = [
        StoredSample(
            "WorkingCalendarDefined", "calendar:desk",
            data: #"{"calendarId":"desk","version":1,"definition":"{\"calendar\":\"desk\",\"hours\":{"#
                + #"\"monday\":[\"09:00-12:30\",\"13:30-18:00\"]},\"zone\":\"Europe/Berlin\"}"}"#),
        StoredSample(
            "ServiceLevelDefined", "service-level:gold",
            data: #"{"serviceLevelId":"gold","version":2,"definition":"{\"calendar\":\"desk\",\"pauses_on\":"#
                + #"\"customer\",\"service_level\":\"gold\",\"targets\":[{\"clock\":\"business\","#
                + #"\"metric\":\"resolution\",\"within\":\"8 h\"}]}"}"#),
        StoredSample(
            "ServiceLevelRetired", "service-level:gold", data: #"{"serviceLevelId":"gold","reason":"replaced"}"#),
    ]

    /// What a call about a case has cost.
    static let serviceCosts = [
        StoredSample(
            "ServiceCostAttributed", "customer:C-1", "case:CA-1",
            data: #"{"customerId":"C-1","amount":{"minorUnits":"1250","currency":"EUR"},"driver":"call","#
                + #""causeRef":"case:CA-1"}"#)
    ]
}
