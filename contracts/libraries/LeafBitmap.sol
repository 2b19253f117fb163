// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

/// @title Which bit of which word stands for a leaf: leaf `word * 256 + bit`.
library LeafBitmap {
    /// @notice The bits of a word that stand for leaves that exist; 0 for a word beyond the last leaf.
    function existing(uint32 word, uint32 leafCount) internal pure returns (uint256) {
        uint256 first = uint256(word) * 256;
        if (first >= leafCount) return 0;
        uint256 count = leafCount - first;
        return count >= 256 ? type(uint256).max : (1 << count) - 1;
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
