// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IBrandRegistry} from "../interfaces/IBrandRegistry.sol";
import {IItemRegistry} from "../interfaces/IItemRegistry.sol";
import {LeafBitmap} from "../libraries/LeafBitmap.sol";
import {LeafHash} from "../libraries/LeafHash.sol";
import {RunningHash} from "../libraries/RunningHash.sol";
import {Anchor, ItemStatus, Kind, Leaf, LeafStatus, Query, Reason, WordMask} from "../types/ItemTypes.sol";

/// @title Which items a brand vouches for, and which it no longer does.
contract ItemRegistry is IItemRegistry {
    /// @notice Most leaves under one root: a bitmap of 4,096 words.
    uint32 public constant LEAVES_MAX = 2 ** 20;
    /// @notice Most words in one call: 512 new ones (131,072 leaves) take some 13 million gas, less than half of what
    /// one block of a common network holds.
    uint256 public constant WORDS_MAX = 512;
    /// @notice Where the brands are registered.
    IBrandRegistry public immutable brandRegistry;

    /// @dev Fills one slot; the brand by its number. Zero `anchoredAt` means that the root is not anchored.
    struct AnchorRecord {
        uint32 brandNumber;
        uint32 leafCount;
        Kind kind;
        uint48 anchoredAt;
        uint48 blockNumber;
        uint64 sequence;
    }

    struct Head {
        uint64 sequence;
        bytes32 runningHash;
    }

    mapping(bytes32 root => AnchorRecord record) private _anchors;
    mapping(bytes32 brandId => Head head) private _heads;
    mapping(bytes32 root => mapping(uint32 word => uint256 bits)) private _revoked;
    mapping(bytes32 root => mapping(uint32 word => uint256 bits)) private _recalled;

    constructor(IBrandRegistry brands) {
        brandRegistry = brands;
    }

    /// @inheritdoc IItemRegistry
    function anchor(bytes32 brandId, bytes32 root, uint32 leafCount, Kind kind) external {
        // Check
        (uint32 number, bool allowed,) = _activeAuthority(brandId, msg.sender);
        if (!allowed) revert ItemRegistryNotAuthorized(brandId, msg.sender);
        if (root == 0) revert ItemRegistryBadRoot(root);
        if (leafCount == 0 || leafCount > LEAVES_MAX) revert ItemRegistryBadLeafCount(leafCount, LEAVES_MAX);
        AnchorRecord storage record = _anchors[root];
        if (record.anchoredAt != 0) {
            revert ItemRegistryRootAnchored(root, brandRegistry.brandIdOf(record.brandNumber));
        }
        // Effect
        Head storage head = _heads[brandId];
        uint64 sequence = head.sequence + 1;
        _anchors[root] = AnchorRecord({
            brandNumber: number,
            leafCount: leafCount,
            kind: kind,
            anchoredAt: uint48(block.timestamp),
            blockNumber: uint48(block.number),
            sequence: sequence
        });
        bytes32 digest = RunningHash.anchored(Anchored.selector, brandId, root, sequence, leafCount, kind);
        emit Anchored(brandId, root, leafCount, kind, sequence, _advance(head, sequence, digest));
    }

    /// @inheritdoc IItemRegistry
    function revoke(bytes32 root, WordMask[] calldata words, Reason reason) external {
        bytes32 brandId = _checkMarking(root, words.length, msg.sender);
        (WordMask[] memory added, bool any) = _mark(_revoked[root], words, _anchors[root].leafCount);
        if (!any) return;
        Head storage head = _heads[brandId];
        uint64 sequence = head.sequence + 1;
        bytes32 digest = RunningHash.marked(Revoked.selector, brandId, root, sequence, added, reason);
        emit Revoked(brandId, root, added, reason, sequence, _advance(head, sequence, digest));
    }

    /// @inheritdoc IItemRegistry
    function recall(bytes32 root, WordMask[] calldata words, Reason reason) external {
        bytes32 brandId = _checkMarking(root, words.length, msg.sender);
        (WordMask[] memory added, bool any) = _mark(_recalled[root], words, _anchors[root].leafCount);
        if (!any) return;
        Head storage head = _heads[brandId];
        uint64 sequence = head.sequence + 1;
        bytes32 digest = RunningHash.marked(Recalled.selector, brandId, root, sequence, added, reason);
        emit Recalled(brandId, root, added, reason, sequence, _advance(head, sequence, digest));
    }

    /// @inheritdoc IItemRegistry
    function anchorOf(bytes32 root) external view returns (Anchor memory result) {
        AnchorRecord memory record = _anchors[root];
        return _anchorFrom(record, brandRegistry.brandIdOf(record.brandNumber));
    }

    /// @inheritdoc IItemRegistry
    function status(bytes32 root, uint32 index) external view returns (LeafStatus memory result) {
        AnchorRecord memory record = _anchors[root];
        if (index >= record.leafCount) return result;
        uint32 word = LeafBitmap.wordOf(index);
        return LeafStatus({
            exists: true,
            brandId: brandRegistry.brandIdOf(record.brandNumber),
            anchoredAt: record.anchoredAt,
            blockNumber: record.blockNumber,
            revoked: LeafBitmap.isSet(_revoked[root][word], index),
            recalled: LeafBitmap.isSet(_recalled[root][word], index)
        });
    }

    /// @inheritdoc IItemRegistry
    function statuses(Query[] calldata queries) external view returns (ItemStatus[] memory results) {
        results = new ItemStatus[](queries.length);
        for (uint256 i = 0; i < queries.length; ++i) _readStatus(results[i], queries[i]);
    }

    /// @inheritdoc IItemRegistry
    function wordsOf(bytes32 root, uint32 word) external view returns (uint256 revokedWord, uint256 recalledWord) {
        return (_revoked[root][word], _recalled[root][word]);
    }

    /// @inheritdoc IItemRegistry
    function headOf(bytes32 brandId) external view returns (uint64 sequence, bytes32 runningHash) {
        Head storage head = _heads[brandId];
        return (head.sequence, head.runningHash);
    }

    /// @inheritdoc IItemRegistry
    function verifyLeaf(bytes32 root, Leaf calldata leaf, bytes32[] calldata proof)
        external
        pure
        returns (bool proven)
    {
        return MerkleProof.verifyCalldata(proof, root, LeafHash.hashOf(leaf));
    }

    /// @dev Sets the bits and returns those that were not set before, word by word.
    function _mark(mapping(uint32 word => uint256 bits) storage bitmap, WordMask[] calldata words, uint32 leafCount)
        private
        returns (WordMask[] memory added, bool any)
    {
        added = new WordMask[](words.length);
        for (uint256 i = 0; i < words.length; ++i) {
            (uint32 word, uint256 mask) = (words[i].word, words[i].mask);
            if (mask == 0 || mask & ~LeafBitmap.existing(word, leafCount) != 0) {
                revert ItemRegistryBadMask(word, mask, leafCount);
            }
            uint256 before = bitmap[word];
            uint256 fresh = mask & ~before;
            added[i] = WordMask({word: word, mask: fresh});
            if (fresh == 0) continue;
            bitmap[word] = before | fresh;
            any = true;
        }
    }

    /// @dev The one place that writes a brand's head.
    function _advance(Head storage head, uint64 sequence, bytes32 digest) private returns (bytes32 runningHash) {
        runningHash = RunningHash.next(head.runningHash, digest);
        head.sequence = sequence;
        head.runningHash = runningHash;
    }

    function _checkMarking(bytes32 root, uint256 wordCount, address caller) private view returns (bytes32 brandId) {
        AnchorRecord storage record = _anchors[root];
        if (record.anchoredAt == 0) revert ItemRegistryUnknownRoot(root);
        if (wordCount == 0 || wordCount > WORDS_MAX) revert ItemRegistryBadWordCount(wordCount, WORDS_MAX);
        brandId = brandRegistry.brandIdOf(record.brandNumber);
        (, bool allowed, bool isAdmin) = _activeAuthority(brandId, caller);
        if (!allowed && !isAdmin) revert ItemRegistryNotAuthorized(brandId, caller);
    }

    function _activeAuthority(bytes32 brandId, address caller)
        private
        view
        returns (uint32 number, bool allowed, bool isAdmin)
    {
        uint48 suspendedAt;
        (number, suspendedAt, allowed, isAdmin) = brandRegistry.authorityOf(brandId, caller);
        if (number == 0) revert ItemRegistryUnknownBrand(brandId);
        if (suspendedAt != 0) revert ItemRegistryBrandSuspended(brandId, suspendedAt);
    }

    function _readStatus(ItemStatus memory result, Query calldata query) private view {
        AnchorRecord memory record = _anchors[query.root];
        if (record.anchoredAt == 0) return;
        bytes32 brandId;
        (brandId, result.brandSuspendedAt, result.key) = brandRegistry.signerOf(record.brandNumber, query.thumbprint);
        result.anchor = _anchorFrom(record, brandId);
        if (query.index >= record.leafCount) return;
        uint32 word = LeafBitmap.wordOf(query.index);
        result.revoked = LeafBitmap.isSet(_revoked[query.root][word], query.index);
        result.recalled = LeafBitmap.isSet(_recalled[query.root][word], query.index);
    }

    function _anchorFrom(AnchorRecord memory record, bytes32 brandId) private pure returns (Anchor memory) {
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
