// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {Decision, Marketplace, Ruling, Standing, SubjectKind} from "../types/EnforcementTypes.sol";

/// @title What marketplaces decided about sellers and complainants, and what follows from it.
/// @notice The operator lets marketplaces in, suspends and reinstates them. Everything else is the marketplace's own:
/// its admin sets recorders and policy; its recorders (or the admin) record decisions, strike and reverse. Every strike
/// cites one decision that stands, and every decision carries at most one strike. A strike expires after the days of
/// the policy it was made under; enough live strikes terminate the account, and from then on none of them expires.
/// Reversing a decision on appeal lifts its strike, and the termination too when too few strikes are left. Policies
/// apply to strikes made after them, never backwards. A suspended marketplace can still reverse, and nothing else.
/// Reads never revert for the unknown. Nothing is ever deleted.
interface IEnforcementLedger {
    /// @notice A marketplace was let in. `domain` is the text whose Keccak-256 is `marketplaceId`.
    event MarketplaceRegistered(bytes32 indexed marketplaceId, string domain, address admin);
    /// @notice The operator suspended a marketplace: it can only reverse until it is reinstated.
    event MarketplaceSuspended(bytes32 indexed marketplaceId);
    /// @notice The operator reinstated a suspended marketplace.
    event MarketplaceReinstated(bytes32 indexed marketplaceId);
    /// @notice The admin proposed its successor; the zero address withdraws a proposal.
    event MarketplaceAdminTransferStarted(
        bytes32 indexed marketplaceId, address indexed admin, address indexed pendingAdmin
    );
    /// @notice The proposed admin accepted.
    event MarketplaceAdminTransferred(
        bytes32 indexed marketplaceId, address indexed previousAdmin, address indexed admin
    );
    /// @notice The admin allowed or forbade an account to record, strike and reverse for the marketplace.
    event RecorderSet(bytes32 indexed marketplaceId, address indexed account, bool allowed);
    /// @notice The admin set how many live strikes terminate, and how many days a strike lives.
    event PolicySet(bytes32 indexed marketplaceId, uint8 threshold, uint16 decayDays);
    /// @notice A decision was recorded.
    event DecisionRecorded(
        bytes32 indexed marketplaceId, bytes32 indexed decisionId, bytes32 indexed subject, Ruling ruling
    );
    /// @notice A strike was made that cites the decision; it expires at `expiresAt` (Unix seconds).
    event StrikeRecorded(
        bytes32 indexed marketplaceId,
        bytes32 indexed decisionId,
        bytes32 indexed subject,
        SubjectKind kind,
        uint8 liveStrikes,
        uint48 expiresAt
    );
    /// @notice The strike on this decision was the one that reached the threshold: the account is terminated.
    event AccountTerminated(
        bytes32 indexed marketplaceId, bytes32 indexed decisionId, bytes32 indexed subject, SubjectKind kind
    );
    /// @notice A decision was reversed on appeal; `statementDigest` is that of the reversal's own statement.
    event DecisionReversed(
        bytes32 indexed marketplaceId, bytes32 indexed decisionId, bytes32 indexed subject, bytes32 statementDigest
    );
    /// @notice The live strike on a reversed decision was lifted.
    event StrikeLifted(
        bytes32 indexed marketplaceId,
        bytes32 indexed decisionId,
        bytes32 indexed subject,
        SubjectKind kind,
        uint8 liveStrikes
    );
    /// @notice Reversing this decision left fewer strikes than the threshold: the account is open again.
    event TerminationLifted(
        bytes32 indexed marketplaceId, bytes32 indexed decisionId, bytes32 indexed subject, SubjectKind kind
    );

    /// @notice The text is no lower-case ASCII domain name of at least two labels.
    error EnforcementLedgerBadDomain(string domain);
    /// @notice A marketplace of this domain exists.
    error EnforcementLedgerMarketplaceExists(bytes32 marketplaceId);
    /// @notice There is no such marketplace.
    error EnforcementLedgerUnknownMarketplace(bytes32 marketplaceId);
    /// @notice A marketplace cannot have this account as its admin or recorder.
    error EnforcementLedgerBadAccount(bytes32 marketplaceId, address account);
    /// @notice The caller is not the marketplace's admin.
    error EnforcementLedgerNotAdmin(bytes32 marketplaceId, address caller);
    /// @notice The caller is not the account the admin proposed.
    error EnforcementLedgerNotPendingAdmin(bytes32 marketplaceId, address caller);
    /// @notice The caller is neither a recorder nor the admin of the marketplace.
    error EnforcementLedgerNotAuthorized(bytes32 marketplaceId, address caller);
    /// @notice The marketplace is suspended since the time given (Unix seconds).
    error EnforcementLedgerMarketplaceSuspended(bytes32 marketplaceId, uint48 suspendedAt);
    /// @notice The marketplace is not suspended.
    error EnforcementLedgerNotSuspended(bytes32 marketplaceId);
    /// @notice A threshold or a number of days outside `THRESHOLD_MIN` to `THRESHOLD_MAX`, `DECAY_DAYS_MIN` to
    /// `DECAY_DAYS_MAX`.
    error EnforcementLedgerBadPolicy(uint8 threshold, uint16 decayDays);
    /// @notice A zero decision id, statement digest or subject.
    error EnforcementLedgerBadRuling(bytes32 decisionId, bytes32 statementDigest, bytes32 subject);
    /// @notice The marketplace recorded a decision of this id before, at the time given (Unix seconds).
    error EnforcementLedgerDecisionExists(bytes32 decisionId, uint48 decidedAt);
    /// @notice The marketplace recorded no decision of this id.
    error EnforcementLedgerUnknownDecision(bytes32 decisionId);
    /// @notice The decision was reversed, at the time given (Unix seconds).
    error EnforcementLedgerDecisionReversed(bytes32 decisionId, uint48 reversedAt);
    /// @notice The decision carries a strike already, made at the time given (Unix seconds).
    error EnforcementLedgerAlreadyStruck(bytes32 decisionId, uint48 struckAt);
    /// @notice The account is terminated since the time given (Unix seconds): another strike would change nothing.
    error EnforcementLedgerAlreadyTerminated(bytes32 subject, uint48 terminatedAt);
    /// @notice A reversal without a statement of its own.
    error EnforcementLedgerBadStatement(bytes32 decisionId);

