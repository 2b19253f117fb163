// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {TestToken} from "./TestToken.sol";

/// @title A token whose issuer can forbid accounts to receive it.
contract BlockingToken is TestToken {
    error BlockingTokenBlocked(address account);

    mapping(address account => bool blocked) private _blocked;

    /// @notice Blocks an account or lets it be again. Anybody.
    function setBlocked(address account, bool blocked) external {
        _blocked[account] = blocked;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (_blocked[to]) revert BlockingTokenBlocked(to);
        super._update(from, to, amount);
    }
}
