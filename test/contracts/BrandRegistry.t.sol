// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {Fixture} from "./Fixture.sol";

/// @title No two assigned prefixes overlap, whatever the operator does.
contract BrandRegistryTest is Fixture {
    uint256 private constant STEPS = 24;

    struct Owned {
        string prefix;
        bytes32 brandId;
    }

    Owned[] private _owned;

    /// @notice Random assignments and releases of prefixes made of two digits, so that most of them overlap.
    function testFuzz_prefixesNeverOverlap(uint256 seed) public {
        for (uint256 i = 0; i < STEPS; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            if (random % 4 == 0 && _owned.length > 0) _release((random >> 8) % _owned.length);
            else _assign(_prefixFrom(random >> 8), random & 16 == 0 ? BRAND : OTHER_BRAND);
        }
        for (uint256 i = 0; i < _owned.length; ++i) {
            for (uint256 j = 0; j < _owned.length; ++j) {
                require(i == j || !_begins(_owned[i].prefix, _owned[j].prefix), "two assigned prefixes overlap");
            }
            require(brands.brandOfPrefix(_owned[i].prefix) == _owned[i].brandId, "an assigned prefix is not found");
            string memory number = string.concat(_owned[i].prefix, "0110");
            require(brands.brandOfPrefix(number) == _owned[i].brandId, "a number under a prefix is not found");
        }
    }

    /// @notice Nobody but a brand's admin changes its keys, and nobody but the operator its prefixes.
    function testFuzz_strangersChangeNothing(address stranger, bytes32 thumbprint, uint48 validFrom) public {
        if (stranger == address(this)) return;
        uint256 refused = 0;
        VM.prank(stranger);
        try brands.registerKey(BRAND, thumbprint, validFrom, 0) {} catch { ++refused; }
        VM.prank(stranger);
        try brands.assignPrefix(BRAND, "9506000") {} catch { ++refused; }
        require(refused == 2, "a stranger was let in");
        require(!brands.keyOf(BRAND, thumbprint).registered, "the key is there");
        require(brands.brandOfPrefix("9506000") == 0, "the prefix is there");
    }

    /// @dev Assigning succeeds exactly when nothing in the model overlaps.
    function _assign(string memory prefix, bytes32 brandId) private {
        bool free = true;
        for (uint256 i = 0; i < _owned.length; ++i) {
            if (_begins(_owned[i].prefix, prefix) || _begins(prefix, _owned[i].prefix)) free = false;
        }
        try brands.assignPrefix(brandId, prefix) {
            require(free, "an overlapping prefix was assigned");
            _owned.push(Owned(prefix, brandId));
        } catch {
            require(!free, "a free prefix was refused");
        }
    }

    function _release(uint256 place) private {
        brands.releasePrefix(_owned[place].brandId, _owned[place].prefix);
        _owned[place] = _owned[_owned.length - 1];
        _owned.pop();
    }

    /// @dev 4 to 7 digits, each 0 or 1.
    function _prefixFrom(uint256 random) private pure returns (string memory) {
        bytes memory digits = new bytes(4 + (random % 4));
        for (uint256 i = 0; i < digits.length; ++i) {
            digits[i] = (random >> (8 + i)) & 1 == 0 ? bytes1("0") : bytes1("1");
        }
        return string(digits);
    }

    function _begins(string memory start, string memory text) private pure returns (bool) {
        bytes memory a = bytes(start);
        bytes memory b = bytes(text);
        if (a.length > b.length) return false;
        for (uint256 i = 0; i < a.length; ++i) if (a[i] != b[i]) return false;
        return true;
    }
}
