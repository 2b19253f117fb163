// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

/// @title An account with a mind of its own: it refuses coin, or calls back when it gets some.
contract TestWallet {
    error TestWalletRefused(uint256 amount);

    bool private _refuses;
    address private _target;
    bytes private _data;

    /// @notice What the last call came back with.
    bytes public answer;

    // What it does is what the test is about.
    // solhint-disable-next-line no-complex-fallback
    receive() external payable {
        if (_refuses) revert TestWalletRefused(msg.value);
        if (_target == address(0)) return;
        // Whatever comes back is kept for the test.
        // solhint-disable-next-line avoid-low-level-calls
        (, answer) = _target.call(_data);
    }

    /// @notice Whether coin is refused from now on. Anybody.
    function setRefuses(bool refuses) external {
        _refuses = refuses;
    }

    /// @notice Sets whom to call with what when coin arrives; the zero address ends it. Anybody.
    function setCall(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    /// @notice Calls somebody in this account's name. Anybody.
    function run(address target, bytes calldata data) external payable {
        // Whatever comes back is kept for the test.
        // solhint-disable-next-line avoid-low-level-calls
        (, answer) = target.call{value: msg.value}(data);
    }
}
