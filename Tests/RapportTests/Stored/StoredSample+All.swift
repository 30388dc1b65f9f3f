extension StoredSample {
    static let customers = [
        StoredSample(
            "CustomerRegistered", "customer:C-1",
            data: #"{"customerId":"C-1","kind":"CUSTOMER_KIND_PERSON","channel":"shop","#
                + #""organisationName":"Müller GmbH","attributes":[{"name":"region","value":"north"}]}"#,
            personal: #"{"displayName":"王小明","identifiers":[{"type":"IDENTIFIER_TYPE_PHONE","#
                + #""value":"+49 30 5550100","source":"form"}]}"#),
        StoredSample(
            "CustomerProfileChanged", "customer:C-1",
            data: #"{"customerId":"C-1","changes":[{"field":"city","value":"Köln","precision":"exact","#
                + #""evidence":"letter"}],"reason":"moved"}"#,
            personal: #"{"changes":[{"field":"name","value":"王大明","precision":"exact","evidence":"passport"}]}"#),
        StoredSample(
            "IdentifierLinked", "customer:C-1",
            data: #"{"customerId":"C-1","type":"IDENTIFIER_TYPE_EMAIL","rule":"same-phone","confidenceBp":9500}"#,
            personal: #"{"identifier":{"type":"IDENTIFIER_TYPE_EMAIL","value":"wang@example.org","source":"web"}}"#),
        StoredSample(
            "IdentifierUnlinked", "customer:C-1",
            data: #"{"customerId":"C-1","linkEventId":"01900000-0000-7000-8000-000000000002","reason":"mistake"}"#),
        StoredSample(
            "InteractionLogged", "customer:C-1",
            data: #"{"interactionId":"I-1","customerId":"C-1","channel":"phone","#
                + #""direction":"INTERACTION_DIRECTION_OUTBOUND","purpose":"INTERACTION_PURPOSE_ASK","#
                + #""durationMs":"93000","counterpart":"U-1","documentRef":"D-1"}"#,
            personal: #"{"summary":"asked when the boat comes"}"#),
        StoredSample(
            "TouchpointRecorded", "customer:C-1",
            data: #"{"customerId":"C-1","name":"page","channel":"web","session":"V-9","page":"/offers","#
                + #""campaign":"spring","properties":[{"name":"device","value":"phone"}]}"#),
    ]

    static let leads = [
        StoredSample(
            "LeadCaptured", "lead:L-1",
            data: #"{"leadId":"L-1","source":"fair","medium":"card","form":"F-1","organisationName":"Müller GmbH","#
                + #""payloadRef":"P-1","attributes":[{"name":"size","value":"small"}]}"#,
            personal: #"{"displayName":"Ada","identifiers":[{"type":"IDENTIFIER_TYPE_EMAIL","#
                + #""value":"ada@example.org","source":"card"}]}"#),
        StoredSample(
            "LeadScored", "lead:L-1",
            data: #"{"leadId":"L-1","model":"fit","version":2,"scoreBp":7300,"#
                + #""factors":[{"name":"size","value":"20"}]}"#),
        StoredSample(
            "LeadAssigned", "lead:L-1",
            data: #"{"leadId":"L-1","to":"U-1","rule":"region","respondByUs":"1487592000000000"}"#),
        StoredSample(
            "LeadQualified", "lead:L-1",
            data: #"{"leadId":"L-1","framework":"BANT","answers":[{"name":"budget","value":"yes"}]}"#),
        StoredSample(
            "LeadDisqualified", "lead:L-2",
            data: #"{"leadId":"L-2","reason":"no budget","recycleAt":{"date":"2017-09-01","#
                + #""timeZone":"Europe/Berlin"}}"#),
        StoredSample(
            "LeadConverted", "lead:L-1",
            data: #"{"leadId":"L-1","customerId":"C-1","opportunityId":"O-1","isExistingOpportunity":true}"#),
    ]

    static let deals = [
        StoredSample(
            "PipelineDefined", "pipeline:sales",
            data: #"{"pipelineId":"sales","version":1,"stages":[{"id":"lead","order":1,"probabilityBp":1000,"#
                + #""forecastCategory":"pipeline","rotAfterMs":"864000000"},{"id":"offer","order":2}]}"#),
        StoredSample(
            "OpportunityOpened", "opportunity:O-1", "customer:C-1",
            data: #"{"opportunityId":"O-1","customerId":"C-1","pipelineId":"sales","pipelineVersion":1,"#
                + #""stage":"lead","amount":{"minorUnits":"120000","currency":"EUR"},"#
                + #""closeDate":{"date":"2017-06-30","timeZone":"Europe/Berlin"},"origin":"fair","owner":"U-1","#
                + #""attributes":[{"name":"product","value":"boat"}]}"#),
        StoredSample(
            "OpportunityStageChanged", "opportunity:O-1",
            data: #"{"opportunityId":"O-1","fromStage":"lead","toStage":"offer","reason":"asked","#
                + #""evidence":"D-2"}"#),
        StoredSample(
            "OpportunityAmountRevised", "opportunity:O-1",
            data: #"{"opportunityId":"O-1","from":{"minorUnits":"120000","currency":"EUR"},"#
                + #""to":{"minorUnits":"130000","currency":"EUR"}}"#),
        StoredSample(
            "OpportunityCloseDateMoved", "opportunity:O-1",
            data: #"{"opportunityId":"O-1","from":{"date":"2017-06-30","timeZone":"Europe/Berlin"},"#
                + #""to":{"date":"2017-07-31","timeZone":"Europe/Berlin"},"reason":"holiday"}"#),
        StoredSample(
            "OpportunityOwnerChanged", "opportunity:O-1",
            data: #"{"opportunityId":"O-1","from":"U-1","to":"U-2"}"#),
        StoredSample(
            "OpportunityWon", "opportunity:O-1", "customer:C-1",
            data: #"{"opportunityId":"O-1","amount":{"minorUnits":"130000","currency":"EUR"},"contractId":"K-1"}"#),
        StoredSample(
            "OpportunityLost", "opportunity:O-2", "customer:C-1",
            data: #"{"opportunityId":"O-2","reason":"price","competitor":"X"}"#,
            personal: #"{"note":"his brother sells boats"}"#),
        StoredSample(
            "OpportunityReopened", "opportunity:O-2",
            data: #"{"opportunityId":"O-2","toStage":"lead","reason":"budget"}"#),
    ]

    private static let line =
        #"{"sku":"A","quantityMilli":"2000","net":{"minorUnits":"1000","currency":"EUR"},"#
        + #""cost":{"minorUnits":"600","currency":"EUR"}}"#

    static let orders = [
        StoredSample(
            "OrderPlaced", "order:OR-1", "customer:C-1",
            data: #"{"orderId":"OR-1","customerId":"C-1","lines":[\#(line)],"channel":"web","origin":"O-1","#
                + #""attributes":[{"name":"store","value":"7"}]}"#),
        StoredSample(
            "OrderChanged", "order:OR-1", "customer:C-1",
            data: #"{"orderId":"OR-1","lines":[\#(line),\#(line)],"reason":"one more"}"#),
        StoredSample(
            "OrderCancelled", "order:OR-2", "customer:C-1", data: #"{"orderId":"OR-2","reason":"too late"}"#),
        StoredSample(
            "OrderDelivered", "order:OR-1", "customer:C-1", data: #"{"orderId":"OR-1","parcel":"P-7"}"#),
        StoredSample(
            "OrderReturned", "order:OR-1", "customer:C-1",
            data: #"{"orderId":"OR-1","lines":[\#(line)],"reason":"broken"}"#),
    ]

    static let promises = [
        StoredSample(
            "DeliveryPromised", "order:OR-1", "customer:C-1",
            data: #"{"orderId":"OR-1","promisedAtUs":"1487592000000000","confidenceBp":9000,"#
                + #""replacesUs":"1487505600000000","reason":"weather"}"#)
    ]

    static let cases = [
        StoredSample(
            "CaseOpened", "case:CA-1", "customer:C-1",
            data: #"{"caseId":"CA-1","customerId":"C-1","channel":"phone","category":"delivery","#
                + #""severity":"high","productSerial":"SN-1","attributes":[{"name":"line","value":"boats"}]}"#,
            personal: #"{"text":"my boat leaks"}"#),
        StoredSample(
            "CaseClassified", "case:CA-1", data: #"{"caseId":"CA-1","severity":"low","category":"billing"}"#),
        StoredSample(
            "CaseAssigned", "case:CA-1", data: #"{"caseId":"CA-1","to":"U-1","skill":"boats","queue":"first"}"#),
        StoredSample("CaseResponded", "case:CA-1", data: #"{"caseId":"CA-1","by":"U-1","channel":"mail"}"#),
        StoredSample("CaseWaiting", "case:CA-1", data: #"{"caseId":"CA-1","on":"customer"}"#),
        StoredSample(
            "CaseResolved", "case:CA-1",
            data: #"{"caseId":"CA-1","resolution":"replaced","rootCause":"transport"}"#),
        StoredSample("CaseReopened", "case:CA-1", data: #"{"caseId":"CA-1","reason":"again"}"#),
        StoredSample("CaseClosed", "case:CA-1", data: #"{"caseId":"CA-1","outcome":"solved"}"#),
    ]

    static let voice = [
        StoredSample(
            "SurveyInvited", "survey:S-1", "invitation:IN-1", "customer:C-1",
            data: #"{"surveyId":"S-1","invitationId":"IN-1","customerId":"C-1","channel":"mail","#
                + #""samplingRule":"all","triggerEventId":"01900000-0000-7000-8000-000000000018","#
                + #""dimensions":[{"name":"region","value":"north"}]}"#),
        StoredSample(
            "SurveyAnswered", "survey:S-1", "invitation:IN-1", "customer:C-1",
            data: #"{"surveyId":"S-1","responseId":"R-1","invitationId":"IN-1","customerId":"C-1","#
                + #""answers":[{"question":"recommend","metric":"SURVEY_METRIC_NPS","score":9,"scaleMin":0,"#
                + #""scaleMax":10},{"question":"effort","metric":"SURVEY_METRIC_CES","#
                + #""noAnswer":"NO_ANSWER_NOT_APPLICABLE","scaleMin":1,"scaleMax":7}],"#
                + #""dimensions":[{"name":"region","value":"north"}],"language":"de","latencyMs":"3600000"}"#,
            personal: #"{"text":"very friendly"}"#),
        StoredSample(
            "ComplaintRaised", "customer:C-1",
            data: #"{"complaintId":"CO-1","customerId":"C-1","theme":"delivery","severity":"high","#
                + #""riskClass":"legal","caseId":"CA-1"}"#,
            personal: #"{"text":"still no boat"}"#),
        StoredSample(
            "SuggestionSubmitted", "customer:C-1",
            data: #"{"suggestionId":"SU-1","customerId":"C-1","kind":"need","theme":"boats","#
                + #""estimatedValue":{"minorUnits":"500","currency":"EUR"}}"#,
            personal: #"{"text":"smaller oars"}"#),
        StoredSample(
            "SuggestionDecided", "customer:C-1",
            data: #"{"suggestionId":"SU-1","customerId":"C-1","decision":"SUGGESTION_DECISION_ADOPTED","#
                + #""changeRef":"R-2","estimatedBenefit":{"minorUnits":"400","currency":"EUR"}}"#),
        StoredSample(
            "FeedbackLoopClosed", "customer:C-1",
            data: #"{"customerId":"C-1","ofEventId":"01900000-0000-7000-8000-000000000025","toldVia":"mail"}"#),
        StoredSample(
            "ReferralMade", "customer:C-1",
            data: #"{"customerId":"C-1","refereeId":"C-2","channel":"mail","outcomeRef":"O-3","#
                + #""attributes":[{"name":"campaign","value":"friends"}]}"#),
    ]

    private static let hash = String(repeating: "0123456789abcdef", count: 4)

    static let privacy = [
        StoredSample(
            "ConsentGranted", "customer:C-9",
            data: #"{"subjectId":"customer:C-9","purpose":"marketing","channel":"email","legalBasis":"consent","#
                + #""isSeparate":true,"policyVersion":"2017-01","textSha256":"\#(hash)","evidenceRef":"F-9","#
                + #""expiresAtUs":"1514764800000000"}"#),
        StoredSample(
            "ConsentWithdrawn", "customer:C-9",
            data: #"{"subjectId":"customer:C-9","purpose":"marketing","channel":"email","via":"link","#
                + #""grantEventId":"01900000-0000-7000-8000-000000000029"}"#),
        StoredSample(
            "ProcessingRestricted", "customer:C-9",
            data: #"{"subjectId":"customer:C-9","isOn":true,"scope":"profiling","untilUs":"1514764800000000","#
                + #""lawRef":"GDPR 18(1)(a)"}"#),
        StoredSample(
            "SubjectRequestReceived", "customer:C-9",
            data: #"{"subjectId":"customer:C-9","kind":"SUBJECT_REQUEST_KIND_ERASE","law":"GDPR","#
                + #""identityProof":"login","dueAtUs":"1489536000000000"}"#),
        StoredSample(
            "SubjectRequestFulfilled", "customer:C-9",
            data: #"{"subjectId":"customer:C-9","requestEventId":"01900000-0000-7000-8000-00000000002c","#
                + #""outcome":"partly","artefactSha256":"\#(hash)","#
                + #""refusedParts":[{"reason":"tax","lawRef":"AO 147"}]}"#),
        StoredSample(
            "LegalHoldPlaced", "customer:C-9",
            data: #"{"subjectId":"customer:C-9","matter":"M-1","untilUs":"1514764800000000"}"#),
        StoredSample("LegalHoldReleased", "customer:C-9", data: #"{"subjectId":"customer:C-9","matter":"M-1"}"#),
        StoredSample(
            "RetentionPolicySet", "retention:cases",
            data: #"{"category":"cases","rule":"RETENTION_RULE_KEEP_FOR","days":1095,"lawRef":"BGB 195"}"#),
        StoredSample("PersonalDataAccessed", "customer:C-9", data: #"{"subjectId":"customer:C-9"}"#),
        StoredSample(
            "SubjectErased", "customer:C-9", "lead:L-9",
            data: #"{"subjectIds":["customer:C-9","lead:L-9"],"#
                + #""requestEventId":"01900000-0000-7000-8000-00000000002c","reason":"request","#
                + #""retained":[{"category":"orders","lawRef":"AO 147","untilUs":"1798761600000000"}]}"#),
        StoredSample(
            "KeyDestroyed", "customer:C-9", "lead:L-9",
            data: #"{"erasureEventIds":["01900000-0000-7000-8000-000000000032"],"keyCount":"3","epoch":"2","#
                + #""verified":[{"name":"search","version":3,"position":"51"}]}"#),
    ]
}
