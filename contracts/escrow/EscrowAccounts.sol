// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IEscrowVault} from "../interfaces/IEscrowVault.sol";

/// @title The money of `EscrowVault`: what came in, what is owed to whom, and how it is paid out.
/// @dev Every function that reaches a foreign token or account refuses to be entered again, so that no balance moves
/// while it is measured.
abstract contract EscrowAccounts is IEscrowVault, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev Stands for the chain's own coin where a token is named.
    address private constant _COIN = address(0);

    mapping(address token => mapping(address account => uint256 amount)) private _credits;
    mapping(address token => uint256 amount) private _owed;

    /// @inheritdoc IEscrowVault
    function withdraw(address token) external nonReentrant returns (uint256 amount) {
        return _withdraw(token, msg.sender, msg.sender);
    }

    /// @inheritdoc IEscrowVault
    function withdrawTo(address token, address to) external nonReentrant returns (uint256 amount) {
        if (to == address(0) || to == address(this)) revert EscrowVaultBadReceiver(to);
        return _withdraw(token, msg.sender, to);
    }

    /// @inheritdoc IEscrowVault
    function withdrawFor(address token, address account) external nonReentrant returns (uint256 amount) {
        return _withdraw(token, account, account);
    }

    /// @inheritdoc IEscrowVault
    function creditOf(address token, address account) external view returns (uint256 amount) {
        return _credits[token][account];
    }

    /// @inheritdoc IEscrowVault
    function owed(address token) external view returns (uint256 amount) {
        return _owed[token];
    }

    /// @dev Takes the payment in and says how much of it arrived: at most the amount.
    function _take(address token, address payer, uint128 amount) internal returns (uint128 received) {
        if (token == _COIN) {
            if (amount == 0 || msg.value != amount) revert EscrowVaultBadPayment(token, amount, msg.value);
            return _book(token, amount);
        }
        if (msg.value != 0) revert EscrowVaultBadPayment(token, amount, msg.value);
        if (token.code.length == 0) revert EscrowVaultNoToken(token);
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(payer, address(this), amount);
        uint256 afterwards = IERC20(token).balanceOf(address(this));
        if (afterwards <= before) revert EscrowVaultBadPayment(token, amount, 0);
        uint256 gained = afterwards - before;
        // The smaller of the two, so the cast loses nothing.
        return _book(token, gained < amount ? uint128(gained) : amount);
    }

    function _credit(address token, address account, uint128 amount) internal {
        if (amount != 0) _credits[token][account] += amount;
    }

    function _book(address token, uint128 received) private returns (uint128) {
        _owed[token] += received;
        return received;
    }

    function _withdraw(address token, address account, address to) private returns (uint256 amount) {
        // Check
        amount = _credits[token][account];
        if (amount == 0) revert EscrowVaultNoCredit(token, account);
        // Effect
        _credits[token][account] = 0;
        _owed[token] -= amount;
        emit Withdrawn(token, account, to, amount);
        // Interaction
        if (token == _COIN) _payCoin(to, amount);
        else _payToken(token, to, amount);
    }

    function _payCoin(address to, uint256 amount) private {
        (bool paid,) = to.call{value: amount}("");
        if (!paid) revert EscrowVaultPaymentRefused(to, amount);
    }

    function _payToken(address token, address to, uint256 amount) private {
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransfer(to, amount);
        uint256 afterwards = IERC20(token).balanceOf(address(this));
        if (before > afterwards && before - afterwards > amount) {
            revert EscrowVaultOverdrawn(token, amount, before - afterwards);
        }
    }
}
