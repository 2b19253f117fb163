// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {TestToken} from "./TestToken.sol";

/// @title A token that moves more or less than it is told: one that keeps a fee, one that pays a bonus, one that takes
/// more from the sender than it says.
contract SkewedToken is TestToken {
    /// @notice What the receiver gets and the sender loses, in hundredths of the amount.
    uint256 public receivedPercent = 100;
    uint256 public takenPercent = 100;

    /// @notice Sets both. Anybody.
    function setSkew(uint256 received, uint256 taken) external {
        receivedPercent = received;
        takenPercent = taken;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (from == address(0) || to == address(0)) return super._update(from, to, amount);
        super._update(from, address(0), (amount * takenPercent) / 100);
        super._update(address(0), to, (amount * receivedPercent) / 100);
    }
}
