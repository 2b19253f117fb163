// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {Kind, Reason, WordMask} from "../types/ItemTypes.sol";

/// @title The hash over all events of a brand; `IItemRegistry` says what goes in.
library RunningHash {
    /// @notice The running hash after an event.
    function next(bytes32 previous, bytes32 digest) internal pure returns (bytes32) {
        return keccak256(abi.encode(previous, digest));
    }

    /// @notice Digest of an `Anchored` event.
    function anchored(bytes32 topic, bytes32 brandId, bytes32 root, uint64 sequence, uint32 leafCount, Kind kind)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(topic, brandId, root, sequence, leafCount, kind));
    }

    /// @notice Digest of a `Revoked` or `Recalled` event.
    function marked(
        bytes32 topic,
        bytes32 brandId,
        bytes32 root,
        uint64 sequence,
        WordMask[] memory words,
        Reason reason
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(topic, brandId, root, sequence, words, reason));
    }
}
