// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {AnchorCore} from "../../../contracts/core/AnchorCore.sol";

/// @title What holds of the 256 leaves of a word that is marked: revoked, or recalled.
/// @dev Read by `npm run prove`. `some` is any choice of leaves, so each single leaf too. A word is only ever written by
/// `ItemRegistry` with what `marked` answers; there is no function that takes a mark back, so a revocation that no call
/// can undo is final.
/// @custom:engine bmc
contract RevocationProperties {
    /// @notice A revocation is final: where some of the leaves were revoked, they are so after every call.
    function provedRevocationIsFinal(uint256 before, uint256 mask, uint256 some) external pure {
        require((before & some) != 0);
        uint256 bits = AnchorCore.marked(before, mask);
        assert((bits & some) != 0);
    }

    /// @notice Every leaf that was asked for is revoked.
    function provedWhatIsAskedIsDone(uint256 before, uint256 mask, uint256 some) external pure {
        require((mask & some) != 0);
        uint256 bits = AnchorCore.marked(before, mask);
        assert((bits & some) != 0);
    }

    /// @notice No other leaf is.
    function provedNothingElseIsDone(uint256 before, uint256 mask, uint256 some) external pure {
        require((before & some) == 0 && (mask & some) == 0);
        uint256 bits = AnchorCore.marked(before, mask);
        assert((bits & some) == 0);
    }

    /// @notice The event names no leaf that was revoked before.
    function provedOnlyNewLeavesAreNamed(uint256 before, uint256 mask) external pure {
        uint256 fresh = AnchorCore.unmarked(before, mask);
        assert((fresh & before) == 0);
    }

    /// @notice FALSE ON PURPOSE: nothing is ever revoked.
    function refutedNothingIsRevoked(uint256 before, uint256 mask, uint256 some) external pure {
        require((before & some) == 0);
        uint256 bits = AnchorCore.marked(before, mask);
        assert((bits & some) == 0);
    }

    /// @notice FALSE ON PURPOSE: a call can take a revocation back.
    function refutedRevocationIsTakenBack(uint256 before, uint256 mask, uint256 some) external pure {
        require((before & some) != 0 && (mask & some) != 0);
        uint256 bits = AnchorCore.marked(before, mask);
        assert((bits & some) == 0);
    }
}
