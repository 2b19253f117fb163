// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IBrandRegistry} from "../interfaces/IBrandRegistry.sol";
import {DomainName} from "../libraries/DomainName.sol";
import {Brand, CertificateKey} from "../types/BrandTypes.sol";
import {CompanyPrefixes} from "./CompanyPrefixes.sol";

/// @title Who the brands are, and which accounts, GS1 prefixes and certificate keys are theirs.
contract BrandRegistry is CompanyPrefixes, AccessManaged {
    /// @notice Most prefixes in one call: bounds its gas, and no brand has as many.
    uint256 public constant PREFIXES_MAX = 32;

    /// @dev One slot holds what `ItemRegistry` asks of a brand before each write.
    struct BrandRecord {
        address admin;
        uint32 number;
        uint48 suspendedAt;
    }

    /// @dev Zero `validFrom` means that the key was never registered.
    struct KeyRecord {
        uint48 validFrom;
        uint48 validUntil;
        uint48 compromisedAt;
    }

    /// @dev One slot too. Zero `leavesPerDay` means no limit.
    struct AnchorerRecord {
        bool allowed;
        uint32 leavesPerDay;
    }

    uint32 private _brandCount;
    mapping(bytes32 brandId => BrandRecord record) private _brands;
    mapping(bytes32 brandId => address account) private _pendingAdmins;
    mapping(uint32 number => bytes32 brandId) private _brandIds;
    mapping(bytes32 brandId => mapping(address account => AnchorerRecord record)) private _anchorers;
    mapping(bytes32 brandId => mapping(bytes32 thumbprint => KeyRecord record)) private _keys;

    modifier onlyAdmin(bytes32 brandId) {
        _checkAdmin(brandId, msg.sender);
        _;
    }

    /// @param accessManager The OpenZeppelin `AccessManager` that says who the operator is.
    constructor(address accessManager) AccessManaged(accessManager) {}

    /// @inheritdoc IBrandRegistry
    function registerBrand(string calldata domain, address admin, string[] calldata prefixes)
        external
        restricted
        returns (bytes32 brandId)
    {
        if (!DomainName.isCanonical(domain)) revert BrandRegistryBadDomain(domain);
        if (prefixes.length > PREFIXES_MAX) revert BrandRegistryTooManyPrefixes(prefixes.length, PREFIXES_MAX);
        brandId = keccak256(bytes(domain));
        _addBrand(brandId, domain, admin);
        for (uint256 i = 0; i < prefixes.length; ++i) _assignPrefix(brandId, prefixes[i]);
    }

    /// @inheritdoc IBrandRegistry
    function suspendBrand(bytes32 brandId) external restricted {
        BrandRecord storage brand = _known(brandId);
        if (brand.suspendedAt != 0) revert BrandRegistryAlreadySuspended(brandId, brand.suspendedAt);
        brand.suspendedAt = uint48(block.timestamp);
        emit BrandSuspended(brandId);
    }

    /// @inheritdoc IBrandRegistry
    function reinstateBrand(bytes32 brandId) external restricted {
        BrandRecord storage brand = _known(brandId);
        if (brand.suspendedAt == 0) revert BrandRegistryNotSuspended(brandId);
        brand.suspendedAt = 0;
        emit BrandReinstated(brandId);
    }

    /// @inheritdoc IBrandRegistry
    function assignPrefix(bytes32 brandId, string calldata prefix) external restricted {
        _known(brandId);
        _assignPrefix(brandId, prefix);
    }

    /// @inheritdoc IBrandRegistry
    function releasePrefix(bytes32 brandId, string calldata prefix) external restricted {
        _releasePrefix(brandId, prefix);
    }

    /// @inheritdoc IBrandRegistry
    function transferPrefix(bytes32 brandId, bytes32 successorId, string calldata prefix) external restricted {
        _known(successorId);
        if (brandId == successorId) revert BrandRegistryPrefixTaken(prefix, brandId);
        _releasePrefix(brandId, prefix);
        _assignPrefix(successorId, prefix);
    }

    /// @inheritdoc IBrandRegistry
    function transferAdmin(bytes32 brandId, address pendingAdmin) external onlyAdmin(brandId) {
        _pendingAdmins[brandId] = pendingAdmin;
        emit AdminTransferStarted(brandId, msg.sender, pendingAdmin);
    }

    /// @inheritdoc IBrandRegistry
    function acceptAdmin(bytes32 brandId) external {
        if (_pendingAdmins[brandId] != msg.sender) revert BrandRegistryNotPendingAdmin(brandId, msg.sender);
        address previous = _brands[brandId].admin;
        _brands[brandId].admin = msg.sender;
        delete _pendingAdmins[brandId];
        emit AdminTransferred(brandId, previous, msg.sender);
    }

    /// @inheritdoc IBrandRegistry
    function setAnchorer(bytes32 brandId, address account, bool allowed) external onlyAdmin(brandId) {
        if (account == address(0)) revert BrandRegistryBadAccount(brandId, account);
        if (_anchorers[brandId][account].allowed == allowed) return;
        _anchorers[brandId][account].allowed = allowed;
        emit AnchorerSet(brandId, account, allowed);
    }

    /// @inheritdoc IBrandRegistry
    function setAnchorQuota(bytes32 brandId, address account, uint32 leavesPerDay) external onlyAdmin(brandId) {
        if (account == address(0)) revert BrandRegistryBadAccount(brandId, account);
        if (_anchorers[brandId][account].leavesPerDay == leavesPerDay) return;
        _anchorers[brandId][account].leavesPerDay = leavesPerDay;
        emit AnchorQuotaSet(brandId, account, leavesPerDay);
    }

    /// @inheritdoc IBrandRegistry
    function registerKey(bytes32 brandId, bytes32 thumbprint, uint48 validFrom, uint48 validUntil)
        external
        onlyAdmin(brandId)
    {
        if (thumbprint == 0) revert BrandRegistryBadThumbprint(brandId);
        bool ordered = validFrom != 0 && (validUntil == 0 || validUntil > validFrom);
        if (!ordered) revert BrandRegistryBadKeyTimes(thumbprint, validFrom, validUntil);
        if (_keys[brandId][thumbprint].validFrom != 0) revert BrandRegistryKeyExists(brandId, thumbprint);
        _keys[brandId][thumbprint] = KeyRecord({validFrom: validFrom, validUntil: validUntil, compromisedAt: 0});
        emit KeyRegistered(brandId, thumbprint, validFrom, validUntil);
    }

    /// @inheritdoc IBrandRegistry
    function retireKey(bytes32 brandId, bytes32 thumbprint) external onlyAdmin(brandId) {
        KeyRecord storage key = _knownKey(brandId, thumbprint);
        uint48 time = uint48(block.timestamp);
        if (key.validUntil != 0 && key.validUntil <= time) revert BrandRegistryKeyRetired(thumbprint, key.validUntil);
        key.validUntil = time;
        emit KeyRetired(brandId, thumbprint, time);
    }

    /// @inheritdoc IBrandRegistry
    function markKeyCompromised(bytes32 brandId, bytes32 thumbprint, uint48 compromisedAt)
        external
        onlyAdmin(brandId)
    {
        KeyRecord storage key = _knownKey(brandId, thumbprint);
        uint48 recorded = key.compromisedAt;
        bool earlier = recorded == 0 ? compromisedAt <= block.timestamp : compromisedAt < recorded;
        if (compromisedAt == 0 || !earlier) {
            revert BrandRegistryBadCompromiseTime(thumbprint, compromisedAt, recorded);
        }
        key.compromisedAt = compromisedAt;
        emit KeyCompromised(brandId, thumbprint, compromisedAt);
    }

    /// @inheritdoc IBrandRegistry
    function brandOf(bytes32 brandId) external view returns (Brand memory brand) {
        BrandRecord storage record = _brands[brandId];
        return Brand({
            number: record.number,
            admin: record.admin,
            pendingAdmin: _pendingAdmins[brandId],
            suspendedAt: record.suspendedAt
        });
    }

    /// @inheritdoc IBrandRegistry
    function brandIdOf(uint32 number) external view returns (bytes32 brandId) {
        return _brandIds[number];
    }

    /// @inheritdoc IBrandRegistry
    function keyOf(bytes32 brandId, bytes32 thumbprint) external view returns (CertificateKey memory key) {
        return _keyOf(brandId, thumbprint);
    }

    /// @inheritdoc IBrandRegistry
    function isAnchorer(bytes32 brandId, address account) external view returns (bool allowed) {
        return _anchorers[brandId][account].allowed;
    }

    /// @inheritdoc IBrandRegistry
    function anchorQuotaOf(bytes32 brandId, address account) external view returns (uint32 leavesPerDay) {
        return _anchorers[brandId][account].leavesPerDay;
    }

    /// @inheritdoc IBrandRegistry
    function authorityOf(bytes32 brandId, address account)
        external
        view
        returns (uint32 number, uint48 suspendedAt, bool allowed, bool isAdmin, uint32 leavesPerDay)
    {
        BrandRecord memory brand = _brands[brandId];
        AnchorerRecord memory anchorer = _anchorers[brandId][account];
        bool isAdmin_ = brand.number != 0 && brand.admin == account;
        return (brand.number, brand.suspendedAt, anchorer.allowed, isAdmin_, anchorer.leavesPerDay);
    }

    /// @inheritdoc IBrandRegistry
    function signerOf(uint32 number, bytes32 thumbprint)
        external
        view
        returns (bytes32 brandId, uint48 suspendedAt, CertificateKey memory key)
    {
        brandId = _brandIds[number];
        return (brandId, _brands[brandId].suspendedAt, _keyOf(brandId, thumbprint));
    }

    function _addBrand(bytes32 brandId, string calldata domain, address admin) private {
        if (_brands[brandId].number != 0) revert BrandRegistryBrandExists(brandId);
        if (admin == address(0)) revert BrandRegistryBadAccount(brandId, admin);
        uint32 number = ++_brandCount;
        _brandIds[number] = brandId;
        _brands[brandId] = BrandRecord({admin: admin, number: number, suspendedAt: 0});
        emit BrandRegistered(brandId, number, domain, admin);
    }

    function _keyOf(bytes32 brandId, bytes32 thumbprint) private view returns (CertificateKey memory) {
        KeyRecord storage key = _keys[brandId][thumbprint];
        return CertificateKey({
            validFrom: key.validFrom,
            validUntil: key.validUntil,
            compromisedAt: key.compromisedAt,
            registered: key.validFrom != 0
        });
    }

    function _known(bytes32 brandId) private view returns (BrandRecord storage brand) {
        brand = _brands[brandId];
        if (brand.number == 0) revert BrandRegistryUnknownBrand(brandId);
    }

    function _knownKey(bytes32 brandId, bytes32 thumbprint) private view returns (KeyRecord storage key) {
        key = _keys[brandId][thumbprint];
        if (key.validFrom == 0) revert BrandRegistryUnknownKey(brandId, thumbprint);
    }

    function _checkAdmin(bytes32 brandId, address caller) private view {
        if (_known(brandId).admin != caller) revert BrandRegistryNotAdmin(brandId, caller);
    }
}
