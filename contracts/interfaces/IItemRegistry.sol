// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {Anchor, ItemStatus, Kind, Leaf, LeafStatus, Query, Reason, WordMask} from "../types/ItemTypes.sol";

/// @title Which items a brand vouches for, and which it no longer does.
/// @notice A brand anchors the Merkle root of up to 2^20 leaves in one call, and later revokes or recalls leaves by
/// their index. Revoked and recalled are final. Each brand's events are counted and hashed into one running hash in
/// storage, so that a node that withholds a log is found out by one storage proof. Reads never revert for the unknown.
///
/// The running hash starts at zero. After an event it is `keccak256(abi.encode(previous, digest))`, where `digest` is
/// - Anchored: `keccak256(abi.encode(topic0, brandId, root, sequence, leafCount, kind))`
/// - Revoked, Recalled: `keccak256(abi.encode(topic0, brandId, root, sequence, words, reason))`
/// with the event's own `topic0` and fields.
interface IItemRegistry {
    /// @notice A brand anchored a root.
    event Anchored(
        bytes32 indexed brandId,
        bytes32 indexed root,
        uint32 leafCount,
        Kind kind,
        uint64 sequence,
        bytes32 runningHash
    );
    /// @notice Leaves were revoked. `words` holds exactly the leaves that were not revoked before, so the time of the
    /// event's block is the one time at which they were.
    event Revoked(
        bytes32 indexed brandId,
        bytes32 indexed root,
        WordMask[] words,
        Reason reason,
        uint64 sequence,
        bytes32 runningHash
    );
    /// @notice Leaves were recalled; `words` as in `Revoked`.
    event Recalled(
        bytes32 indexed brandId,
        bytes32 indexed root,
        WordMask[] words,
        Reason reason,
        uint64 sequence,
        bytes32 runningHash
    );

    /// @notice The brand is unknown.
    error ItemRegistryUnknownBrand(bytes32 brandId);
    /// @notice The brand is suspended since the time given (Unix seconds).
    error ItemRegistryBrandSuspended(bytes32 brandId, uint48 suspendedAt);
    /// @notice The caller may not do this for the brand.
    error ItemRegistryNotAuthorized(bytes32 brandId, address caller);
    /// @notice A zero root.
    error ItemRegistryBadRoot(bytes32 root);
    /// @notice The root is anchored already, by the brand given.
    error ItemRegistryRootAnchored(bytes32 root, bytes32 brandId);
    /// @notice The root is not anchored.
    error ItemRegistryUnknownRoot(bytes32 root);
    /// @notice No leaves, or more than `maximum`.
    error ItemRegistryBadLeafCount(uint32 leafCount, uint32 maximum);
    /// @notice No words, or more than `maximum`.
    error ItemRegistryBadWordCount(uint256 count, uint256 maximum);
    /// @notice An empty mask, or one with a bit for a leaf that does not exist.
    error ItemRegistryBadMask(uint32 word, uint256 mask, uint32 leafCount);

    /// @notice The account would come to `total` leaves for the brand today (UTC), and its quota is `leavesPerDay`.
    error ItemRegistryQuotaExceeded(bytes32 brandId, address account, uint256 total, uint32 leavesPerDay);

    /// @notice Anchors a root for a brand. Anchoring accounts of an active brand only, within their quota.
    /// @param brandId The brand.
    /// @param root Merkle root (sorted pairs, Keccak-256), not zero and not anchored by anybody before.
    /// @param leafCount How many leaves are under it: 1 to 2^20.
    /// @param kind What the leaves stand for.
    function anchor(bytes32 brandId, bytes32 root, uint32 leafCount, Kind kind) external;

    /// @notice Revokes leaves for good. Anchoring accounts or the admin of the root's active brand only.
    /// @dev Leaves revoked before are passed over; a call with nothing new changes nothing and emits nothing.
    /// @param root The anchored root.
    /// @param words Which leaves: 1 to `WORDS_MAX` words.
    /// @param reason Why.
    function revoke(bytes32 root, WordMask[] calldata words, Reason reason) external;

    /// @notice Recalls leaves for good; rights, bounds and repetition as in `revoke`.
    function recall(bytes32 root, WordMask[] calldata words, Reason reason) external;

    /// @notice The anchor of a root; all zero for an unknown one.
    function anchorOf(bytes32 root) external view returns (Anchor memory result);

    /// @notice State of one leaf; all zero for an unknown root or an index beyond its leaves.
    function status(bytes32 root, uint32 index) external view returns (LeafStatus memory result);

    /// @notice Everything the chain says of each leaf asked about, in the order of the queries.
    function statuses(Query[] calldata queries) external view returns (ItemStatus[] memory results);

    /// @notice The two bitmap words of 256 leaves; zero for the unknown.
    function wordsOf(bytes32 root, uint32 word) external view returns (uint256 revokedWord, uint256 recalledWord);

    /// @notice How many events a brand has made here, and the hash over all of them; zero for an unknown brand.
    function headOf(bytes32 brandId) external view returns (uint64 sequence, bytes32 runningHash);

    /// @notice Leaves that the account anchored for the brand today (UTC) while it had a quota; 0 for an unknown one.
    function anchoredToday(bytes32 brandId, address account) external view returns (uint32 leaves);

    /// @notice Whether the sorted-pair proof leads from the leaf to the root. Says nothing of an anchor.
    function verifyLeaf(bytes32 root, Leaf calldata leaf, bytes32[] calldata proof) external pure returns (bool proven);
}
