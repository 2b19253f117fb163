// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {ListingPermit, Origin} from "../types/OwnershipTypes.sol";

/// @title What claim keys and owners sign (EIP-712 struct hashes), and the digest of an item's origin.
/// @dev EIP-712 hashes a `bytes` member by its contents, so an owner of any length is one word here.
library OwnershipMessages {
    bytes32 internal constant CLAIM = keccak256("Claim(uint256 tokenId,bytes owner,uint48 deadline)");
    bytes32 internal constant RECOVER =
        keccak256("Recover(uint256 tokenId,bytes newOwner,uint40 nonce,uint48 deadline)");
    bytes32 internal constant TRANSFER = keccak256("Transfer(uint256 tokenId,bytes to,uint40 nonce,uint48 deadline)");
    bytes32 internal constant REPORT_STOLEN =
        keccak256("ReportStolen(uint256 tokenId,uint40 nonce,uint48 deadline)");
    bytes32 internal constant REPORT_RECOVERED =
        keccak256("ReportRecovered(uint256 tokenId,uint40 nonce,uint48 deadline)");
    bytes32 internal constant CANCEL_RECOVERY =
        keccak256("CancelRecovery(uint256 tokenId,uint40 nonce,uint48 deadline)");
    bytes32 internal constant LISTING_PERMIT =
        keccak256("ListingPermit(uint256 tokenId,bytes32 marketplace,bytes32 listing,uint40 nonce,uint48 expiry)");

    /// @notice Struct hash of `Claim`.
    function claim(uint256 tokenId, bytes calldata owner, uint48 deadline) internal pure returns (bytes32) {
        return keccak256(abi.encode(CLAIM, tokenId, keccak256(owner), deadline));
    }

    /// @notice Struct hash of `Recover` or `Transfer`: both hand an item to `to`.
    function handover(bytes32 typeHash, uint256 tokenId, bytes calldata to, uint40 nonce, uint48 deadline)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(typeHash, tokenId, keccak256(to), nonce, deadline));
    }

    /// @notice Struct hash of `ReportStolen`, `ReportRecovered` or `CancelRecovery`.
    function act(bytes32 typeHash, uint256 tokenId, uint40 nonce, uint48 deadline) internal pure returns (bytes32) {
        return keccak256(abi.encode(typeHash, tokenId, nonce, deadline));
    }

    /// @notice Struct hash of `ListingPermit`.
    function listing(ListingPermit calldata permit) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                LISTING_PERMIT, permit.tokenId, permit.marketplace, permit.listing, permit.nonce, permit.expiry
            )
        );
    }

    /// @notice 176 bits of the digest of the leaf an item was claimed with: too many to find another leaf for, few
    /// enough to share a slot.
    function originTag(Origin memory origin) internal pure returns (bytes22) {
        return bytes22(keccak256(abi.encode(origin.root, origin.index, origin.claimKey)));
    }
}
