// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {Leaf} from "../types/ItemTypes.sol";

/// @title The leaf of OpenZeppelin's standard Merkle tree: hashed twice, so that no inner node passes for a leaf.
/// @dev `test/golden/leaf.json` holds vectors that the gateway's own implementation shares.
library LeafHash {
    /// @notice keccak256(keccak256(abi.encode(index, itemId, certificateDigest, claimKey))).
    function hashOf(Leaf memory leaf) internal pure returns (bytes32) {
        bytes memory encoded = abi.encode(leaf.index, leaf.itemId, leaf.certificateDigest, leaf.claimKey);
        return keccak256(bytes.concat(keccak256(encoded)));
    }
}
