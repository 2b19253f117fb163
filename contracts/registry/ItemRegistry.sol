// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {AnchorCore} from "../core/AnchorCore.sol";
import {IBrandRegistry} from "../interfaces/IBrandRegistry.sol";
import {IItemRegistry} from "../interfaces/IItemRegistry.sol";
import {LeafBitmap} from "../libraries/LeafBitmap.sol";
import {LeafHash} from "../libraries/LeafHash.sol";
import {MarkedWords} from "../libraries/MarkedWords.sol";
import {RunningHash} from "../libraries/RunningHash.sol";
import {Anchor, ItemStatus, Kind, Leaf, LeafStatus, Query, Reason, WordMask} from "../types/ItemTypes.sol";

/// @title Which items a brand vouches for, and which it no longer does.
contract ItemRegistry is IItemRegistry {
    /// @notice Most leaves under one root: a bitmap of 4,096 words.
    uint32 public constant LEAVES_MAX = 2 ** 20;
    /// @notice Most words in one call: 512 new ones (131,072 leaves) take some 12 million gas, less than half of what
    /// one block of a common network holds.
    uint256 public constant WORDS_MAX = 512;
    /// @notice Where the brands are registered.
    IBrandRegistry public immutable brandRegistry;

    /// @dev A struct, so that its slot is looked up once.
    struct Word {
        uint256 bits;
    }

    struct Head {
        uint64 sequence;
        bytes32 runningHash;
    }

    mapping(bytes32 root => AnchorCore.Record record) private _anchors;
    mapping(bytes32 brandId => Head head) private _heads;
    /// @dev Of accounts with a quota only.
    mapping(bytes32 brandId => mapping(address account => AnchorCore.Usage usage)) private _usages;
    mapping(bytes32 root => mapping(uint32 word => Word)) private _revoked;
    mapping(bytes32 root => mapping(uint32 word => Word)) private _recalled;

    constructor(IBrandRegistry brands) {
        brandRegistry = brands;
    }

    /// @inheritdoc IItemRegistry
    function anchor(bytes32 brandId, bytes32 root, uint32 leafCount, Kind kind) external {
        // Check
        (uint32 number, bool allowed,, uint32 leavesPerDay) = _activeAuthority(brandId, msg.sender);
        if (!allowed) revert ItemRegistryNotAuthorized(brandId, msg.sender);
        if (root == 0) revert ItemRegistryBadRoot(root);
        if (leafCount == 0 || leafCount > LEAVES_MAX) revert ItemRegistryBadLeafCount(leafCount, LEAVES_MAX);
        // Effect
        if (leavesPerDay != 0) _use(brandId, msg.sender, leafCount, leavesPerDay);
        Head storage head = _heads[brandId];
        uint64 sequence = head.sequence + 1;
        AnchorCore.Record memory wanted = AnchorCore.Record({
            brandNumber: number,
            leafCount: leafCount,
            kind: kind,
            anchoredAt: uint48(block.timestamp),
            blockNumber: uint48(block.number),
            sequence: sequence
        });
        (AnchorCore.Record memory record, bool taken) = AnchorCore.anchored(_anchors[root], wanted);
        if (taken) revert ItemRegistryRootAnchored(root, brandRegistry.brandIdOf(record.brandNumber));
        _anchors[root] = record;
        bytes32 digest = RunningHash.anchored(Anchored.selector, brandId, root, sequence, leafCount, kind);
        emit Anchored(brandId, root, leafCount, kind, sequence, _advance(head, sequence, digest));
    }

    /// @inheritdoc IItemRegistry
    function revoke(bytes32 root, WordMask[] calldata words, Reason reason) external {
        _mark(_revoked[root], Revoked.selector, root, words, reason);
    }

    /// @inheritdoc IItemRegistry
    function recall(bytes32 root, WordMask[] calldata words, Reason reason) external {
        _mark(_recalled[root], Recalled.selector, root, words, reason);
    }

    /// @inheritdoc IItemRegistry
    function anchorOf(bytes32 root) external view returns (Anchor memory result) {
        AnchorCore.Record memory record = _anchors[root];
        return _anchorFrom(record, brandRegistry.brandIdOf(record.brandNumber));
    }

    /// @inheritdoc IItemRegistry
    function status(bytes32 root, uint32 index) external view returns (LeafStatus memory result) {
        AnchorCore.Record memory record = _anchors[root];
        if (index >= record.leafCount) return result;
        uint32 word = LeafBitmap.wordOf(index);
        return LeafStatus({
            exists: true,
            brandId: brandRegistry.brandIdOf(record.brandNumber),
            anchoredAt: record.anchoredAt,
            blockNumber: record.blockNumber,
            revoked: LeafBitmap.isSet(_revoked[root][word].bits, index),
            recalled: LeafBitmap.isSet(_recalled[root][word].bits, index)
        });
    }

    /// @inheritdoc IItemRegistry
    function statuses(Query[] calldata queries) external view returns (ItemStatus[] memory results) {
        results = new ItemStatus[](queries.length);
        for (uint256 i = 0; i < queries.length; ++i) _readStatus(results[i], queries[i]);
    }

    /// @inheritdoc IItemRegistry
    function wordsOf(bytes32 root, uint32 word) external view returns (uint256 revokedWord, uint256 recalledWord) {
        return (_revoked[root][word].bits, _recalled[root][word].bits);
    }

    /// @inheritdoc IItemRegistry
    function headOf(bytes32 brandId) external view returns (uint64 sequence, bytes32 runningHash) {
        Head storage head = _heads[brandId];
        return (head.sequence, head.runningHash);
    }

    /// @inheritdoc IItemRegistry
    function anchoredToday(bytes32 brandId, address account) external view returns (uint32 leaves) {
        AnchorCore.Usage storage usage = _usages[brandId][account];
        return usage.day == block.timestamp / 1 days ? usage.leaves : 0;
    }

    /// @inheritdoc IItemRegistry
    function verifyLeaf(bytes32 root, Leaf calldata leaf, bytes32[] calldata proof)
        external
        pure
        returns (bool proven)
    {
        return MerkleProof.verifyCalldata(proof, root, LeafHash.hashOf(leaf));
    }

    /// @dev `topic` is that of the event to emit.
    function _mark(
        mapping(uint32 word => Word) storage bitmap,
        bytes32 topic,
        bytes32 root,
        WordMask[] calldata words,
        Reason reason
    ) private {
        (bytes32 brandId, uint32 leafCount) = _checkMarking(root, words.length, msg.sender);
        (MarkedWords.List added, bool any) = _setBits(bitmap, words, leafCount);
        if (any) _publish(added, topic, brandId, root, reason);
    }

    function _publish(MarkedWords.List added, bytes32 topic, bytes32 brandId, bytes32 root, Reason reason) private {
        Head storage head = _heads[brandId];
        uint64 sequence = head.sequence + 1;
        bytes32 digest = MarkedWords.digest(added, topic, brandId, root, sequence, reason);
        bytes32 runningHash = _advance(head, sequence, digest);
        MarkedWords.log(added, topic, brandId, root, reason, sequence, runningHash);
    }

    /// @dev Sets the bits and returns those that were not set before, word by word.
    function _setBits(mapping(uint32 word => Word) storage bitmap, WordMask[] calldata words, uint32 leafCount)
        private
        returns (MarkedWords.List added, bool any)
    {
        added = MarkedWords.make(words.length);
        for (uint256 i = 0; i < words.length; ++i) {
            WordMask calldata entry = words[i];
            (uint32 word, uint256 mask) = (entry.word, entry.mask);
            AnchorCore.checkMask(mask, word, leafCount);
            Word storage slot = bitmap[word];
            uint256 before = slot.bits;
            uint256 fresh = AnchorCore.unmarked(before, mask);
            MarkedWords.put(added, i, word, fresh);
            if (fresh == 0) continue;
            slot.bits = AnchorCore.marked(before, mask);
            any = true;
        }
    }

    /// @dev Counts the leaves against what the account may anchor today.
    function _use(bytes32 brandId, address account, uint32 leafCount, uint32 leavesPerDay) private {
        uint32 day = uint32(block.timestamp / 1 days);
        AnchorCore.Usage storage usage = _usages[brandId][account];
        (uint256 total, bool fits) = AnchorCore.spent(usage, day, leafCount, leavesPerDay);
        if (!fits) revert ItemRegistryQuotaExceeded(brandId, account, total, leavesPerDay);
        // Within the quota, so the cast loses nothing.
        (usage.day, usage.leaves) = (day, uint32(total));
    }

    /// @dev The one place that writes a brand's head.
    function _advance(Head storage head, uint64 sequence, bytes32 digest) private returns (bytes32 runningHash) {
        runningHash = RunningHash.next(head.runningHash, digest);
        head.sequence = sequence;
        head.runningHash = runningHash;
    }

    function _checkMarking(bytes32 root, uint256 wordCount, address caller)
        private
        view
        returns (bytes32 brandId, uint32 leafCount)
    {
        AnchorCore.Record memory record = _anchors[root];
        if (record.anchoredAt == 0) revert ItemRegistryUnknownRoot(root);
        if (wordCount == 0 || wordCount > WORDS_MAX) revert ItemRegistryBadWordCount(wordCount, WORDS_MAX);
        brandId = brandRegistry.brandIdOf(record.brandNumber);
        (, bool allowed, bool isAdmin,) = _activeAuthority(brandId, caller);
        if (!allowed && !isAdmin) revert ItemRegistryNotAuthorized(brandId, caller);
        return (brandId, record.leafCount);
    }

    function _activeAuthority(bytes32 brandId, address caller)
        private
        view
        returns (uint32 number, bool allowed, bool isAdmin, uint32 leavesPerDay)
    {
        uint48 suspendedAt;
        (number, suspendedAt, allowed, isAdmin, leavesPerDay) = brandRegistry.authorityOf(brandId, caller);
        if (number == 0) revert ItemRegistryUnknownBrand(brandId);
        if (suspendedAt != 0) revert ItemRegistryBrandSuspended(brandId, suspendedAt);
    }

    function _readStatus(ItemStatus memory result, Query calldata query) private view {
        AnchorCore.Record memory record = _anchors[query.root];
        if (record.anchoredAt == 0) return;
        bytes32 brandId;
        (brandId, result.brandSuspendedAt, result.key) = brandRegistry.signerOf(record.brandNumber, query.thumbprint);
        result.anchor = _anchorFrom(record, brandId);
        if (query.index >= record.leafCount) return;
        uint32 word = LeafBitmap.wordOf(query.index);
        result.revoked = LeafBitmap.isSet(_revoked[query.root][word].bits, query.index);
        result.recalled = LeafBitmap.isSet(_recalled[query.root][word].bits, query.index);
    }

    function _anchorFrom(AnchorCore.Record memory record, bytes32 brandId) private pure returns (Anchor memory) {
        return Anchor({
            brandId: brandId,
            leafCount: record.leafCount,
            kind: record.kind,
            anchoredAt: record.anchoredAt,
            blockNumber: record.blockNumber,
            sequence: record.sequence
        });
    }
}
