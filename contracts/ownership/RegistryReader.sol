// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IBrandRegistry} from "../interfaces/IBrandRegistry.sol";
import {IItemOwnership} from "../interfaces/IItemOwnership.sol";
import {LeafHash} from "../libraries/LeafHash.sol";
import {ItemRegistry} from "../registry/ItemRegistry.sol";
import {Brand} from "../types/BrandTypes.sol";
import {ItemStatus, Kind, Leaf, Query} from "../types/ItemTypes.sol";
import {PermitStatus} from "../types/OwnershipTypes.sol";

/// @title What `ItemOwnership` asks of the two registries.
abstract contract RegistryReader {
    /// @notice Where items are anchored and revoked.
    ItemRegistry public immutable itemRegistry;
    /// @notice Where the brands of those items are registered.
    IBrandRegistry public immutable brandRegistry;

    constructor(ItemRegistry items) {
        itemRegistry = items;
        brandRegistry = items.brandRegistry();
    }

    /// @dev The leaf is one of an item, anchored by an active brand, and not revoked.
    function _checkLeaf(bytes32 root, Leaf calldata leaf, bytes32[] calldata proof)
        internal
        view
        returns (bytes32 brandId)
    {
        ItemStatus memory found = _read(root, leaf.index);
        brandId = found.anchor.brandId;
        if (found.anchor.anchoredAt == 0) revert IItemOwnership.ItemOwnershipUnknownRoot(root);
        if (found.anchor.kind != Kind.Items) revert IItemOwnership.ItemOwnershipNotItems(root);
        if (leaf.index >= found.anchor.leafCount) revert IItemOwnership.ItemOwnershipBadIndex(root, leaf.index);
        if (found.brandSuspendedAt != 0) {
            revert IItemOwnership.ItemOwnershipBrandSuspended(brandId, found.brandSuspendedAt);
        }
        if (found.revoked) revert IItemOwnership.ItemOwnershipRevoked(root, leaf.index);
        if (!MerkleProof.verifyCalldata(proof, root, LeafHash.hashOf(leaf))) {
            revert IItemOwnership.ItemOwnershipBadProof(root, leaf.index);
        }
    }

    function _numberOf(bytes32 brandId) internal view returns (uint32 brandNumber) {
        return brandRegistry.brandOf(brandId).number;
    }

    /// @dev The account is the admin or an anchoring account of the brand, which is active.
    function _checkBrand(uint256 tokenId, uint32 brandNumber, address account) internal view {
        bytes32 brandId = brandRegistry.brandIdOf(brandNumber);
        Brand memory brand = brandRegistry.brandOf(brandId);
        if (account != brand.admin && !brandRegistry.isAnchorer(brandId, account)) {
            revert IItemOwnership.ItemOwnershipNotAuthorized(tokenId, account);
        }
        _checkSuspension(brandId, brand.suspendedAt);
    }

    function _checkActive(uint32 brandNumber) internal view {
        bytes32 brandId = brandRegistry.brandIdOf(brandNumber);
        _checkSuspension(brandId, brandRegistry.brandOf(brandId).suspendedAt);
    }

    function _leafStatus(bytes32 root, uint32 index) internal view returns (PermitStatus) {
        ItemStatus memory found = _read(root, index);
        if (found.revoked) return PermitStatus.Revoked;
        if (found.recalled) return PermitStatus.Recalled;
        return found.brandSuspendedAt != 0 ? PermitStatus.BrandSuspended : PermitStatus.Valid;
    }

    function _read(bytes32 root, uint32 index) private view returns (ItemStatus memory) {
        Query[] memory queries = new Query[](1);
        queries[0] = Query({root: root, index: index, thumbprint: 0});
        return itemRegistry.statuses(queries)[0];
    }

    function _checkSuspension(bytes32 brandId, uint48 suspendedAt) private pure {
        if (suspendedAt != 0) revert IItemOwnership.ItemOwnershipBrandSuspended(brandId, suspendedAt);
    }
}
