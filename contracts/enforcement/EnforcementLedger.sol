// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {LedgerCore} from "../core/LedgerCore.sol";
import {IEnforcementLedger} from "../interfaces/IEnforcementLedger.sol";
import {Decision, Marketplace, Ruling, Standing, SubjectKind} from "../types/EnforcementTypes.sol";
import {Marketplaces} from "./Marketplaces.sol";

/// @title What marketplaces decided about sellers and complainants, and what follows from it.
contract EnforcementLedger is Marketplaces, LedgerCore {
    /// @dev What the core has no use for.
    struct Details {
        bytes32 statementDigest;
        bytes32 itemId;
        bytes32 orderId;
    }

    mapping(bytes32 marketplaceId => mapping(bytes32 decisionId => Details details)) private _details;
    /// @dev Decisions whose strikes count, or did until they expired: a strike is taken off when the next one is made.
    /// Never longer than `THRESHOLD_MAX`.
    mapping(bytes32 marketplaceId => mapping(SubjectKind kind => mapping(bytes32 subject => bytes32[] decisionIds)))
        private _strikes;

    /// @param accessManager The OpenZeppelin `AccessManager` that says who the operator is.
    constructor(address accessManager) AccessManaged(accessManager) {}

    /// @inheritdoc IEnforcementLedger
    function recordDecision(bytes32 marketplaceId, bytes32 decisionId, Ruling calldata ruling) external {
        // Check
        _checkActive(marketplaceId, _checkRecorder(marketplaceId, msg.sender).suspendedAt);
        bool complete = decisionId != 0 && ruling.statementDigest != 0 && ruling.subject != 0;
        if (!complete) revert EnforcementLedgerBadRuling(decisionId, ruling.statementDigest, ruling.subject);
        // Effect
        _decide(marketplaceId, decisionId, ruling.kind, ruling.subject, uint48(block.timestamp));
        _details[marketplaceId][decisionId] =
            Details({statementDigest: ruling.statementDigest, itemId: ruling.itemId, orderId: ruling.orderId});
        emit DecisionRecorded(marketplaceId, decisionId, ruling.subject, ruling);
    }

    /// @inheritdoc IEnforcementLedger
    function strike(bytes32 marketplaceId, bytes32 decisionId) external {
        Marketplace storage marketplace = _checkRecorder(marketplaceId, msg.sender);
        _checkActive(marketplaceId, marketplace.suspendedAt);
        uint48 time = uint48(block.timestamp);
        uint48 expiresAt = time + uint48(marketplace.decayDays) * 1 days;
        Case storage record = _caseOf(marketplaceId, decisionId);
        (SubjectKind kind, bytes32 subject) = (record.kind, record.subject);
        bytes32[] storage strikes = _strikes[marketplaceId][kind][subject];
        _expireAll(marketplaceId, strikes, time);
        (uint8 live, bool terminated) = _strike(marketplaceId, decisionId, marketplace.threshold, expiresAt, time);
        strikes.push(decisionId);
        emit StrikeRecorded(marketplaceId, decisionId, subject, kind, live, expiresAt);
        if (terminated) emit AccountTerminated(marketplaceId, decisionId, subject, kind);
    }

    /// @inheritdoc IEnforcementLedger
    function reverseDecision(bytes32 marketplaceId, bytes32 decisionId, bytes32 statementDigest) external {
        _checkRecorder(marketplaceId, msg.sender);
        if (statementDigest == 0) revert EnforcementLedgerBadStatement(decisionId);
        Case storage record = _caseOf(marketplaceId, decisionId);
        (SubjectKind kind, bytes32 subject) = (record.kind, record.subject);
        bytes32[] storage strikes = _strikes[marketplaceId][kind][subject];
        _expireAll(marketplaceId, strikes, uint48(block.timestamp));
        (bool struck, uint8 live, bool reopened) = _reverse(marketplaceId, decisionId, uint48(block.timestamp));
        emit DecisionReversed(marketplaceId, decisionId, subject, statementDigest);
        if (!struck) return;
        _takeOff(strikes, decisionId);
        emit StrikeLifted(marketplaceId, decisionId, subject, kind, live);
        if (reopened) emit TerminationLifted(marketplaceId, decisionId, subject, kind);
    }

    /// @inheritdoc IEnforcementLedger
    function decisionOf(bytes32 marketplaceId, bytes32 decisionId) external view returns (Decision memory decision) {
        Case storage record = _caseOf(marketplaceId, decisionId);
        Details storage details = _details[marketplaceId][decisionId];
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
        Case storage record = _caseOf(marketplaceId, decisionId);
        return record.decidedAt != 0 && record.reversedAt == 0;
    }

    /// @inheritdoc IEnforcementLedger
    function standingOf(bytes32 marketplaceId, SubjectKind kind, bytes32 subject)
        external
        view
        returns (Standing memory standing)
    {
        Account storage account = _accountOf(marketplaceId, kind, subject);
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
    function _expireAll(bytes32 marketplaceId, bytes32[] storage strikes, uint48 time) private {
        uint256 i = 0;
        while (i < strikes.length) {
            if (_expire(marketplaceId, strikes[i], time)) _takeOffAt(strikes, i);
            else ++i;
        }
    }

    function _takeOff(bytes32[] storage strikes, bytes32 decisionId) private {
        uint256 i = 0;
        while (strikes[i] != decisionId) ++i;
        _takeOffAt(strikes, i);
    }

    function _takeOffAt(bytes32[] storage strikes, uint256 place) private {
        strikes[place] = strikes[strikes.length - 1];
        strikes.pop();
    }

    /// @dev All strikes on the list of a terminated account, the unexpired ones of any other.
    function _liveOf(bytes32 marketplaceId, SubjectKind kind, bytes32 subject)
        private
        view
        returns (bytes32[] memory decisionIds)
    {
        bytes32[] memory listed = _strikes[marketplaceId][kind][subject];
        if (_accountOf(marketplaceId, kind, subject).terminatedAt != 0) return listed;
        uint256 count = 0;
        for (uint256 i = 0; i < listed.length; ++i) {
            if (_caseOf(marketplaceId, listed[i]).expiresAt <= block.timestamp) continue;
            listed[count] = listed[i];
            ++count;
        }
        decisionIds = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) decisionIds[i] = listed[i];
    }
}
