// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {BrandRegistry} from "../../contracts/registry/BrandRegistry.sol";
import {ItemRegistry} from "../../contracts/registry/ItemRegistry.sol";

/// @notice What the tests ask of the test runner.
interface Vm {
    function prank(address caller) external;
    function warp(uint256 timestamp) external;
    function addr(uint256 privateKey) external pure returns (address account);
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
}

/// @title Both registries, with the test itself as operator, and as admin and anchoring account of two brands.
abstract contract Fixture {
    /// @dev Address of the runner's own functions: keccak256("hevm cheat code").
    Vm internal constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    string internal constant DOMAIN = "one.example";
    string internal constant OTHER_DOMAIN = "two.example";
    bytes32 internal constant BRAND = keccak256(bytes(DOMAIN));
    bytes32 internal constant OTHER_BRAND = keccak256(bytes(OTHER_DOMAIN));

    BrandRegistry internal brands;
    ItemRegistry internal items;

    function setUp() public virtual {
        AccessManager manager = new AccessManager(address(this));
        brands = new BrandRegistry(address(manager));
        items = new ItemRegistry(brands);
        bytes4[] memory selectors = new bytes4[](3);
        selectors[0] = BrandRegistry.registerBrand.selector;
        selectors[1] = BrandRegistry.assignPrefix.selector;
        selectors[2] = BrandRegistry.releasePrefix.selector;
        manager.setTargetFunctionRole(address(brands), selectors, 1);
        manager.grantRole(1, address(this), 0);
        brands.registerBrand(DOMAIN, address(this), new string[](0));
        brands.registerBrand(OTHER_DOMAIN, address(this), new string[](0));
        brands.setAnchorer(BRAND, address(this), true);
        brands.setAnchorer(OTHER_BRAND, address(this), true);
    }
}
