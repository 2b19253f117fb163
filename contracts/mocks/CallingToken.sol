// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {TestToken} from "./TestToken.sol";

/// @title A token that calls somebody in the middle of every transfer.
contract CallingToken is TestToken {
    address private _target;
    bytes private _data;

    /// @notice What the last call came back with.
    bytes public answer;

    /// @notice Sets whom to call with what; the zero address ends it. Anybody.
    function setCall(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (_target == address(0)) return;
        // Whatever comes back is kept for the test.
        // solhint-disable-next-line avoid-low-level-calls
        (, answer) = _target.call(_data);
    }
}
