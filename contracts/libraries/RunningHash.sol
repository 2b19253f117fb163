// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {Kind} from "../types/ItemTypes.sol";

/// @title The hash over all events of a brand; `IItemRegistry` says what goes in. `MarkedWords` has the digest of the
/// events that mark leaves.
library RunningHash {
    /// @notice The running hash after an event: keccak256(abi.encode(previous, digest)).
    function next(bytes32 previous, bytes32 digest) internal pure returns (bytes32) {
        return Hashes.efficientKeccak256(previous, digest);
    }

    /// @notice Digest of an `Anchored` event.
    function anchored(bytes32 topic, bytes32 brandId, bytes32 root, uint64 sequence, uint32 leafCount, Kind kind)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(topic, brandId, root, sequence, leafCount, kind));
    }
}
