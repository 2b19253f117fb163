// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token that does what it should.
contract TestToken is ERC20 {
    constructor() ERC20("Test token", "TEST") {}

    /// @notice Makes tokens out of nothing. Anybody.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
