// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

/// @title Which bit of which word stands for a leaf: leaf `word * 256 + bit`.
library LeafBitmap {
    /// @notice Whether every bit of the mask, at this place, stands for a leaf that exists.
    function covers(uint32 leafCount, uint32 word, uint256 mask) internal pure returns (bool) {
        unchecked {
            // Below 2^40, and subtracted where it is less.
            uint256 first = uint256(word) * 256;
            return first < leafCount && mask >> (leafCount - first) == 0;
        }
    }

    /// @notice Whether the leaf's bit is set in its word.
    function isSet(uint256 bits, uint32 index) internal pure returns (bool) {
        return (bits >> (index % 256)) & 1 == 1;
    }

    /// @notice Place of the word that holds the leaf's bit.
    function wordOf(uint32 index) internal pure returns (uint32) {
        return index / 256;
    }
}
