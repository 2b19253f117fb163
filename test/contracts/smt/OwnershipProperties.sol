// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {OwnershipCore} from "../../../contracts/core/OwnershipCore.sol";
import {Reporter} from "../../../contracts/types/OwnershipTypes.sol";

/// @title What holds of every item after any sequence of steps, whoever may take them.
/// @dev Read by `npm run prove`. By induction: `_isSound` holds of an item that was never claimed and after every step
/// from a state in which it holds; what is claimed of all states follows from it. It is the core itself, as
/// `ItemOwnership` is; a step is any of the core's, on any item, at any time, and `_set` makes any state of one item.
/// @custom:engine bmc
contract OwnershipProperties is OwnershipCore {
    enum Step {
        Begin,
        Move,
        MarkStolen,
        UnmarkStolen,
        OpenRecovery,
        DropRecovery,
        CompleteRecovery
    }

    struct Values {
        address account;
        uint32 brandNumber;
        bytes22 originTag;
        Reporter by;
        uint48 time;
    }

    struct State {
        uint256 tokenId;
        OwnedItem item;
        Recovery recovery;
    }

    /// @notice An item that was never claimed is sound.
    function provedSoundAtFirst() external pure {
        State memory state;
        assert(_isSound(state));
    }

    /// @notice Every step on an item leaves it sound: claimed items have an owner, others have nothing.
    function provedSoundAfterEveryStep(State memory state, Step what, Values memory values) external {
        require(_isSound(state));
        _set(state);
        _step(what, state.tokenId, values);
        assert(_isSound(State(state.tokenId, _items[state.tokenId], _recoveries[state.tokenId])));
    }

    /// @notice The brand of a claimed item never changes.
    function provedBrandNeverChanges(State memory state, Step what, Values memory values) external {
        require(_isSound(state) && state.item.claimedAt != 0);
        _set(state);
        _step(what, state.tokenId, values);
        assert(_items[state.tokenId].brandNumber == state.item.brandNumber);
    }

    /// @notice Nor does the leaf it was claimed with.
    function provedOriginNeverChanges(State memory state, Step what, Values memory values) external {
        require(_isSound(state) && state.item.claimedAt != 0);
        _set(state);
        _step(what, state.tokenId, values);
        assert(_items[state.tokenId].originTag == state.item.originTag);
    }

    /// @notice Nor does the time of its claim.
    function provedClaimedOnce(State memory state, Step what, Values memory values) external {
        require(_isSound(state) && state.item.claimedAt != 0);
        _set(state);
        _step(what, state.tokenId, values);
        assert(_items[state.tokenId].claimedAt == state.item.claimedAt);
    }

    /// @notice An item reported stolen does not move, whatever step is taken.
    function provedStolenDoesNotMove(State memory state, Step what, Values memory values) external {
        require(_isSound(state) && state.item.stolenAt != 0);
        _set(state);
        _step(what, state.tokenId, values);
        assert(_items[state.tokenId].owner == state.item.owner);
    }

    /// @notice A report of theft is only taken back by whoever made it, or by the brand when a recovery is due.
    function provedReportsStay(State memory state, Values memory values) external {
        require(_isSound(state) && state.item.stolenAt != 0);
        _set(state);
        bool due = state.recovery.readyAt != 0 && values.time >= state.recovery.readyAt;
        _step(Step.UnmarkStolen, state.tokenId, values);
        assert(values.by == state.item.stolenBy || (values.by == Reporter.Brand && due));
    }

    /// @notice A step on one item changes nobody else's: neither owner nor nonce of another.
    function provedOthersLeaveAnItemAlone(State memory state, Step what, State memory other, Values memory values)
        external
    {
        require(other.tokenId != state.tokenId);
        _set(state);
        _set(other);
        _step(what, other.tokenId, values);
        assert(
            _items[state.tokenId].owner == state.item.owner && _items[state.tokenId].nonce == state.item.nonce
        );
    }

    /// @notice A step on a claimed item counts its nonce up by one, so no signature counts for two states.
    function provedEveryChangeCounts(State memory state, Step what, Values memory values) external {
        require(_isSound(state) && state.item.claimedAt != 0);
        _set(state);
        _step(what, state.tokenId, values);
        assert(_items[state.tokenId].nonce == uint256(state.item.nonce) + 1);
    }

    /// @notice Nobody gets an item by a recovery before its delay is over.
    function provedRecoveryWaits(State memory state, Values memory values) external {
        _set(state);
        _step(Step.CompleteRecovery, state.tokenId, values);
        assert(state.recovery.readyAt != 0 && values.time >= state.recovery.readyAt);
    }

    /// @notice A recovery is ready a fortnight after it was started, not before.
    function provedRecoveryTakesAFortnight(State memory state, Values memory values) external {
        _set(state);
        _step(Step.OpenRecovery, state.tokenId, values);
        assert(_recoveries[state.tokenId].readyAt == uint256(values.time) + 14 days);
    }

    /// @notice A transfer ends a pending recovery.
    function provedMovingEndsARecovery(State memory state, Values memory values) external {
        _set(state);
        _step(Step.Move, state.tokenId, values);
        assert(_recoveries[state.tokenId].readyAt == 0);
    }

    /// @notice FALSE ON PURPOSE: no item is ever reported stolen.
    function refutedNothingIsStolen(uint256 tokenId, Values memory first, Values memory second) external {
        _step(Step.Begin, tokenId, first);
        _step(Step.MarkStolen, tokenId, second);
        assert(_items[tokenId].stolenAt == 0);
    }

    /// @notice FALSE ON PURPOSE: an item never changes hands.
    function refutedOwnersStay(uint256 tokenId, Values memory first, Step what, Values memory second) external {
        _step(Step.Begin, tokenId, first);
        _step(what, tokenId, second);
        assert(_items[tokenId].owner == first.account);
    }

    /// @notice FALSE ON PURPOSE: an item reported stolen never moves again, not even after the report was taken back.
    function refutedStolenForEver(State memory state, Values memory first, Values memory second) external {
        require(_isSound(state) && state.item.stolenAt != 0);
        _set(state);
        _step(Step.UnmarkStolen, state.tokenId, first);
        _step(Step.Move, state.tokenId, second);
        assert(_items[state.tokenId].owner == state.item.owner);
    }

    function _isSound(State memory state) private pure returns (bool) {
        bool isOwned = state.item.owner != address(0);
        bool isRecovering = state.recovery.readyAt != 0;
        return isOwned == (state.item.claimedAt != 0) && (isOwned || (state.item.stolenAt == 0 && !isRecovering))
            && isRecovering == (state.recovery.newOwner != address(0));
    }

    function _set(State memory state) private {
        _items[state.tokenId] = state.item;
        _recoveries[state.tokenId] = state.recovery;
    }

    function _step(Step what, uint256 tokenId, Values memory values) private {
        require(values.account != address(0) && values.time != 0 && values.by != Reporter.None);
        if (what == Step.Begin) {
            _begin(tokenId, values.account, values.brandNumber, values.originTag, values.time);
        } else if (what == Step.Move) {
            _move(tokenId, values.account);
        } else if (what == Step.MarkStolen) {
            _markStolen(tokenId, values.by, values.time);
        } else if (what == Step.UnmarkStolen) {
            _unmarkStolen(tokenId, values.by, values.time);
        } else if (what == Step.OpenRecovery) {
            _openRecovery(tokenId, values.account, values.time);
        } else if (what == Step.DropRecovery) {
            _dropRecovery(tokenId);
        } else {
            _completeRecovery(tokenId, values.time);
        }
    }
}
