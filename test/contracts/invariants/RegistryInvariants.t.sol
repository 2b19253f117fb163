// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {RegistryHandler} from "./RegistryHandler.sol";

/// @title What holds in `ItemRegistry` after any sequence of calls by anybody.
/// forge-config: default.invariant.fail-on-revert = true
contract RegistryInvariants {
    RegistryHandler private _handler;

    function setUp() public {
        _handler = new RegistryHandler();
        _handler.setUp();
    }

    /// @notice The only contract that is called at random.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @notice A root belongs to the brand that anchored it, with the leaves and the time it had, for ever; its bits are
    /// those that this brand set, and none is ever cleared.
    function invariant_rootsAndMarksStayTheBrands() external view {
        for (uint256 i = 0; i < _handler.ROOTS(); ++i) {
            bytes32 root = _handler.rootAt(i);
            require(_handler.isKept(root), "an anchor changed");
            for (uint32 word = 0; word < _handler.WORDS(); ++word) {
                (uint256 revoked, uint256 recalled) = _handler.registry().wordsOf(root, word);
                require(revoked == _handler.revoked(root, word), "another leaf is revoked, or one no longer");
                require(recalled == _handler.recalled(root, word), "another leaf is recalled, or one no longer");
            }
        }
    }

    /// @notice A brand's sequence counts its own events; no call moved the running hash without it, or either back.
    function invariant_headsMoveWithEvents() external view {
        require(!_handler.headMovedAlone(), "hash and sequence moved apart");
        for (uint256 i = 0; i < 2; ++i) {
            bytes32 brandId = _handler.brandAt(i);
            (uint64 sequence,) = _handler.registry().headOf(brandId);
            require(sequence == _handler.counts(brandId), "an event too many or too few");
        }
    }

    /// @notice Every call of the run was allowed and refused as the model says.
    function afterInvariant() external view {
        require(bytes(_handler.fault()).length == 0, _handler.fault());
    }
}
