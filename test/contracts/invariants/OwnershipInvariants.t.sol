// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {OwnershipHandler} from "./OwnershipHandler.sol";

/// @title What holds in `ItemOwnership` after any sequence of calls by anybody.
/// forge-config: default.invariant.fail-on-revert = true
contract OwnershipInvariants {
    OwnershipHandler private _handler;

    function setUp() public {
        _handler = new OwnershipHandler();
        _handler.setUp();
    }

    /// @notice The only contract that is called at random.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @notice Each claimed item counts for one owner, and all balances together are the number of claims.
    function invariant_balancesSumToTheClaims() external view {
        uint256 sum = 0;
        for (uint256 i = 0; i < _handler.OWNERS(); ++i) sum += _handler.ownership().balanceOf(_handler.ownerAt(i));
        require(sum == _handler.claimed(), "an item has no owner, or two");
    }

    /// @notice No call moved an item that was reported stolen.
    function invariant_stolenItemsStay() external view {
        require(!_handler.movedWhileStolen(), "a stolen item moved");
    }

    /// @notice No call made a nonce less, and none moved an item without counting it.
    function invariant_noncesOnlyRise() external view {
        require(!_handler.nonceFell(), "a nonce fell, or an item moved under the same one");
    }

    /// @notice A claimed item keeps its brand, which is the one that anchored it, and the time of its claim.
    function invariant_itemsKeepTheirBrand() external view {
        require(!_handler.originChanged(), "an item changed its brand or claim");
    }

    /// @notice Every call of the run was allowed and refused as the model says; each owner has what is counted.
    function afterInvariant() external view {
        require(bytes(_handler.fault()).length == 0, _handler.fault());
        for (uint256 o = 0; o < _handler.OWNERS(); ++o) {
            address owner = _handler.ownerAt(o);
            uint256 count = 0;
            for (uint256 i = 0; i < _handler.ITEMS(); ++i) {
                try _handler.ownership().ownerOf(_handler.tokenAt(i)) returns (address found) {
                    if (found == owner) ++count;
                } catch {}
            }
            require(count == _handler.ownership().balanceOf(owner), "another balance than items");
        }
    }
}
