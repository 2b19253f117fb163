// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {IEnforcementLedger} from "../interfaces/IEnforcementLedger.sol";
import {SubjectKind} from "../types/EnforcementTypes.sol";

/// @title Decisions, strikes and terminations, whoever makes them: `EnforcementLedger` says who may.
/// @dev Each function takes records as they are and returns them as they become, so that a solver can prove:
/// - a strike cites a decision that stands, and no decision carries two;
/// - an account is terminated exactly while its live strikes reach the threshold it was last judged by;
/// - a reversed decision stays reversed.
library LedgerCore {
    /// @dev None: never recorded. Struck: its strike counts. Expired: its strike counted once.
    enum Phase {
        None,
        Standing,
        Struck,
        Expired,
        Reversed
    }

    /// @dev A decision; times in Unix seconds, 0 for what has not happened.
    struct Case {
        Phase phase;
        SubjectKind kind;
        uint48 decidedAt;
        uint48 struckAt;
        uint48 expiresAt;
        uint48 reversedAt;
        bytes32 subject;
    }

    /// @dev What is held against a subject; all zero for one that was never struck.
    struct Account {
        uint8 liveStrikes;
        uint8 threshold;
        uint48 terminatedAt;
    }

    /// @dev What a strike is made by: live strikes that terminate, and when this one expires.
    struct Terms {
        uint8 threshold;
        uint48 expiresAt;
    }

    /// @notice The record of a new decision.
    function decided(bytes32 decisionId, Case memory record, SubjectKind kind, bytes32 subject, uint48 time)
        internal
        pure
        returns (Case memory)
    {
        require(
            record.phase == Phase.None, IEnforcementLedger.EnforcementLedgerDecisionExists(decisionId, record.decidedAt)
        );
        record.phase = Phase.Standing;
        record.kind = kind;
        record.decidedAt = time;
        record.subject = subject;
        return record;
    }

    /// @notice A strike on the subject of the decision. `account` must be that subject's, with nothing in it that is
    /// expired.
    function struck(bytes32 decisionId, Case memory record, Account memory account, Terms memory terms, uint48 time)
        internal
        pure
        returns (Case memory, Account memory)
    {
        _checkStands(decisionId, record);
        require(
            record.phase == Phase.Standing,
            IEnforcementLedger.EnforcementLedgerAlreadyStruck(decisionId, record.struckAt)
        );
        require(
            account.terminatedAt == 0,
            IEnforcementLedger.EnforcementLedgerAlreadyTerminated(record.subject, account.terminatedAt)
        );
        record.phase = Phase.Struck;
        record.struckAt = time;
        record.expiresAt = terms.expiresAt;
        ++account.liveStrikes;
        account.threshold = terms.threshold;
        if (account.liveStrikes >= account.threshold) account.terminatedAt = time;
        return (record, account);
    }

    /// @notice Ends a strike whose time is over. Changes nothing before that, or while the account is terminated.
    function expired(Case memory record, Account memory account, uint48 time)
        internal
        pure
        returns (Case memory, Account memory)
    {
        if (record.phase == Phase.Struck && record.expiresAt <= time && account.terminatedAt == 0) {
            record.phase = Phase.Expired;
            --account.liveStrikes;
        }
        return (record, account);
    }

    /// @notice A reversal: a live strike is lifted, and the termination when too few are left.
    function reversed(bytes32 decisionId, Case memory record, Account memory account, uint48 time)
        internal
        pure
        returns (Case memory, Account memory)
    {
        _checkStands(decisionId, record);
        bool live = record.phase == Phase.Struck;
        record.phase = Phase.Reversed;
        record.reversedAt = time;
        if (live) {
            --account.liveStrikes;
            if (account.liveStrikes < account.threshold) account.terminatedAt = 0;
        }
        return (record, account);
    }

    function _checkStands(bytes32 decisionId, Case memory record) private pure {
        require(record.phase != Phase.None, IEnforcementLedger.EnforcementLedgerUnknownDecision(decisionId));
        require(
            record.phase != Phase.Reversed,
            IEnforcementLedger.EnforcementLedgerDecisionReversed(decisionId, record.reversedAt)
        );
    }
}
