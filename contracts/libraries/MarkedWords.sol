// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {Reason} from "../types/ItemTypes.sol";

/// @title The words of one call to `revoke` or `recall`, laid out once in memory for both the running hash and the
/// event.
/// @dev The compiler would lay them out three times over: as structs, for the hash and for the event. That costs a bulk
/// revocation some 1,000 gas a word. Here a list is the ABI encoding of `WordMask[]` (its length, then word and mask of
/// each) behind room for six words of head; the list's handle points at the length.
// The rare case: see above.
// solhint-disable no-inline-assembly
library MarkedWords {
    type List is uint256;

    /// @dev Room before the length: what the hash has there is longer than what the event has.
    uint256 private constant _HEAD = 0xc0;

    /// @notice A list of `count` words, to be filled by `put`.
    function make(uint256 count) internal pure returns (List list) {
        assembly ("memory-safe") {
            list := add(mload(0x40), _HEAD)
            mstore(list, count)
            mstore(0x40, add(add(list, 0x20), mul(count, 0x40)))
        }
    }

    /// @notice Writes one word; `place` is less than the list's count.
    function put(List list, uint256 place, uint32 word, uint256 mask) internal pure {
        assembly ("memory-safe") {
            let at := add(add(list, 0x20), mul(place, 0x40))
            mstore(at, and(word, 0xffffffff))
            mstore(add(at, 0x20), mask)
        }
    }

    /// @notice keccak256(abi.encode(topic, brandId, root, sequence, words, reason)).
    function digest(List list, bytes32 topic, bytes32 brandId, bytes32 root, uint64 sequence, Reason reason)
        internal
        pure
        returns (bytes32 result)
    {
        assembly ("memory-safe") {
            let start := sub(list, _HEAD)
            mstore(start, topic)
            mstore(add(start, 0x20), brandId)
            mstore(add(start, 0x40), root)
            mstore(add(start, 0x60), and(sequence, 0xffffffffffffffff))
            mstore(add(start, 0x80), _HEAD)
            mstore(add(start, 0xa0), and(reason, 0xff))
            result := keccak256(start, add(add(_HEAD, 0x20), mul(mload(list), 0x40)))
        }
    }

    /// @notice Emits `Revoked` or `Recalled`, whichever `topic` is the signature of.
    function log(
        List list,
        bytes32 topic,
        bytes32 brandId,
        bytes32 root,
        Reason reason,
        uint64 sequence,
        bytes32 runningHash
    ) internal {
        assembly ("memory-safe") {
            let start := sub(list, 0x80)
            mstore(start, 0x80)
            mstore(add(start, 0x20), and(reason, 0xff))
            mstore(add(start, 0x40), and(sequence, 0xffffffffffffffff))
            mstore(add(start, 0x60), runningHash)
            log3(start, add(0xa0, mul(mload(list), 0x40)), topic, brandId, root)
        }
    }
}
