// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {IItemRegistry} from "../../contracts/interfaces/IItemRegistry.sol";
import {Anchor, ItemStatus, Kind, LeafStatus, Query, Reason, WordMask} from "../../contracts/types/ItemTypes.sol";
import {Fixture} from "./Fixture.sol";

/// @title Marks are exact and final, anchors never change, and every event is in the running hash.
contract ItemRegistryTest is Fixture {
    uint256 private constant STEPS = 12;
    uint32 private constant LEAVES_MAX = 2 ** 20;

    /// @notice A mask is taken exactly when all its bits stand for leaves, and then sets those bits and no others.
    function testFuzz_marksExactlyTheLeavesNamed(uint32 leafCount, uint32 word, uint256 mask, uint8 bit) public {
        leafCount = 1 + (leafCount % LEAVES_MAX);
        word = word % (leafCount / 256 + 2);
        bytes32 root = keccak256("root");
        items.anchor(BRAND, root, leafCount, Kind.Items);
        bool exists = mask != 0;
        for (uint256 b = 0; b < 256; ++b) {
            if ((mask >> b) & 1 == 1 && uint256(word) * 256 + b >= leafCount) exists = false;
        }
        try items.revoke(root, _one(word, mask), Reason.Stolen) {
            require(exists, "a leaf that does not exist was revoked");
        } catch {
            require(!exists, "leaves that exist were refused");
            mask = 0;
        }
        (uint256 revoked, uint256 recalled) = items.wordsOf(root, word);
        require(revoked == mask && recalled == 0, "other leaves were revoked");
        LeafStatus memory leaf = items.status(root, uint32(uint256(word) * 256 + bit));
        require(leaf.revoked == ((mask >> bit) & 1 == 1), "the status differs from the bitmap");
        require(leaf.exists == (uint256(word) * 256 + bit < leafCount), "existence differs from the leaf count");
    }

    /// @notice Two calls in any order and overlap leave the union of their bits.
    function testFuzz_marksAddUp(uint256 first, uint256 second) public {
        bytes32 root = keccak256("root");
        items.anchor(BRAND, root, 256, Kind.Items);
        if (first != 0) items.recall(root, _one(0, first), Reason.Safety);
        if (second != 0) items.recall(root, _one(0, second), Reason.Quality);
        (uint256 revoked, uint256 recalled) = items.wordsOf(root, 0);
        require(recalled == first | second && revoked == 0, "not the union");
        (uint64 sequence,) = items.headOf(BRAND);
        uint256 changes = 1 + (first != 0 ? 1 : 0) + (second & ~first != 0 ? 1 : 0);
        require(sequence == changes, "an event without a change, or a change without an event");
    }

    /// @notice Random events of two brands: each one's count and hash follow from its own events alone.
    function testFuzz_runningHashHoldsEveryEvent(uint256 seed) public {
        bytes32[2] memory brandIds = [BRAND, OTHER_BRAND];
        bytes32[2] memory hashes;
        uint64[2] memory counts;
        for (uint256 i = 0; i < STEPS; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            uint256 who = random & 1;
            bytes32 root = keccak256(abi.encode("root", who));
            bytes32 digest = counts[who] == 0
                ? _anchor(brandIds[who], root, uint32(1024 + (random >> 240)), ++counts[who])
                : _mark(brandIds[who], root, random >> 8, ++counts[who], i);
            hashes[who] = keccak256(abi.encode(hashes[who], digest));
        }
        for (uint256 who = 0; who < 2; ++who) {
            (uint64 sequence, bytes32 runningHash) = items.headOf(brandIds[who]);
            require(sequence == counts[who], "the count is wrong");
            require(runningHash == hashes[who], "the hash is wrong");
        }
    }

    /// @notice An anchor is what it was, whatever is anchored, revoked or recalled later, by whomever.
    function testFuzz_anchorsNeverChange(bytes32 root, uint32 leafCount, uint8 kind, uint32 later, address caller)
        public
    {
        if (root == 0) return;
        leafCount = 1 + (leafCount % LEAVES_MAX);
        items.anchor(BRAND, root, leafCount, Kind(kind % 3));
        bytes memory before = abi.encode(items.anchorOf(root));
        VM.warp(block.timestamp + 1 + later);
        bool refused = false;
        try items.anchor(OTHER_BRAND, root, 1, Kind.Items) {} catch { refused = true; }
        require(refused, "a root was anchored twice");
        VM.prank(caller);
        try items.revoke(root, _one(0, 1), Reason.Stolen) {
            require(caller == address(this), "a stranger revoked");
        } catch {
            require(caller != address(this), "the brand was refused");
        }
        items.recall(root, _one(0, 1), Reason.Safety);
        require(keccak256(abi.encode(items.anchorOf(root))) == keccak256(before), "the anchor changed");
    }

    /// @notice Reads answer for anything at all, and two reads of one leaf agree.
    function testFuzz_readsNeverRevert(bytes32 root, uint32 index, bytes32 thumbprint, bool known) public {
        if (known && root != 0) items.anchor(BRAND, root, 1000, Kind.Events);
        Query[] memory queries = new Query[](1);
        queries[0] = Query(root, index, thumbprint);
        ItemStatus memory all = items.statuses(queries)[0];
        LeafStatus memory leaf = items.status(root, index);
        Anchor memory anchor = items.anchorOf(root);
        require(keccak256(abi.encode(all.anchor)) == keccak256(abi.encode(anchor)), "two anchors of one root");
        require(leaf.exists == (index < anchor.leafCount), "existence differs from the leaf count");
        require(all.revoked == leaf.revoked && all.recalled == leaf.recalled, "two states of one leaf");
    }

    function _anchor(bytes32 brandId, bytes32 root, uint32 leafCount, uint64 sequence) private returns (bytes32) {
        items.anchor(brandId, root, leafCount, Kind.Items);
        bytes32 topic = keccak256("Anchored(bytes32,bytes32,uint32,uint8,uint64,bytes32)");
        return keccak256(abi.encode(topic, brandId, root, sequence, uint256(leafCount), uint256(0)));
    }

    /// @dev Each step marks a bit of its own, so that nothing is passed over.
    function _mark(bytes32 brandId, bytes32 root, uint256 random, uint64 sequence, uint256 step)
        private
        returns (bytes32)
    {
        WordMask[] memory words = _one(uint32(random % 4), 1 << step);
        Reason reason = Reason((random >> 8) % 7);
        bool recalls = random & 1 == 1;
        if (recalls) items.recall(root, words, reason);
        else items.revoke(root, words, reason);
        bytes32 topic = recalls ? IItemRegistry.Recalled.selector : IItemRegistry.Revoked.selector;
        return keccak256(abi.encode(topic, brandId, root, sequence, words, reason));
    }

    function _one(uint32 word, uint256 mask) private pure returns (WordMask[] memory words) {
        words = new WordMask[](1);
        words[0] = WordMask(word, mask);
    }
}
