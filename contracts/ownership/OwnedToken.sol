// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {OwnershipCore} from "../core/OwnershipCore.sol";

/// @title ERC-721 whose owners are those of `OwnershipCore`.
/// @dev `_ownerOf`, `balanceOf` and `_update` are the places where OpenZeppelin's contract keeps owners, and all of its
/// transfers go through `_update`. Its own minting and burning are not used.
abstract contract OwnedToken is ERC721, OwnershipCore {
    /// @dev Set once, by the constructor.
    string private _base;
    mapping(address owner => uint256 count) private _holdings;

    constructor(string memory baseUri) {
        _base = baseUri;
    }

    /// @inheritdoc ERC721
    function balanceOf(address owner) public view override returns (uint256) {
        if (owner == address(0)) revert ERC721InvalidOwner(owner);
        return _holdings[owner];
    }

    /// @inheritdoc ERC721
    function tokenURI(uint256 tokenId) public view override returns (string memory) {
        _requireOwned(tokenId);
        return string.concat(_base, Strings.toHexString(tokenId, 32));
    }

    /// @dev Every ERC-721 transfer comes here. Claims do not: `_begin` gives the first owner.
    function _update(address to, uint256 tokenId, address auth) internal override returns (address from) {
        from = _items[tokenId].owner;
        if (auth != address(0)) _checkAuthorized(from, auth, tokenId);
        _move(tokenId, to);
        _book(from, to, tokenId);
    }

    function _ownerOf(uint256 tokenId) internal view override returns (address) {
        return _items[tokenId].owner;
    }

    /// @dev What ERC-721 says of an item's first owner.
    function _bookFirst(address to, uint256 tokenId) internal {
        ++_holdings[to];
        emit Transfer(address(0), to, tokenId);
    }

    /// @dev What ERC-721 keeps beside the owner. `from` has the item, so it has at least one.
    function _book(address from, address to, uint256 tokenId) internal {
        _approve(address(0), tokenId, address(0), false);
        --_holdings[from];
        ++_holdings[to];
        emit Transfer(from, to, tokenId);
    }
}