    /// @notice Lets a marketplace in, with the default policy. Operator only.
    /// @param domain The marketplace's domain name: lower-case ASCII, punycode for others.
    /// @param admin Account that will manage the marketplace.
    /// @return marketplaceId Keccak-256 of the domain.
    function registerMarketplace(string calldata domain, address admin) external returns (bytes32 marketplaceId);

    /// @notice Suspends an active marketplace from now on. Operator only.
    function suspendMarketplace(bytes32 marketplaceId) external;

    /// @notice Ends a suspension. Operator only.
    function reinstateMarketplace(bytes32 marketplaceId) external;

    /// @notice Proposes the next admin, or withdraws the proposal with the zero address. Marketplace's admin only.
    function transferMarketplaceAdmin(bytes32 marketplaceId, address pendingAdmin) external;

    /// @notice Takes over the administration. Proposed admin only.
    function acceptMarketplaceAdmin(bytes32 marketplaceId) external;

    /// @notice Says whether an account may record, strike and reverse; saying it again changes nothing.
    /// Marketplace's admin only. The zero address cannot be allowed.
    function setRecorder(bytes32 marketplaceId, address account, bool allowed) external;

    /// @notice Sets the policy for strikes from now on. Marketplace's admin only.
    /// @param marketplaceId The marketplace.
    /// @param threshold Live strikes that terminate an account.
    /// @param decayDays Days (of 86,400 seconds) that a strike lives.
    function setPolicy(bytes32 marketplaceId, uint8 threshold, uint16 decayDays) external;

    /// @notice Records a decision. Recorders and the admin of an active marketplace only.
    /// @param marketplaceId The marketplace.
    /// @param decisionId The marketplace's own id of the decision: not 0, and never used by it before.
    /// @param ruling What was decided, about whom.
    function recordDecision(bytes32 marketplaceId, bytes32 decisionId, Ruling calldata ruling) external;

    /// @notice Strikes the subject of a decision that stands and carries no strike yet, and terminates its account when
    /// that reaches the threshold. Recorders and the admin of an active marketplace only.
    function strike(bytes32 marketplaceId, bytes32 decisionId) external;

    /// @notice Reverses a decision for good; lifts its strike if that is live, and the termination if too few strikes
    /// are left. Recorders and the admin only, of a suspended marketplace too.
    /// @param marketplaceId The marketplace.
    /// @param decisionId A decision that stands.
    /// @param statementDigest Digest of the statement of reasons of the reversal; not 0.
    function reverseDecision(bytes32 marketplaceId, bytes32 decisionId, bytes32 statementDigest) external;

    /// @notice The marketplace; all zero for an unknown one.
    function marketplaceOf(bytes32 marketplaceId) external view returns (Marketplace memory marketplace);

    /// @notice What an account may do for a marketplace.
    /// @return known Whether there is such a marketplace.
    /// @return suspendedAt Unix seconds since when it is suspended; 0 while it is active.
    /// @return isRecorder Whether the account is one of its recorders.
    /// @return isAdmin Whether the account is its admin.
    function recorderAuthorityOf(bytes32 marketplaceId, address account)
        external
        view
        returns (bool known, uint48 suspendedAt, bool isRecorder, bool isAdmin);

    /// @notice The decision; all zero for an unknown one.
    function decisionOf(bytes32 marketplaceId, bytes32 decisionId) external view returns (Decision memory decision);

    /// @notice Whether the decision was recorded and not reversed. False for an unknown one.
    function stands(bytes32 marketplaceId, bytes32 decisionId) external view returns (bool);

    /// @notice Where a subject stands now; all zero for one that was never struck.
    function standingOf(bytes32 marketplaceId, SubjectKind kind, bytes32 subject)
        external
        view
        returns (Standing memory standing);

    /// @notice The decisions whose strikes count against a subject now: at most `THRESHOLD_MAX`.
    function liveStrikesOf(bytes32 marketplaceId, SubjectKind kind, bytes32 subject)
        external
        view
        returns (bytes32[] memory decisionIds);
}
