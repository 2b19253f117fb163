// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {TestToken} from "./TestToken.sol";

/// @title A token that can answer `false` and do nothing, instead of reverting.
contract RefusingToken is TestToken {
    bool private _refuses;

    /// @notice Whether transfers are refused from now on. Anybody.
    function setRefuses(bool refuses) external {
        _refuses = refuses;
    }

    /// @notice Moves tokens of the caller, or answers `false`.
    function transfer(address to, uint256 amount) public override returns (bool) {
        return !_refuses && super.transfer(to, amount);
    }

    /// @notice Moves tokens of an owner that allowed it, or answers `false`.
    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return !_refuses && super.transferFrom(from, to, amount);
    }
}
