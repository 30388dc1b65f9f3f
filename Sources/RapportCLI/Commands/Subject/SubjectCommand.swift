import ArgumentParser

/// `rapport subject`: the rights of a person.
struct SubjectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subject",
        abstract: "Serve the rights of a person: export, erase, restrict, hold, consent, requests, retention.",
        discussion: """
            A person is named by an id as events have it in tags: C-1 stands for customer:C-1, and lead:L-7 is taken \
            as it is. All ids of a person go together: a lead and the customer that it became.

              rapport subject request C-1 --kind access --law GDPR --data crm
              rapport subject export C-1 --to c-1 --data crm
              rapport subject erase C-1 --dry-run --data crm
              rapport subject certificate C-1 --key acme.key --to c-1.txt --data crm

            What is said of a person by these commands is an event of the log as all others. What a person allows is \
            asked by rapport consent, and which requests are open by rapport requests.
            """,
        subcommands: [
            SubjectExportCommand.self, SubjectEraseCommand.self, SubjectRestrictCommand.self, SubjectHoldCommand.self,
            SubjectRequestCommand.self, SubjectAnswerCommand.self, SubjectConsentCommand.self,
            SubjectRetainCommand.self, SubjectCertificateCommand.self, SubjectCheckCertificateCommand.self,
            SubjectAccessesCommand.self,
        ])
}
