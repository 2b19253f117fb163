// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {IEnforcementLedger} from "../interfaces/IEnforcementLedger.sol";
import {SubjectKind} from "../types/EnforcementTypes.sol";

/// @title Decisions, strikes and terminations, whoever makes them: `EnforcementLedger` says who may.
/// @dev Inherits nothing and calls nobody, so that a solver can prove what it promises:
/// - a strike counts only while the decision it cites stands, and no decision counts twice;
/// - an account is terminated exactly while its live strikes reach the threshold it was last judged by;
/// - a reversed decision stays reversed.
abstract contract LedgerCore {
    /// @dev None: never recorded. Struck: its strike counts. Expired: its strike counted once.
    enum Phase {
        None,
        Standing,
        Struck,
        Expired,
        Reversed
    }

    struct Case {
        Phase phase;
        SubjectKind kind;
        uint48 decidedAt;
        uint48 struckAt;
        uint48 expiresAt;
        uint48 reversedAt;
        bytes32 subject;
    }

    struct Account {
        uint8 liveStrikes;
        uint8 threshold;
        uint48 terminatedAt;
    }

    mapping(bytes32 marketplaceId => mapping(bytes32 decisionId => Case record)) private _cases;
    mapping(bytes32 marketplaceId => mapping(SubjectKind kind => mapping(bytes32 subject => Account account)))
        private _accounts;

    function _decide(bytes32 marketplaceId, bytes32 decisionId, SubjectKind kind, bytes32 subject, uint48 time)
        internal
    {
        Case storage record = _cases[marketplaceId][decisionId];
        if (record.phase != Phase.None) {
            revert IEnforcementLedger.EnforcementLedgerDecisionExists(marketplaceId, decisionId);
        }
        record.phase = Phase.Standing;
        record.kind = kind;
        record.decidedAt = time;
        record.subject = subject;
    }

    /// @dev The caller lets strikes expire first (`_expire`), so that only live ones are counted.
    function _strike(bytes32 marketplaceId, bytes32 decisionId, uint8 threshold, uint48 expiresAt, uint48 time)
        internal
        returns (uint8 liveStrikes, bool terminated)
    {
        Case storage record = _standing(marketplaceId, decisionId);
        if (record.phase != Phase.Standing) {
            revert IEnforcementLedger.EnforcementLedgerAlreadyStruck(decisionId, record.struckAt);
        }
        Account storage account = _accounts[marketplaceId][record.kind][record.subject];
        if (account.terminatedAt != 0) {
            revert IEnforcementLedger.EnforcementLedgerAlreadyTerminated(record.subject, account.terminatedAt);
        }
        record.phase = Phase.Struck;
        record.struckAt = time;
        record.expiresAt = expiresAt;
        liveStrikes = account.liveStrikes + 1;
        terminated = liveStrikes >= threshold;
        account.liveStrikes = liveStrikes;
        account.threshold = threshold;
        if (terminated) account.terminatedAt = time;
    }

    /// @dev Ends a strike whose time is over. Changes nothing before that, or while the account is terminated.
    function _expire(bytes32 marketplaceId, bytes32 decisionId, uint48 time) internal returns (bool expired) {
        Case storage record = _cases[marketplaceId][decisionId];
        Account storage account = _accounts[marketplaceId][record.kind][record.subject];
        expired = record.phase == Phase.Struck && record.expiresAt <= time && account.terminatedAt == 0;
        if (!expired) return false;
        record.phase = Phase.Expired;
        --account.liveStrikes;
    }

    function _reverse(bytes32 marketplaceId, bytes32 decisionId, uint48 time)
        internal
        returns (bool struck, uint8 liveStrikes, bool reopened)
    {
        Case storage record = _standing(marketplaceId, decisionId);
        Account storage account = _accounts[marketplaceId][record.kind][record.subject];
        struck = record.phase == Phase.Struck;
        record.phase = Phase.Reversed;
        record.reversedAt = time;
        if (!struck) return (false, account.liveStrikes, false);
        liveStrikes = account.liveStrikes - 1;
        account.liveStrikes = liveStrikes;
        reopened = account.terminatedAt != 0 && liveStrikes < account.threshold;
        if (reopened) account.terminatedAt = 0;
    }

    function _caseOf(bytes32 marketplaceId, bytes32 decisionId) internal view returns (Case storage) {
        return _cases[marketplaceId][decisionId];
    }

    function _accountOf(bytes32 marketplaceId, SubjectKind kind, bytes32 subject)
        internal
        view
        returns (Account storage)
    {
        return _accounts[marketplaceId][kind][subject];
    }

    function _standing(bytes32 marketplaceId, bytes32 decisionId) private view returns (Case storage record) {
        record = _cases[marketplaceId][decisionId];
        if (record.phase == Phase.None) {
            revert IEnforcementLedger.EnforcementLedgerUnknownDecision(marketplaceId, decisionId);
        }
        if (record.phase == Phase.Reversed) {
            revert IEnforcementLedger.EnforcementLedgerDecisionReversed(decisionId, record.reversedAt);
        }
    }
}
