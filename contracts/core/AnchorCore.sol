// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {IItemRegistry} from "../interfaces/IItemRegistry.sol";
import {LeafBitmap} from "../libraries/LeafBitmap.sol";
import {Kind} from "../types/ItemTypes.sol";

/// @title What may become of an anchored root and of the bits of its leaves: the state machine of `ItemRegistry`.
/// @dev Who may ask is not decided here. Pure functions over values, so that a solver can prove:
/// - an anchor never changes, so an item's brand does not;
/// - a bit that is set stays set, so a revocation is final;
/// - no account anchors more in a day than its quota.
library AnchorCore {
    /// @dev Fills one slot; the brand by its number. Zero `anchoredAt` means that the root is not anchored.
    struct Record {
        uint32 brandNumber;
        uint32 leafCount;
        uint48 anchoredAt;
        uint48 blockNumber;
        uint64 sequence;
        Kind kind;
    }

    /// @dev What an account anchored on a day (whole days since 1970, UTC).
    struct Usage {
        uint32 day;
        uint32 leaves;
    }

    /// @notice The record of a root after somebody asks that it become `wanted`: that, or what it was if it was
    /// anchored before. `wanted.anchoredAt` is not 0.
    function anchored(Record memory before, Record memory wanted)
        internal
        pure
        returns (Record memory record, bool taken)
    {
        return before.anchoredAt != 0 ? (before, true) : (wanted, false);
    }

    /// @notice Refuses an empty mask, and one with a bit for a leaf that does not exist.
    /// @dev No proof needs it, and it is run for every word: `require` would cost 30 gas more, for an error not raised.
    function checkMask(uint256 mask, uint32 word, uint32 leafCount) internal pure {
        if (mask == 0 || !LeafBitmap.covers(leafCount, word, mask)) {
            revert IItemRegistry.ItemRegistryBadMask(word, mask, leafCount);
        }
    }

    /// @notice What a word becomes when the bits of `mask` are set.
    function marked(uint256 before, uint256 mask) internal pure returns (uint256) {
        return before | mask;
    }

    /// @notice Which bits of `mask` are not set in a word yet.
    function unmarked(uint256 before, uint256 mask) internal pure returns (uint256) {
        return mask & ~before;
    }

    /// @notice What an account comes to on a day when it anchors so many leaves more; `fits` when that is within its
    /// quota.
    function spent(Usage memory usage, uint32 day, uint32 leaves, uint32 leavesPerDay)
        internal
        pure
        returns (uint256 total, bool fits)
    {
        total = usage.day == day ? uint256(usage.leaves) + leaves : leaves;
        return (total, total <= leavesPerDay);
    }
}
