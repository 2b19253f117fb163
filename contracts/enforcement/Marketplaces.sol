// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IEnforcementLedger} from "../interfaces/IEnforcementLedger.sol";
import {DomainName} from "../libraries/DomainName.sol";
import {Marketplace} from "../types/EnforcementTypes.sol";

/// @title Who the marketplaces are, who acts for them, and by which policy they strike.
abstract contract Marketplaces is IEnforcementLedger, AccessManaged {
    /// @notice Live strikes that terminate an account, unless the marketplace says otherwise.
    uint8 public constant THRESHOLD_DEFAULT = 3;
    /// @notice One strike never ends an account: Regulation (EU) 2022/2065, article 23, speaks of those who act
    /// frequently, and of a warning before.
    uint8 public constant THRESHOLD_MIN = 2;
    /// @notice Bounds the strikes that a call walks through.
    uint8 public constant THRESHOLD_MAX = 10;
    /// @notice Days that a strike lives, unless the marketplace says otherwise.
    uint16 public constant DECAY_DAYS_DEFAULT = 365;
    /// @notice Shorter, and a strike would end before the appeal against it.
    uint16 public constant DECAY_DAYS_MIN = 30;
    /// @notice Five years.
    uint16 public constant DECAY_DAYS_MAX = 1826;

    mapping(bytes32 marketplaceId => Marketplace record) private _marketplaces;
    mapping(bytes32 marketplaceId => mapping(address account => bool allowed)) private _recorders;

    modifier onlyMarketplaceAdmin(bytes32 marketplaceId) {
        if (_known(marketplaceId).admin != msg.sender) revert EnforcementLedgerNotAdmin(marketplaceId, msg.sender);
        _;
    }

    /// @inheritdoc IEnforcementLedger
    function registerMarketplace(string calldata domain, address admin)
        external
        restricted
        returns (bytes32 marketplaceId)
    {
        if (!DomainName.isCanonical(domain)) revert EnforcementLedgerBadDomain(domain);
        marketplaceId = keccak256(bytes(domain));
        if (_marketplaces[marketplaceId].admin != address(0)) {
            revert EnforcementLedgerMarketplaceExists(marketplaceId);
        }
        if (admin == address(0)) revert EnforcementLedgerBadAccount(marketplaceId, admin);
        _marketplaces[marketplaceId] = Marketplace({
            admin: admin,
            pendingAdmin: address(0),
            suspendedAt: 0,
            threshold: THRESHOLD_DEFAULT,
            decayDays: DECAY_DAYS_DEFAULT
        });
        emit MarketplaceRegistered(marketplaceId, domain, admin);
        emit PolicySet(marketplaceId, THRESHOLD_DEFAULT, DECAY_DAYS_DEFAULT);
    }

    /// @inheritdoc IEnforcementLedger
    function suspendMarketplace(bytes32 marketplaceId) external restricted {
        Marketplace storage record = _known(marketplaceId);
        _checkActive(marketplaceId, record.suspendedAt);
        record.suspendedAt = uint48(block.timestamp);
        emit MarketplaceSuspended(marketplaceId);
    }

    /// @inheritdoc IEnforcementLedger
    function reinstateMarketplace(bytes32 marketplaceId) external restricted {
        Marketplace storage record = _known(marketplaceId);
        if (record.suspendedAt == 0) revert EnforcementLedgerNotSuspended(marketplaceId);
        record.suspendedAt = 0;
        emit MarketplaceReinstated(marketplaceId);
    }

    /// @inheritdoc IEnforcementLedger
    function transferMarketplaceAdmin(bytes32 marketplaceId, address pendingAdmin)
        external
        onlyMarketplaceAdmin(marketplaceId)
    {
        _marketplaces[marketplaceId].pendingAdmin = pendingAdmin;
        emit MarketplaceAdminTransferStarted(marketplaceId, msg.sender, pendingAdmin);
    }

    /// @inheritdoc IEnforcementLedger
    function acceptMarketplaceAdmin(bytes32 marketplaceId) external {
        Marketplace storage record = _marketplaces[marketplaceId];
        if (record.pendingAdmin != msg.sender) revert EnforcementLedgerNotPendingAdmin(marketplaceId, msg.sender);
        address previous = record.admin;
        record.admin = msg.sender;
        record.pendingAdmin = address(0);
        emit MarketplaceAdminTransferred(marketplaceId, previous, msg.sender);
    }

    /// @inheritdoc IEnforcementLedger
    function setRecorder(bytes32 marketplaceId, address account, bool allowed)
        external
        onlyMarketplaceAdmin(marketplaceId)
    {
        if (account == address(0)) revert EnforcementLedgerBadAccount(marketplaceId, account);
        if (_recorders[marketplaceId][account] == allowed) return;
        _recorders[marketplaceId][account] = allowed;
        emit RecorderSet(marketplaceId, account, allowed);
    }

    /// @inheritdoc IEnforcementLedger
    function setPolicy(bytes32 marketplaceId, uint8 threshold, uint16 decayDays)
        external
        onlyMarketplaceAdmin(marketplaceId)
    {
        bool within = threshold >= THRESHOLD_MIN && threshold <= THRESHOLD_MAX && decayDays >= DECAY_DAYS_MIN
            && decayDays <= DECAY_DAYS_MAX;
        if (!within) revert EnforcementLedgerBadPolicy(threshold, decayDays);
        Marketplace storage record = _marketplaces[marketplaceId];
        record.threshold = threshold;
        record.decayDays = decayDays;
        emit PolicySet(marketplaceId, threshold, decayDays);
    }

    /// @inheritdoc IEnforcementLedger
    function marketplaceOf(bytes32 marketplaceId) external view returns (Marketplace memory marketplace) {
        return _marketplaces[marketplaceId];
    }

    /// @inheritdoc IEnforcementLedger
    function recorderAuthorityOf(bytes32 marketplaceId, address account)
        external
        view
        returns (bool known, uint48 suspendedAt, bool isRecorder, bool isAdmin)
    {
        Marketplace storage record = _marketplaces[marketplaceId];
        known = record.admin != address(0);
        return (known, record.suspendedAt, _recorders[marketplaceId][account], known && record.admin == account);
    }

    /// @dev Whether the caller may act for the marketplace, active or not.
    function _checkRecorder(bytes32 marketplaceId, address caller) internal view returns (Marketplace storage record) {
        record = _known(marketplaceId);
        if (record.admin != caller && !_recorders[marketplaceId][caller]) {
            revert EnforcementLedgerNotAuthorized(marketplaceId, caller);
        }
    }

    function _checkActive(bytes32 marketplaceId, uint48 suspendedAt) internal pure {
        if (suspendedAt != 0) revert EnforcementLedgerMarketplaceSuspended(marketplaceId, suspendedAt);
    }

    function _known(bytes32 marketplaceId) private view returns (Marketplace storage record) {
        record = _marketplaces[marketplaceId];
        if (record.admin == address(0)) revert EnforcementLedgerUnknownMarketplace(marketplaceId);
    }
}
