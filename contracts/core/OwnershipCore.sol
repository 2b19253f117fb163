// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {IItemOwnership} from "../interfaces/IItemOwnership.sol";
import {Reporter} from "../types/OwnershipTypes.sol";

/// @title What may become of an item, whoever asks: the state machine of `ItemOwnership`.
/// @dev Who may ask is not decided here. An item is claimed once and keeps its brand and origin; while reported stolen
/// it does not move; a recovery waits out its delay; every change counts up the nonce. Free of calls, hashing and
/// storage pointers, so that a solver can follow it. Times are Unix seconds.
abstract contract OwnershipCore {
    /// @notice Seconds an owner has to object to a recovery: two weeks outlast a journey without the phone.
    uint48 public constant RECOVERY_DELAY = 14 days;

    /// @dev Two slots. Zero `claimedAt` and zero `owner` both mean that the item was never claimed.
    struct OwnedItem {
        address owner;
        uint40 nonce;
        uint48 stolenAt;
        Reporter stolenBy;
        uint32 brandNumber;
        uint48 claimedAt;
        bytes22 originTag;
    }

    /// @dev Zero `readyAt` means that none is pending.
    struct Recovery {
        address newOwner;
        uint48 readyAt;
    }

    mapping(uint256 tokenId => OwnedItem item) internal _items;
    mapping(uint256 tokenId => Recovery recovery) internal _recoveries;

    /// @dev `owner` and `time` are not zero.
    function _begin(uint256 tokenId, address owner, uint32 brandNumber, bytes22 originTag, uint48 time) internal {
        uint48 claimedAt = _items[tokenId].claimedAt;
        require(claimedAt == 0, IItemOwnership.ItemOwnershipAlreadyClaimed(tokenId, claimedAt));
        _items[tokenId] = OwnedItem({
            owner: owner,
            nonce: 0,
            stolenAt: 0,
            stolenBy: Reporter.None,
            brandNumber: brandNumber,
            claimedAt: time,
            originTag: originTag
        });
    }

    /// @dev The one place that changes an owner. A pending recovery ends with it. `to` is not zero.
    function _move(uint256 tokenId, address to) internal {
        _checkClaimed(tokenId);
        _checkNotStolen(tokenId);
        _items[tokenId].owner = to;
        _count(tokenId);
        if (_recoveries[tokenId].readyAt != 0) delete _recoveries[tokenId];
    }

    /// @dev `by` is not `None`, `time` not zero.
    function _markStolen(uint256 tokenId, Reporter by, uint48 time) internal {
        _checkClaimed(tokenId);
        _checkNotStolen(tokenId);
        _items[tokenId].stolenAt = time;
        _items[tokenId].stolenBy = by;
        _count(tokenId);
    }

    function _unmarkStolen(uint256 tokenId, Reporter by, uint48 time) internal {
        _checkClaimed(tokenId);
        require(_items[tokenId].stolenAt != 0, IItemOwnership.ItemOwnershipNotStolen(tokenId));
        Reporter reporter = _items[tokenId].stolenBy;
        bool ownerIsLost = by == Reporter.Brand && _isRecoverable(tokenId, time);
        require(reporter == by || ownerIsLost, IItemOwnership.ItemOwnershipReportedByOther(tokenId, reporter));
        _items[tokenId].stolenAt = 0;
        _items[tokenId].stolenBy = Reporter.None;
        _count(tokenId);
    }

    /// @dev `newOwner` is not zero.
    function _openRecovery(uint256 tokenId, address newOwner, uint48 time) internal returns (uint48 readyAt) {
        _checkClaimed(tokenId);
        readyAt = _recoveries[tokenId].readyAt;
        require(readyAt == 0, IItemOwnership.ItemOwnershipRecoveryPending(tokenId, readyAt));
        readyAt = time + RECOVERY_DELAY;
        _recoveries[tokenId] = Recovery({newOwner: newOwner, readyAt: readyAt});
        _count(tokenId);
    }

    function _dropRecovery(uint256 tokenId) internal {
        _checkRecovery(tokenId);
        delete _recoveries[tokenId];
        _count(tokenId);
    }

    function _completeRecovery(uint256 tokenId, uint48 time) internal returns (address newOwner) {
        _checkRecovery(tokenId);
        require(
            _isRecoverable(tokenId, time),
            IItemOwnership.ItemOwnershipRecoveryTooEarly(tokenId, _recoveries[tokenId].readyAt, time)
        );
        newOwner = _recoveries[tokenId].newOwner;
        _move(tokenId, newOwner);
    }

    function _isRecoverable(uint256 tokenId, uint48 time) internal view returns (bool) {
        uint48 readyAt = _recoveries[tokenId].readyAt;
        return readyAt != 0 && time >= readyAt;
    }

    function _checkClaimed(uint256 tokenId) internal view {
        require(_items[tokenId].owner != address(0), IItemOwnership.ItemOwnershipUnknownItem(tokenId));
    }

    function _checkNotStolen(uint256 tokenId) internal view {
        uint48 stolenAt = _items[tokenId].stolenAt;
        require(stolenAt == 0, IItemOwnership.ItemOwnershipStolen(tokenId, stolenAt));
    }

    function _checkRecovery(uint256 tokenId) private view {
        require(_recoveries[tokenId].readyAt != 0, IItemOwnership.ItemOwnershipNoRecovery(tokenId));
    }

    /// @dev 2^40 changes of one item fit in no chain's lifetime; the addition is checked all the same.
    function _count(uint256 tokenId) private {
        ++_items[tokenId].nonce;
    }
}
