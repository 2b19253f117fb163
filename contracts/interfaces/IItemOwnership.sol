// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {Leaf} from "../types/ItemTypes.sol";
import {
    Authorization,
    ListingPermit,
    Origin,
    OwnershipState,
    PermitStatus,
    Possession,
    Reporter
} from "../types/OwnershipTypes.sol";

/// @title Whose an item is.
/// @notice An ERC-721 token for each claimed item. The hidden claim key under the scratch panel authorises the first
/// claim and names the owner, so whoever sends the transaction can neither take the item nor needs to own it. An owner
/// is an address, or a P-256 key (a passkey) that has none: `ownerOf` then answers an address derived from the key,
/// which no private key opens, and only signatures move the item.
///
/// Token ids are scoped by brand: `keccak256(abi.encode(brandId, itemId))`. A brand that anchors another brand's item
/// ids gets tokens of its own and never that brand's.
///
/// The nonce counts the item's changes since its claim: transfers, reports, and the start and cancellation of a
/// recovery. Every signature of an owner names the nonce it is for, so each change ends all earlier ones.
/// EIP-712 domain: name "Cachet ItemOwnership", version "1", chain id, this contract. Types:
/// - Claim(uint256 tokenId,bytes owner,uint48 deadline), by the claim key
/// - Recover(uint256 tokenId,bytes newOwner,uint40 nonce,uint48 deadline), by the claim key
/// - Transfer(uint256 tokenId,bytes to,uint40 nonce,uint48 deadline), by the owner, as all that follow
/// - ReportStolen, ReportRecovered, CancelRecovery(uint256 tokenId,uint40 nonce,uint48 deadline)
/// - ListingPermit(uint256 tokenId,bytes32 marketplace,bytes32 listing,uint40 nonce,uint48 expiry)
/// Reads of this interface never revert for the unknown.
interface IItemOwnership {
    /// @notice An item got its first owner (see the `Transfer` beside it) by the leaf given.
    event Claimed(
        uint256 indexed tokenId, bytes32 indexed brandId, bytes32 indexed itemId, bytes32 root, uint32 index
    );
    /// @notice The owner or the brand reported the item stolen: it cannot move until the report is taken back.
    /// `account` is the owner, or the brand's account that spoke for it; the same in the events below.
    event ReportedStolen(uint256 indexed tokenId, Reporter by, address indexed account);
    /// @notice The report that the item is stolen was taken back.
    event ReportedRecovered(uint256 indexed tokenId, Reporter by, address indexed account);
    /// @notice Possession and the brand ask that the item be given to `newOwner` from `readyAt` (Unix seconds) on.
    event RecoveryStarted(uint256 indexed tokenId, address indexed newOwner, uint48 readyAt, address indexed account);
    /// @notice The owner or the brand ended a pending recovery. One that ends by a transfer has no event of its own.
    event RecoveryCancelled(uint256 indexed tokenId, Reporter by, address indexed account);
    /// @notice The item was given to its new owner (see the `Transfer` beside it).
    event RecoveryFinished(uint256 indexed tokenId, address indexed newOwner);

    /// @notice The root is not anchored.
    error ItemOwnershipUnknownRoot(bytes32 root);
    /// @notice The leaves under the root are no items.
    error ItemOwnershipNotItems(bytes32 root);
    /// @notice The leaf's index is beyond the anchored leaves, so it could never be revoked.
    error ItemOwnershipBadIndex(bytes32 root, uint32 index);
    /// @notice The proof does not lead from the leaf to the root.
    error ItemOwnershipBadProof(bytes32 root, uint32 index);
    /// @notice The leaf is revoked.
    error ItemOwnershipRevoked(bytes32 root, uint32 index);
    /// @notice The brand is suspended since the time given (Unix seconds).
    error ItemOwnershipBrandSuspended(bytes32 brandId, uint48 suspendedAt);
    /// @notice The item was claimed before, at the time given (Unix seconds).
    error ItemOwnershipAlreadyClaimed(uint256 tokenId, uint48 claimedAt);
    /// @notice The item was never claimed.
    error ItemOwnershipUnknownItem(uint256 tokenId);
    /// @notice The bytes are neither an address nor a P-256 key under one of the two verifiers.
    error ItemOwnershipBadOwner(bytes owner);
    /// @notice The signature counted until `deadline`; both in Unix seconds.
    error ItemOwnershipExpired(uint48 deadline, uint256 time);
    /// @notice The claim key did not sign this.
    error ItemOwnershipBadClaimSignature(uint256 tokenId, address claimKey);
    /// @notice The signature is for another state of the item than the present one.
    error ItemOwnershipWrongNonce(uint256 tokenId, uint40 nonce, uint40 current);
    /// @notice The signer does not own the item; `account` is zero for bytes that can own nothing.
    error ItemOwnershipNotOwner(uint256 tokenId, address account);
    /// @notice The owner did not sign this.
    error ItemOwnershipBadSignature(uint256 tokenId, address owner);
    /// @notice The caller is neither the owner nor, where the brand has a say, its admin or anchoring account.
    error ItemOwnershipNotAuthorized(uint256 tokenId, address caller);
    /// @notice The item is reported stolen since the time given (Unix seconds).
    error ItemOwnershipStolen(uint256 tokenId, uint48 stolenAt);
    /// @notice The item is not reported stolen.
    error ItemOwnershipNotStolen(uint256 tokenId);
    /// @notice The report was made by another, who alone can take it back.
    error ItemOwnershipReportedByOther(uint256 tokenId, Reporter by);
    /// @notice The item was not claimed with this leaf.
    error ItemOwnershipWrongOrigin(uint256 tokenId);
    /// @notice A recovery is pending, to be finished from the time given (Unix seconds) on.
    error ItemOwnershipRecoveryPending(uint256 tokenId, uint48 readyAt);
    /// @notice No recovery is pending.
    error ItemOwnershipNoRecovery(uint256 tokenId);
    /// @notice The owner may still object; both times in Unix seconds.
    error ItemOwnershipRecoveryTooEarly(uint256 tokenId, uint48 readyAt, uint256 time);

