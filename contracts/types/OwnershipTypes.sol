// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

/// @notice Who reported an item stolen. `None` while it is not reported.
enum Reporter {
    None,
    Owner,
    Brand
}

/// @notice What `permitStatus` says, the item's own state first. The order is part of the interface.
enum PermitStatus {
    Valid,
    UnknownItem,
    Stolen,
    RecoveryPending,
    WrongOrigin,
    Revoked,
    Recalled,
    BrandSuspended,
    WrongNonce,
    Expired,
    NotOwner,
    BadSignature
}

/// @notice The leaf an item was claimed with: the chain keeps only a digest of it, so the caller brings it again.
/// @param root The anchored root.
/// @param index Place of the leaf under its root.
/// @param claimKey Address of the hidden key that authorised the claim.
struct Origin {
    bytes32 root;
    uint32 index;
    address claimKey;
}

/// @notice The owner's signed word for one act.
/// @param owner The ERC-7913 signer that owns the item: an address (20 bytes), or verifier and P-256 key (84 bytes).
/// @param nonce The item's nonce the signature was made for.
/// @param deadline Unix seconds of the last second in which the signature counts.
/// @param signature EIP-712 signature, in the form that the signer's verifier takes.
struct Authorization {
    bytes owner;
    uint40 nonce;
    uint48 deadline;
    bytes signature;
}

/// @notice The claim key's signed word that somebody has the item in hand and asks for its recovery.
/// @param nonce The item's nonce the signature was made for.
/// @param deadline Unix seconds of the last second in which the signature counts.
/// @param signature The claim key's EIP-712 signature (65 bytes).
struct Possession {
    uint40 nonce;
    uint48 deadline;
    bytes signature;
}

/// @notice The owner's leave to offer one item for sale in one listing of one marketplace.
/// @param tokenId The item.
/// @param marketplace Digest that names the marketplace.
/// @param listing Digest that names the listing.
/// @param nonce The item's nonce the permit was made for: it dies with the next change of the item.
/// @param expiry Unix seconds of the last second in which the permit counts.
struct ListingPermit {
    uint256 tokenId;
    bytes32 marketplace;
    bytes32 listing;
    uint40 nonce;
    uint48 expiry;
}

/// @notice Everything the chain says of who owns an item. All zero for an item that was never claimed.
/// @param owner The owner's address, or the address derived from a key; never zero for a claimed item.
/// @param nonce How often the item changed since its claim.
/// @param stolenAt Unix seconds of the report that the item is stolen; 0 while there is none.
/// @param stolenBy Who made that report.
/// @param brandNumber The brand's number in `BrandRegistry`.
/// @param claimedAt Unix seconds of the claim.
/// @param recoveryOwner Who owns the item once the pending recovery is finished; zero when none is pending.
/// @param recoveryReadyAt Unix seconds from which it may be finished; 0 when none is pending.
struct OwnershipState {
    address owner;
    uint40 nonce;
    uint48 stolenAt;
    Reporter stolenBy;
    uint32 brandNumber;
    uint48 claimedAt;
    address recoveryOwner;
    uint48 recoveryReadyAt;
}
