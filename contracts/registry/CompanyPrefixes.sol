// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {IBrandRegistry} from "../interfaces/IBrandRegistry.sol";
import {Gs1Prefix} from "../libraries/Gs1Prefix.sol";

/// @title Which brand has which GS1 company prefix.
/// @dev No assigned prefix begins another, so every number has at most one owner.
abstract contract CompanyPrefixes is IBrandRegistry {
    mapping(uint64 prefix => bytes32 brandId) private _prefixOwners;
    /// @dev How many assigned prefixes begin with this one and are longer.
    mapping(uint64 prefix => uint256 count) private _longerPrefixes;

    /// @inheritdoc IBrandRegistry
    function brandOfPrefix(string calldata digits) external view returns (bytes32 brandId) {
        uint256 length = bytes(digits).length;
        uint64 code = Gs1Prefix.encodeStart(digits, length > Gs1Prefix.DIGITS_MAX ? Gs1Prefix.DIGITS_MAX : length);
        for (uint64 p = code; p != 0 && brandId == 0; p = Gs1Prefix.shorter(p)) brandId = _prefixOwners[p];
    }

    /// @dev `brandId` is that of a known brand.
    function _assignPrefix(bytes32 brandId, string calldata prefix) internal {
        uint64 code = Gs1Prefix.encode(prefix);
        if (code == 0) revert BrandRegistryBadPrefix(prefix);
        bytes32 owner = _prefixOwners[code];
        if (owner != 0 || _longerPrefixes[code] != 0) revert BrandRegistryPrefixTaken(prefix, owner);
        for (uint64 p = Gs1Prefix.shorter(code); p != 0; p = Gs1Prefix.shorter(p)) {
            if (_prefixOwners[p] != 0) revert BrandRegistryPrefixTaken(prefix, _prefixOwners[p]);
            ++_longerPrefixes[p];
        }
        _prefixOwners[code] = brandId;
        emit PrefixAssigned(brandId, prefix);
    }

    function _releasePrefix(bytes32 brandId, string calldata prefix) internal {
        uint64 code = Gs1Prefix.encode(prefix);
        if (code == 0) revert BrandRegistryBadPrefix(prefix);
        if (brandId == 0 || _prefixOwners[code] != brandId) revert BrandRegistryPrefixNotOwned(brandId, prefix);
        delete _prefixOwners[code];
        for (uint64 p = Gs1Prefix.shorter(code); p != 0; p = Gs1Prefix.shorter(p)) --_longerPrefixes[p];
        emit PrefixReleased(brandId, prefix);
    }
}