    /// @notice Gives an item its first owner. Anybody may send it: the claim key's signature names the owner.
    /// @dev A recalled item may be claimed: a recall asks whoever holds the item to come forward.
    /// @param root A root of items that an active brand anchored.
    /// @param leaf The item's leaf, not revoked.
    /// @param proof Sorted-pair Merkle proof from the leaf to the root.
    /// @param owner ERC-7913 signer: 20 bytes of an address, or a verifier's 20 and a P-256 key's 64 (x, y).
    /// @param deadline Unix seconds of the last second in which the signature counts.
    /// @param signature The claim key's signature over `Claim` (65 bytes).
    /// @return tokenId The item's token.
    function claim(
        bytes32 root,
        Leaf calldata leaf,
        bytes32[] calldata proof,
        bytes calldata owner,
        uint48 deadline,
        bytes calldata signature
    ) external returns (uint256 tokenId);

    /// @notice Moves an item by its owner's signature over `Transfer`. Anybody may send it. An owner who signed too
    /// early ends the signature by moving the item to itself.
    /// @param to ERC-7913 signer of the new owner, as in `claim`.
    function transferWithSignature(uint256 tokenId, bytes calldata to, Authorization calldata authorization) external;

    /// @notice Reports an item stolen. Its owner, or an admin or anchoring account of its active brand.
    function reportStolen(uint256 tokenId) external;

    /// @notice As `reportStolen`, by the owner's signature over `ReportStolen`. Anybody may send it.
    function reportStolenWithSignature(uint256 tokenId, Authorization calldata authorization) external;

    /// @notice Takes a report back: the owner its own, the active brand its own. The brand also takes back an owner's
    /// report once a recovery of the item has passed its delay, because that owner's key is lost.
    function reportRecovered(uint256 tokenId) external;

    /// @notice As `reportRecovered`, by the owner's signature over `ReportRecovered`. Anybody may send it.
    function reportRecoveredWithSignature(uint256 tokenId, Authorization calldata authorization) external;

    /// @notice Asks that an item whose owner's key is lost be given to a new owner after `RECOVERY_DELAY`. Admin or
    /// anchoring account of its active brand, with the claim key's signature over `Recover`. Allowed for an item
    /// reported stolen, which must be reported recovered before the recovery can be finished.
    /// @param origin The leaf the item was claimed with.
    /// @param newOwner ERC-7913 signer, as in `claim`.
    function startRecovery(
        uint256 tokenId,
        Origin calldata origin,
        bytes calldata newOwner,
        Possession calldata possession
    ) external;

    /// @notice Ends a pending recovery. The owner, or an admin or anchoring account of the active brand. A transfer by
    /// the owner ends it too.
    function cancelRecovery(uint256 tokenId) external;

    /// @notice As `cancelRecovery`, by the owner's signature over `CancelRecovery`. Anybody may send it.
    function cancelRecoveryWithSignature(uint256 tokenId, Authorization calldata authorization) external;

    /// @notice Gives the item to the new owner. Anybody, from `readyAt` on, while the brand is active and the item is
    /// not reported stolen.
    function finishRecovery(uint256 tokenId) external;

    /// @notice The token of a brand's item, claimed or not.
    function tokenIdOf(bytes32 brandId, bytes32 itemId) external pure returns (uint256 tokenId);

    /// @notice The address under which an ERC-7913 signer owns items; zero for bytes that can own nothing.
    function ownerAddressOf(bytes calldata owner) external view returns (address account);

    /// @notice Everything the chain says of each token's ownership, in the order asked.
    function statesOf(uint256[] calldata tokenIds) external view returns (OwnershipState[] memory states);

    /// @notice Whether the signer owns the item and signed the hash: how an owner answers a buyer's challenge.
    /// @param hash What was signed. A caller makes it so that it can be nothing else, such as an EIP-712 digest of a
    /// domain of its own.
    function isOwnerSignature(uint256 tokenId, bytes32 hash, bytes calldata owner, bytes calldata signature)
        external
        view
        returns (bool signed);

    /// @notice Whether a listing permit counts now, or the first reason why it does not.
    /// @param origin The leaf the item was claimed with.
    /// @param owner ERC-7913 signer of the item's owner.
    /// @param signature Its signature over `ListingPermit`.
    function permitStatus(
        ListingPermit calldata permit,
        Origin calldata origin,
        bytes calldata owner,
        bytes calldata signature
    ) external view returns (PermitStatus status);
}
