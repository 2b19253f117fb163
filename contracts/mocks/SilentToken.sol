// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

/// @title A token whose transfers return nothing, as some older ones do.
contract SilentToken {
    /// @notice Balances by account.
    mapping(address account => uint256 amount) public balanceOf;
    /// @notice Allowances by owner and spender.
    mapping(address owner => mapping(address spender => uint256 amount)) public allowance;

    /// @notice Makes tokens out of nothing. Anybody.
    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    /// @notice Lets a spender take so much.
    function approve(address spender, uint256 amount) external {
        allowance[msg.sender][spender] = amount;
    }

    /// @notice Moves tokens of the caller.
    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    /// @notice Moves tokens of an owner that allowed it.
    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}
