extension StoredSample {
    /// C-3 was taken for C-1, and is not.
    static let identity = [
        StoredSample(
            "CustomersMerged", "customer:C-1", "customer:C-3",
            data: #"{"survivorId":"C-1","absorbedId":"C-3","rule":"same-phone","rulesVersion":1,"#
                + #""evidence":["01900000-0000-7000-8000-000000000002"],"#
                + #""fieldChoice":[{"field":"city","side":"MERGE_SIDE_ABSORBED"}],"scoreBp":9500,"reason":"phone"}"#),
        StoredSample(
            "CustomersUnmerged", "customer:C-1", "customer:C-3",
            data: #"{"mergeEventId":"01900000-0000-7000-8000-000000000034","survivorId":"C-1","absorbedId":"C-3","#
                + #""reason":"brothers","rule":"same-phone","#
                + #""exceptions":[{"eventId":"01900000-0000-7000-8000-000000000004","side":"MERGE_SIDE_ABSORBED"}]}"#),
        StoredSample(
            "DuplicateReviewed", "customer:C-1", "customer:C-3",
            data: #"{"first":"customer:C-1","second":"customer:C-3","scoreBp":8800,"#
                + #""decision":"DUPLICATE_DECISION_SNOOZED","untilUs":"1514764800000000","reason":"to be asked"}"#),
        StoredSample(
            "IdentityRulesSet", "identity:rules",
            data: #"{"version":1,"rules":[{"type":"IDENTIFIER_TYPE_EXTERNAL_ID","source":"form","priority":2,"#
                + #""limit":3,"windowDays":365,"doesNotMerge":true}],"#
                + #""blocked":[{"type":"IDENTIFIER_TYPE_EMAIL","value":"*@example.com"}],"#
                + #""neverMergeIdentified":true,"fieldChoice":[{"field":"city","side":"MERGE_SIDE_SURVIVOR"}]}"#),
    ]

    private static let importHash = String(repeating: "0123456789abcdef", count: 4)

    /// The city and the name of C-1 are put right: the data and the part are those of a `CustomerProfileChanged`. An
    /// import is taken back.
    static let corrections = [
        StoredSample(
            "EventCorrected", "customer:C-1",
            data: #"{"eventId":"01900000-0000-7000-8000-000000000001","kind":"CORRECTION_KIND_AMEND","#
                + #""data":"CgNDLTESDAoEY2l0eRIEQm9ubg==","schemaRevision":1,"tags":["customer:C-1"],"#
                + #""occurredAtUs":"1483228800000000","reason":"typing"}"#,
            personal: #"{"data":"ChEKBG5hbWUSCeeOi+S4reaYjg=="}"#),
        StoredSample(
            "ImportStarted", "import:imp-0123456789abcdef",
            data: #"{"importId":"imp-0123456789abcdef","source":"shop","#
                + #""files":[{"name":"orders.csv","sha256":"\#(importHash)","bytes":"2048"}],"#
                + #""mappingSha256":"\#(importHash)"}"#),
        StoredSample(
            "ImportCompleted", "import:imp-0123456789abcdef",
            data: #"{"importId":"imp-0123456789abcdef","rows":"100","badRows":"1","appended":"97","#
                + #""alreadyThere":"2","changedRows":"3"}"#),
        StoredSample(
            "ImportReverted", "import:imp-0123456789abcdef",
            data: #"{"importId":"imp-0123456789abcdef","reason":"wrong file","#
                + #""kept":[{"eventId":"01900000-0000-7000-8000-000000000015","reason":"edited since"}]}"#),
    ]
}
