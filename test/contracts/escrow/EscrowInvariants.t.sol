// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {EscrowHandler} from "./EscrowHandler.sol";

/// @title What holds for all money in the vault after any sequence of calls by anybody.
/// forge-config: default.invariant.fail-on-revert = true
contract EscrowInvariants {
    EscrowHandler private _handler;

    function setUp() public {
        _handler = new EscrowHandler();
        _handler.setUp();
    }

    /// @notice The only contract that is called at random.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @notice What is owed is what open orders hold and what accounts are credited, in every kind of money.
    /// forge-config: default.invariant.runs = 500
    function invariant_owesOpenOrdersAndCredits() external view {
        for (uint256 m = 0; m < 4; ++m) {
            address money = _handler.money(m);
            (uint256 owed,) = _handler.vaultOwes(money, address(0));
            require(owed == _handler.openSum(money) + _handler.creditSum(money), "owes more or less than it took");
        }
    }

    /// @notice The balance is what is owed and what was sent without an order.
    function invariant_holdsWhatItOwes() external view {
        for (uint256 m = 0; m < 4; ++m) {
            address money = _handler.money(m);
            (uint256 owed,) = _handler.vaultOwes(money, address(0));
            require(_handler.balanceOfVault(money) == owed + _handler.donated(money), "holds more or less");
        }
    }

    /// @notice Each account is credited exactly its shares.
    function invariant_creditsWhoIsDue() external view {
        for (uint256 m = 0; m < 4; ++m) {
            for (uint256 a = 0; a < 4; ++a) {
                (address money, address payee) = (_handler.money(m), _handler.account(a));
                (, uint256 credit) = _handler.vaultOwes(money, payee);
                require(credit == _handler.credits(money, payee), "credited more or less");
            }
        }
    }

    /// @notice Every call is allowed and refused as the model says; nothing is released while withheld, nothing is
    /// stuck after its term.
    function invariant_allowsWhatTheModelAllows() external view {
        require(bytes(_handler.fault()).length == 0, _handler.fault());
    }

    /// @notice At the end of each run the time of all orders passes, and every order and credit is paid.
    function afterInvariant() external {
        _handler.drainAll();
        require(bytes(_handler.fault()).length == 0, _handler.fault());
        for (uint256 m = 0; m < 4; ++m) {
            address money = _handler.money(m);
            require(_handler.balanceOfVault(money) == _handler.donated(money), "something is stuck");
        }
    }
}
