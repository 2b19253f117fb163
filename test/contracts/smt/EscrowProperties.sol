// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {EscrowCore} from "../../../contracts/core/EscrowCore.sol";
import {Escrow, OrderStatus, Shares} from "../../../contracts/types/EscrowTypes.sol";

/// @title What holds of an order after any sequence of steps: of one, which stands for all, since a step touches none but
/// its own.
/// @dev Read by `npm run prove`. By induction: `_isSound` holds before the first step and after every step from a state
/// in which it holds; what is claimed of all states follows from it. `_step` does with the core's answer what
/// `EscrowVault` does: it stores the status and credits the shares. Whether the order is withheld may differ from step
/// to step, as a decision may be reversed at any time.
contract EscrowProperties {
    enum Step {
        Open,
        Dispute,
        Release,
        Refund,
        Settle,
        Close
    }

    /// @dev `taken` came in, `paid` was credited, in `ends` closings.
    struct World {
        Escrow escrow;
        uint256 taken;
        uint256 paid;
        uint256 ends;
    }

    struct Call {
        Step what;
        uint128 amount;
        uint32 windowSeconds;
        uint32 termSeconds;
        bool byBuyer;
        bool withheld;
        uint48 time;
        uint128 toBuyer;
        uint128 toSeller;
        uint128 toBeneficiary;
    }

    bytes32 private constant _ID = "order";

    /// @notice An order that was never opened is sound: nothing was taken, nothing paid.
    function provedSoundAtFirst() external pure {
        World memory world;
        assert(_isSound(world));
    }

    /// @notice Every step leaves a sound order sound: it holds what it took, and pays that out once, when it ends.
    function provedSoundAfterEveryStep(World memory world, Call memory call) external pure {
        require(_isSound(world));
        assert(_isSound(_step(world, call)));
    }

    /// @notice An order that ended has paid out exactly what it took; before that it has paid nothing.
    function provedPaysExactlyWhatItTook(World memory world) external pure {
        require(_isSound(world));
        assert(_isOpen(world) || world.escrow.status == OrderStatus.Unknown ? world.paid == 0 : world.paid == world.taken);
    }

    /// @notice An order that ended never changes again.
    function provedEndsOnce(World memory world, Call memory call) external pure {
        require(_isSound(world) && world.ends != 0);
        _step(world, call);
        assert(false);
    }

    /// @notice From the end of its term anybody can close an open order, withheld or not: it is never stuck, and all
    /// of it is paid.
    function provedNeverStuckAfterItsTerm(World memory world, Call memory call) external pure {
        require(_isSound(world) && _isOpen(world) && call.time >= world.escrow.termEndsAt);
        call.what = Step.Close;
        World memory next = _step(world, call);
        assert(next.paid == world.taken && next.ends == 1);
    }

    /// @notice The term of a new order ends after its window, and at most a year after it was opened.
    function provedTermIsBounded(World memory world, Call memory call) external pure {
        call.what = Step.Open;
        Escrow memory escrow = _step(world, call).escrow;
        assert(
            call.time < escrow.windowEndsAt && escrow.windowEndsAt < escrow.termEndsAt
                && escrow.termEndsAt <= uint256(call.time) + 365 days
        );
    }

    /// @notice No step moves the deadlines of an order that is open.
    function provedDeadlinesStay(World memory world, Call memory call) external pure {
        require(_isSound(world) && _isOpen(world));
        (uint48 window, uint48 term) = (world.escrow.windowEndsAt, world.escrow.termEndsAt);
        Escrow memory escrow = _step(world, call).escrow;
        assert(escrow.windowEndsAt == window && escrow.termEndsAt == term);
    }

    /// @notice While a decision stands against an order, no step but a settlement gives the seller anything.
    function provedWithheldIsNotReleased(World memory world, Call memory call) external pure {
        require(_isSound(world) && _isOpen(world) && call.withheld && call.what != Step.Settle);
        assert(_step(world, call).escrow.status != OrderStatus.Released);
    }

    /// @notice FALSE ON PURPOSE: no order is ever released.
    function refutedNothingIsReleased(Call memory first, Call memory second) external pure {
        World memory world;
        world = _step(_step(world, first), second);
        assert(world.escrow.status != OrderStatus.Released);
    }

    /// @notice FALSE ON PURPOSE: an order never pays out all that it took.
    function refutedNothingIsPaidInFull(Call memory first, Call memory second, Call memory third) external pure {
        World memory world;
        world = _step(_step(_step(world, first), second), third);
        assert(world.paid != world.taken);
    }

    /// @notice FALSE ON PURPOSE: a settlement gives the seller nothing.
    function refutedDisputesAlwaysRefund(Call memory first, Call memory second, Call memory third) external pure {
        World memory world;
        third.what = Step.Settle;
        _step(_step(_step(world, first), second), third);
        assert(third.toSeller == 0);
    }

    /// @notice FALSE ON PURPOSE: an order can only be closed before its term ends.
    function refutedOnlyClosedBeforeItsTerm(World memory world, Call memory call) external pure {
        require(_isSound(world) && _isOpen(world));
        call.what = Step.Close;
        _step(world, call);
        assert(call.time < world.escrow.termEndsAt);
    }

    function _isSound(World memory world) private pure returns (bool) {
        if (world.escrow.status == OrderStatus.Unknown) {
            return world.taken == 0 && world.paid == 0 && world.ends == 0;
        }
        if (world.escrow.amount != world.taken || world.taken == 0) return false;
        return _isOpen(world) ? world.paid == 0 && world.ends == 0 : world.paid == world.taken && world.ends == 1;
    }

    function _isOpen(World memory world) private pure returns (bool) {
        return world.escrow.status == OrderStatus.Open || world.escrow.status == OrderStatus.Disputed;
    }

    function _step(World memory world, Call memory call) private pure returns (World memory) {
        if (call.what == Step.Open) return _opened(world, call);
        if (call.what == Step.Dispute) {
            world.escrow.status = EscrowCore.dispute(_ID, world.escrow, call.time);
            return world;
        }
        if (call.what == Step.Settle) {
            Shares memory shares = Shares(call.toBuyer, call.toSeller, call.toBeneficiary);
            return _ended(world, EscrowCore.settle(_ID, world.escrow, shares, call.withheld, call.time), shares);
        }
        OrderStatus outcome;
        if (call.what == Step.Release) {
            outcome = EscrowCore.release(_ID, world.escrow, call.byBuyer, call.withheld, call.time);
        } else if (call.what == Step.Refund) {
            outcome = EscrowCore.refund(_ID, world.escrow);
        } else {
            outcome = EscrowCore.close(_ID, world.escrow, call.withheld, call.time);
        }
        return _ended(world, outcome, EscrowCore.whole(outcome, world.escrow.amount));
    }

    function _opened(World memory world, Call memory call) private pure returns (World memory) {
        require(world.escrow.status == OrderStatus.Unknown && call.amount != 0);
        require(EscrowCore.fits(call.windowSeconds, call.termSeconds));
        world.escrow = EscrowCore.opened(call.amount, call.windowSeconds, call.termSeconds, call.time);
        world.taken = call.amount;
        return world;
    }

    function _ended(World memory world, OrderStatus outcome, Shares memory shares) private pure returns (World memory) {
        world.escrow.status = outcome;
        world.paid += uint256(shares.buyer) + shares.seller + shares.beneficiary;
        ++world.ends;
        return world;
    }
}
