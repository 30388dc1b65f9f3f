import Audit
import EventLog
import Foundation
import LMDB
import Projection
import Rapport
import Sealing
import Transparency

/// What the exit code of `rapport` says, for scripts. 0 is success, and 64 a wrong command line (from ArgumentParser).
enum ExitStatus: Int32, Sendable {
    /// Anything that no other code stands for.
    case failure = 1
    /// What was asked for is not there: a data directory, file, customer, position, pipeline, dimension or the like.
    case notFound = 2
    /// What was asked contradicts what is there: an append its condition or an id, a backup or restore the log or the
    /// folder, an answer that is asked for again the one that was given.
    case conflict = 3
    /// The log, or a file of it, is damaged, not one this program reads, or not what was signed; or a proof fails.
    case damaged = 4
    /// The disk is full.
    case full = 5
    /// What was given to append or import, or what was asked, is not well-formed.
    case badInput = 6
    /// The read model that answers is not there yet, or has stopped.
    case unavailable = 7
    /// The data directory may not be written, or not be read.
    case notPermitted = 8
    /// Ended by SIGINT: 128 and the signal's number, as shells have it.
    case interrupted = 130
    /// Ended by SIGTERM.
    case terminated = 143
}

// MARK: - From errors

extension ExitStatus {
    /// The status that an error of any layer stands for.
    init(of error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure.status
        case let error as AppendError: self.init(append: error)
        case let error as LMDBError: self.init(storage: error.kind)
        case is DamagedLog, is DamagedBackup, is UnreadableLog, is DamagedPart: self = .damaged
        case is TamperedLog, is DamagedTree, is DamagedCheckpoints: self = .damaged
        case let refusal as SigningRefusal: self.init(signing: refusal)
        case let tree as TreeUnavailable: self.init(tree: tree.reason)
        case let refusal as ProofRefusal: self.init(proof: refusal)
        case let bundle as RefusedBundle: self.init(bundle: bundle.reason)
        case let refusal as CopyRefusal: self.init(copy: refusal)
        case let refusal as MasterKeyRefusal: self.init(masterKey: refusal.reason)
        case let refusal as KeyStoreRefusal: self.init(keyStore: refusal.reason)
        case is ErasedSubject, is NotErased: self = .conflict
        case let refusal as ErasureRefused: self.init(erasure: refusal)
        case is UnknownSubject: self = .notFound
        case is UnreadableEvent: self = .damaged
        case is ReceiptDelayed: self = .unavailable
        case is MalformedCertificate: self = .badInput
        case is UnusableKeyName: self = .badInput
        case is UnopenedPart: self = .damaged
        case is TileExportRefusal: self = .conflict
        case is NoteError, is ProofError, is MalformedOpening, is MalformedBundle: self = .badInput
        case let refusal as BackupRefusal: self = refusal.reason == .busy ? .unavailable : .conflict
        case let refusal as RestoreRefusal: self.init(restore: refusal)
        case is InvalidEvent, is UnfitEvent, is MalformedLine, is ImportMappingError, is ImportFileError:
            self = .badInput
        case is MixedScales, is UnknownTimeZone, is ForeignCursor, is EmptySearch, is EmptyIdentifier,
            is NoFlowByCustomer, is ReversedWaterfallPeriod, is FunnelDefinitionError, is NotTwoGroups,
            is InvalidForecast, is InvalidRepeatRule,
            is InvalidLoyaltyHorizon, is InvalidLoyaltyScore, is UnknownProperty, is UnreadableProperty:
            self = .badInput
        case is UnknownFunnel, is UnknownGroup, is UnknownStep: self = .notFound
        case is ServiceLevelError, is WorkingCalendarError, is WorkingTimeError: self = .badInput
        case is UnknownServiceLevel, is UnknownCalendar: self = .notFound
        case is InvalidRetentionDays, is InvalidPeriodsApart, is InvalidSilence, is InvalidRFMQuestion,
            is InvalidLifetimeQuestion, is InvalidTotalValueQuestion, is LifetimeError, is SeveralCurrencies:
            self = .badInput
        case is UnknownCurrency: self = .notFound
        case let refusal as MergeRefusal: self.init(merge: refusal)
        case is IdentityRulesError: self = .badInput
        case is IdentityRulesVersionRefused: self = .conflict
        case let refusal as CorrectionRefusal: self.init(correction: refusal)
        case let refusal as ImportRevertRefusal: self.init(revert: refusal)
        case let refusal as DuplicateRefusal: self.init(duplicate: refusal)
        case is ProjectionUnavailable, is ProjectionFailure: self = .unavailable
        case is UnknownMoment: self = .notFound
        case let error as CocoaError where error.code == .fileWriteOutOfSpace: self = .full
        case let error as CocoaError
        where [.fileWriteNoPermission, .fileReadNoPermission, .fileWriteVolumeReadOnly].contains(error.code):
            self = .notPermitted
        default: self = .failure
        }
    }

    private init(append error: AppendError) {
        switch error {
        case .conflict, .idTaken, .idTwice, .someKnown: self = .conflict
        case .afterBeyondHead, .invalid: self = .badInput
        case .closed: self = .unavailable
        case .readOnly: self = .notPermitted
        }
    }

    private init(restore refusal: RestoreRefusal) {
        switch refusal {
        case .noBackup, .beyondEnd, .beforeFirst: self = .notFound
        case .occupied, .needsFork: self = .conflict
        case .busy: self = .unavailable
        }
    }

    private init(signing refusal: SigningRefusal) {
        switch refusal.reason {
        case .noKey: self = .notFound
        case .keyInDataDirectory, .keyReadableByOthers, .unreadable, .readOnlyLog: self = .notPermitted
        case .busy: self = .unavailable
        case .malformedKey, .differentNames: self = .badInput
        case .malformedLast: self = .damaged
        case .keyExists, .beyondTree, .smallerThanLast, .disagrees: self = .conflict
        }
    }

    private init(masterKey reason: MasterKeyRefusal.Reason) {
        switch reason {
        case .noKey: self = .notFound
        case .keyExists, .wrongKey: self = .conflict
        case .malformed: self = .badInput
        case .readableByOthers, .inDataDirectory, .unreadable: self = .notPermitted
        }
    }

    private init(keyStore reason: KeyStoreRefusal.Reason) {
        switch reason {
        case .notThere, .noBackup: self = .notFound
        case .alreadyThere, .occupied, .otherLog: self = .conflict
        case .unknownFormat, .damaged: self = .damaged
        case .inDataDirectory, .readOnly: self = .notPermitted
        case .closed: self = .unavailable
        }
    }

    private init(erasure refusal: ErasureRefused) {
        switch refusal {
        case .unknown: self = .notFound
        case .legalHold, .alreadyErased: self = .conflict
        case .busy: self = .unavailable
        }
    }

    private init(merge refusal: MergeRefusal) {
        switch refusal {
        case .unknown, .noSuchField, .unknownMerge, .notOnePerson, .badException(_, .notInLog): self = .notFound
        case .erased, .alreadyOnePerson, .reviewedAsDifferent, .tooManyIDs, .alreadyUnmerged: self = .conflict
        case .sameID, .badFieldChoice, .severalMerges, .badException(_, .noSide): self = .badInput
        case .badException: self = .conflict
        case .busy: self = .unavailable
        }
    }

    private init(correction refusal: CorrectionRefusal) {
        switch refusal {
        case .noSuchPosition: self = .notFound
        case .notCorrectable, .unfit: self = .badInput
        case .alreadyAnnulled, .annulled, .notCorrected, .unchanged, .erased: self = .conflict
        case .busy: self = .unavailable
        }
    }

    private init(revert refusal: ImportRevertRefusal) {
        switch refusal {
        case .unknown: self = .notFound
        case .alreadyReverted, .partlyReverted, .nothingToRevert, .uncorrectable, .tooManyKept: self = .conflict
        case .busy: self = .unavailable
        }
    }

    private init(duplicate refusal: DuplicateRefusal) {
        switch refusal {
        case .unknown: self = .notFound
        case .wrongKind, .sameID, .noEnd, .needlessEnd: self = .badInput
        case .erased, .onePerson: self = .conflict
        case .busy: self = .unavailable
        }
    }

    private init(proof refusal: ProofRefusal) {
        switch refusal {
        case .beyondCheckpoint, .noSuchPosition: self = .notFound
        case .beyondLog, .disagrees: self = .conflict
        case .behind: self = .notPermitted
        case .nothingSelected, .malformedSubject: self = .badInput
        }
    }

    private init(bundle reason: RefusedBundle.Reason) {
        switch reason {
        case .signature, .event, .range, .changed, .differs: self = .damaged
        case .selection, .withheld, .otherLog: self = .conflict
        }
    }

    private init(tree reason: TreeUnavailable.Reason) {
        switch reason {
        case .readOnly: self = .notPermitted
        case .beyondHead: self = .notFound
        case .heldElsewhere: self = .unavailable
        }
    }

    private init(copy refusal: CopyRefusal) {
        switch refusal {
        case .inUse: self = .unavailable
        case .backup, .gap: self = .conflict
        case .recordedEarlier: self = .damaged
        }
    }

    private init(storage kind: LMDBError.Kind) {
        switch kind {
        case .diskFull: self = .full
        case .truncated, .foreign, .corrupted, .missingDatabase: self = .damaged
        case .readOnly, .system(EACCES), .system(EPERM), .system(EROFS): self = .notPermitted
        default: self = .failure
        }
    }
}
