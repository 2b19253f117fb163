// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IBrandRegistry} from "../interfaces/IBrandRegistry.sol";
import {IItemOwnership} from "../interfaces/IItemOwnership.sol";
import {LeafBitmap} from "../libraries/LeafBitmap.sol";
import {LeafHash} from "../libraries/LeafHash.sol";
import {ItemRegistry} from "../registry/ItemRegistry.sol";
import {Brand} from "../types/BrandTypes.sol";
import {Anchor, ItemStatus, Kind, Leaf, Query} from "../types/ItemTypes.sol";
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

    /// @dev The leaf is one of an item, anchored by an active brand, and not revoked. Asks narrow questions, since one
    /// answer to all of them reads two slots more.
    function _checkLeaf(bytes32 root, Leaf calldata leaf, bytes32[] calldata proof)
        internal
        view
        returns (bytes32 brandId, uint32 brandNumber)
    {
        Anchor memory found = itemRegistry.anchorOf(root);
        brandId = found.brandId;
        if (found.anchoredAt == 0) revert IItemOwnership.ItemOwnershipUnknownRoot(root);
        if (found.kind != Kind.Items) revert IItemOwnership.ItemOwnershipNotItems(root);
        if (leaf.index >= found.leafCount) revert IItemOwnership.ItemOwnershipBadIndex(root, leaf.index);
        Brand memory brand = brandRegistry.brandOf(brandId);
        brandNumber = brand.number;
        _checkSuspension(brandId, brand.suspendedAt);
        (uint256 revoked,) = itemRegistry.wordsOf(root, LeafBitmap.wordOf(leaf.index));
        if (LeafBitmap.isSet(revoked, leaf.index)) revert IItemOwnership.ItemOwnershipRevoked(root, leaf.index);
        if (!MerkleProof.verifyCalldata(proof, root, LeafHash.hashOf(leaf))) {
            revert IItemOwnership.ItemOwnershipBadProof(root, leaf.index);
        }
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
