// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {LedgerCore} from "../core/LedgerCore.sol";
import {IEnforcementLedger} from "../interfaces/IEnforcementLedger.sol";
import {Decision, Marketplace, Ruling, Standing, SubjectKind} from "../types/EnforcementTypes.sol";
import {Marketplaces} from "./Marketplaces.sol";

/// @title What marketplaces decided about sellers and complainants, and what follows from it.
contract EnforcementLedger is Marketplaces {
    /// @dev What the core has no use for.
    struct Details {
        bytes32 statementDigest;
        bytes32 itemId;
        bytes32 orderId;
    }

    /// @dev `strikes`: decisions whose strikes count, or did until they expired; those are taken off when the next
    /// change is made. Never longer than `THRESHOLD_MAX`, since strikes end where an account does.
    struct Subject {
        LedgerCore.Account account;
        bytes32[] strikes;
    }

    mapping(bytes32 marketplaceId => mapping(bytes32 decisionId => LedgerCore.Case record)) private _cases;
    mapping(bytes32 marketplaceId => mapping(bytes32 decisionId => Details details)) private _details;
    mapping(bytes32 marketplaceId => mapping(SubjectKind kind => mapping(bytes32 subject => Subject record))) private
        _subjects;

    /// @param accessManager The OpenZeppelin `AccessManager` that says who the operator is.
    constructor(address accessManager) AccessManaged(accessManager) {}

    /// @inheritdoc IEnforcementLedger
    function recordDecision(bytes32 marketplaceId, bytes32 decisionId, Ruling calldata ruling) external {
        // Check
        _checkActive(marketplaceId, _checkRecorder(marketplaceId, msg.sender).suspendedAt);
        bool complete = decisionId != 0 && ruling.statementDigest != 0 && ruling.subject != 0;
        if (!complete) revert EnforcementLedgerBadRuling(decisionId, ruling.statementDigest, ruling.subject);
        // Effect
        LedgerCore.Case memory before = _cases[marketplaceId][decisionId];
        _cases[marketplaceId][decisionId] =
            LedgerCore.decided(decisionId, before, ruling.kind, ruling.subject, uint48(block.timestamp));
        _details[marketplaceId][decisionId] =
            Details({statementDigest: ruling.statementDigest, itemId: ruling.itemId, orderId: ruling.orderId});
        emit DecisionRecorded(marketplaceId, decisionId, ruling.subject, ruling);
    }

    /// @inheritdoc IEnforcementLedger
    function strike(bytes32 marketplaceId, bytes32 decisionId) external {
        // Check
        Marketplace memory marketplace = _checkRecorder(marketplaceId, msg.sender);
        _checkActive(marketplaceId, marketplace.suspendedAt);
        // Effect
        uint48 time = uint48(block.timestamp);
        LedgerCore.Terms memory terms = LedgerCore.Terms({
            threshold: marketplace.threshold,
            expiresAt: time + uint48(marketplace.decayDays) * 1 days
        });
        LedgerCore.Case memory record = _cases[marketplaceId][decisionId];
        Subject storage subject = _subjects[marketplaceId][record.kind][record.subject];
        _expireAll(_cases[marketplaceId], subject, time);
        LedgerCore.Account memory account;
        (record, account) = LedgerCore.struck(decisionId, record, subject.account, terms, time);
        (_cases[marketplaceId][decisionId], subject.account) = (record, account);
        subject.strikes.push(decisionId);
        emit StrikeRecorded(
            marketplaceId, decisionId, record.subject, record.kind, account.liveStrikes, record.expiresAt
        );
        if (account.terminatedAt != 0) emit AccountTerminated(marketplaceId, decisionId, record.subject, record.kind);
    }

    /// @inheritdoc IEnforcementLedger
    function reverseDecision(bytes32 marketplaceId, bytes32 decisionId, bytes32 statementDigest) external {
        // Check
        _checkRecorder(marketplaceId, msg.sender);
        if (statementDigest == 0) revert EnforcementLedgerBadStatement(decisionId);
        // Effect
        Subject storage subject = _subjectOf(marketplaceId, decisionId);
        _expireAll(_cases[marketplaceId], subject, uint48(block.timestamp));
        LedgerCore.Case memory record = _cases[marketplaceId][decisionId];
        LedgerCore.Account memory account = subject.account;
        (bool live, bool terminated) = (record.phase == LedgerCore.Phase.Struck, account.terminatedAt != 0);
        (record, account) = LedgerCore.reversed(decisionId, record, account, uint48(block.timestamp));
        (_cases[marketplaceId][decisionId], subject.account) = (record, account);
        emit DecisionReversed(marketplaceId, decisionId, record.subject, statementDigest);
        if (!live) return;
        _takeOff(subject.strikes, decisionId);
        emit StrikeLifted(marketplaceId, decisionId, record.subject, record.kind, account.liveStrikes);
        bool reopened = terminated && account.terminatedAt == 0;
        if (reopened) emit TerminationLifted(marketplaceId, decisionId, record.subject, record.kind);
    }

    /// @inheritdoc IEnforcementLedger
    function decisionOf(bytes32 marketplaceId, bytes32 decisionId) external view returns (Decision memory decision) {
        LedgerCore.Case memory record = _cases[marketplaceId][decisionId];
        Details memory details = _details[marketplaceId][decisionId];
        return Decision({
            ruling: Ruling({
                statementDigest: details.statementDigest,
                subject: record.subject,
                kind: record.kind,
                itemId: details.itemId,
                orderId: details.orderId
            }),
            decidedAt: record.decidedAt,
            struckAt: record.struckAt,
            strikeExpiresAt: record.expiresAt,
            reversedAt: record.reversedAt
        });
    }

    /// @inheritdoc IEnforcementLedger
    function stands(bytes32 marketplaceId, bytes32 decisionId) external view returns (bool) {
        LedgerCore.Phase phase = _cases[marketplaceId][decisionId].phase;
        return phase != LedgerCore.Phase.None && phase != LedgerCore.Phase.Reversed;
    }

    /// @inheritdoc IEnforcementLedger
    function standingOf(bytes32 marketplaceId, SubjectKind kind, bytes32 subject)
        external
        view
        returns (Standing memory standing)
    {
        LedgerCore.Account memory account = _subjects[marketplaceId][kind][subject].account;
        return Standing({
            liveStrikes: uint8(_liveOf(marketplaceId, kind, subject).length),
            threshold: account.threshold,
            terminatedAt: account.terminatedAt
        });
    }

    /// @inheritdoc IEnforcementLedger
    function liveStrikesOf(bytes32 marketplaceId, SubjectKind kind, bytes32 subject)
        external
        view
        returns (bytes32[] memory decisionIds)
    {
        return _liveOf(marketplaceId, kind, subject);
    }

    /// @dev Takes off every strike whose time is over.
    function _expireAll(
        mapping(bytes32 decisionId => LedgerCore.Case record) storage cases,
        Subject storage subject,
        uint48 time
    ) private {
        bytes32[] memory strikes = subject.strikes;
        for (uint256 i = 0; i < strikes.length; ++i) {
            (LedgerCore.Case memory record, LedgerCore.Account memory account) =
                LedgerCore.expired(cases[strikes[i]], subject.account, time);
            if (record.phase != LedgerCore.Phase.Expired) continue;
            (cases[strikes[i]], subject.account) = (record, account);
            _takeOff(subject.strikes, strikes[i]);
        }
    }

    /// @dev The order of the list says nothing.
    function _takeOff(bytes32[] storage strikes, bytes32 decisionId) private {
        uint256 last = strikes.length - 1;
        uint256 i = 0;
        while (strikes[i] != decisionId) ++i;
        strikes[i] = strikes[last];
        strikes.pop();
    }

    function _subjectOf(bytes32 marketplaceId, bytes32 decisionId) private view returns (Subject storage) {
        LedgerCore.Case storage record = _cases[marketplaceId][decisionId];
        return _subjects[marketplaceId][record.kind][record.subject];
    }

    /// @dev All strikes on the list of a terminated account, the unexpired ones of any other.
    function _liveOf(bytes32 marketplaceId, SubjectKind kind, bytes32 subject)
        private
        view
        returns (bytes32[] memory decisionIds)
    {
        Subject storage record = _subjects[marketplaceId][kind][subject];
        bytes32[] memory listed = record.strikes;
        if (record.account.terminatedAt != 0) return listed;
        uint256 count = 0;
        for (uint256 i = 0; i < listed.length; ++i) {
            if (_cases[marketplaceId][listed[i]].expiresAt <= block.timestamp) continue;
            listed[count] = listed[i];
            ++count;
        }
        decisionIds = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) decisionIds[i] = listed[i];
    }
}
