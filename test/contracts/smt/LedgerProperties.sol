// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {LedgerCore} from "../../../contracts/core/LedgerCore.sol";
import {SubjectKind} from "../../../contracts/types/EnforcementTypes.sol";

/// @title What holds of decisions, their strikes and the account they are about, after any sequence of steps.
/// @dev Read by `npm run prove`. By induction: `_isSound` holds before the first step and after every step from a state
/// in which it holds; what is claimed of all states follows from it. The state is the decision that a step is about, the
/// account of its subject, and how many live strikes that account has by all other decisions, whose records a step does
/// not touch. Each step stores the core's answer, as `EnforcementLedger` does.
contract LedgerProperties {
    enum Step {
        Decide,
        Strike,
        Expire,
        Reverse
    }

    struct World {
        LedgerCore.Case record;
        LedgerCore.Account account;
        uint256 others;
    }

    struct Call {
        Step what;
        SubjectKind kind;
        bytes32 subject;
        uint8 threshold;
        uint48 expiresAt;
        uint48 time;
    }

    bytes32 private constant _ID = "decision";

    /// @notice A decision that was never recorded, about an account that was never struck, is sound.
    function provedSoundAtFirst() external pure {
        World memory world;
        assert(_isSound(world));
    }

    /// @notice A decision leaves a sound decision and its subject's account sound, whatever other strikes there are.
    function provedSoundAfterADecision(World memory world, Call memory call) external pure {
        require(_isSound(world));
        call.what = Step.Decide;
        assert(_isSound(_step(world, call)));
    }

    /// @notice A strike leaves a sound decision and its subject's account sound, whatever other strikes there are.
    function provedSoundAfterAStrike(World memory world, Call memory call) external pure {
        require(_isSound(world));
        call.what = Step.Strike;
        assert(_isSound(_step(world, call)));
    }

    /// @notice An expiry leaves a sound decision and its subject's account sound, whatever other strikes there are.
    function provedSoundAfterAnExpiry(World memory world, Call memory call) external pure {
        require(_isSound(world));
        call.what = Step.Expire;
        assert(_isSound(_step(world, call)));
    }

    /// @notice A reversal leaves a sound decision and its subject's account sound, whatever other strikes there are.
    function provedSoundAfterAReversal(World memory world, Call memory call) external pure {
        require(_isSound(world));
        call.what = Step.Reverse;
        assert(_isSound(_step(world, call)));
    }

    /// @notice A strike always cites a decision: one that was recorded.
    function provedStrikeCitesADecision(World memory world) external pure {
        require(_isSound(world));
        assert(world.record.struckAt == 0 || world.record.decidedAt != 0);
    }

    /// @notice A strike is only made on a decision that stands: recorded, not struck before, not reversed.
    function provedStrikeNeedsAStandingDecision(World memory world, Call memory call) external pure {
        require(_isSound(world));
        (uint48 decidedAt, uint48 struckAt, uint48 reversedAt) =
            (world.record.decidedAt, world.record.struckAt, world.record.reversedAt);
        call.what = Step.Strike;
        _step(world, call);
        assert(decidedAt != 0 && struckAt == 0 && reversedAt == 0);
    }

    /// @notice The strikes held against an account are those of decisions that stand, each once.
    function provedLiveStrikesAreThoseOfDecisions(World memory world, Call memory call) external pure {
        require(_isSound(world));
        World memory next = _step(world, call);
        assert(next.account.liveStrikes == next.others + (next.record.phase == LedgerCore.Phase.Struck ? 1 : 0));
    }

    /// @notice A reversed decision stays reversed, and is never struck again.
    function provedReversalIsFinal(World memory world, Call memory call) external pure {
        require(_isSound(world) && world.record.phase == LedgerCore.Phase.Reversed);
        assert(_step(world, call).record.phase == LedgerCore.Phase.Reversed);
    }

    /// @notice A decision is recorded once: whom it is about, and since when, never changes.
    function provedDecidedOnce(World memory world, Call memory call) external pure {
        require(_isSound(world) && world.record.decidedAt != 0);
        (bytes32 subject, uint48 decidedAt, SubjectKind kind) =
            (world.record.subject, world.record.decidedAt, world.record.kind);
        LedgerCore.Case memory record = _step(world, call).record;
        assert(record.subject == subject && record.decidedAt == decidedAt && record.kind == kind);
    }

    /// @notice An account is terminated exactly while its live strikes reach the threshold it was last judged by.
    function provedTerminatedExactlyAtTheThreshold(World memory world, Call memory call) external pure {
        require(_isSound(world));
        LedgerCore.Account memory account = _step(world, call).account;
        bool reached = account.threshold != 0 && account.liveStrikes >= account.threshold;
        assert((account.terminatedAt != 0) == reached);
    }

    /// @notice Only a strike ends an account: no other step does.
    function provedOnlyStrikesTerminate(World memory world, Call memory call) external pure {
        require(_isSound(world) && world.account.terminatedAt == 0 && call.what != Step.Strike);
        assert(_step(world, call).account.terminatedAt == 0);
    }

    /// @notice FALSE ON PURPOSE: no account is ever terminated.
    function refutedNobodyIsTerminated(World memory world, Call memory call) external pure {
        require(_isSound(world) && world.account.terminatedAt == 0);
        assert(_step(world, call).account.terminatedAt == 0);
    }

    /// @notice FALSE ON PURPOSE: a strike lasts for ever.
    function refutedStrikesLastForEver(Call memory first, Call memory second, Call memory third) external pure {
        World memory world;
        world = _step(_step(world, first), second);
        require(world.record.phase == LedgerCore.Phase.Struck);
        assert(_step(world, third).record.phase == LedgerCore.Phase.Struck);
    }

    /// @notice FALSE ON PURPOSE: no decision is ever reversed.
    function refutedDecisionsAreFinal(Call memory first, Call memory second) external pure {
        World memory world;
        world = _step(_step(world, first), second);
        assert(world.record.reversedAt == 0);
    }

    function _isSound(World memory world) private pure returns (bool) {
        LedgerCore.Case memory record = world.record;
        bool struck = record.phase == LedgerCore.Phase.Struck;
        bool wasStruck = struck || record.phase == LedgerCore.Phase.Expired;
        if ((record.phase == LedgerCore.Phase.None) != (record.decidedAt == 0)) return false;
        if ((record.phase == LedgerCore.Phase.Reversed) != (record.reversedAt != 0)) return false;
        if (record.phase != LedgerCore.Phase.Reversed && wasStruck != (record.struckAt != 0)) return false;
        LedgerCore.Account memory account = world.account;
        if (account.liveStrikes != world.others + (struck ? 1 : 0)) return false;
        if (account.threshold == 0) return account.liveStrikes == 0 && account.terminatedAt == 0;
        return (account.terminatedAt != 0) == (account.liveStrikes >= account.threshold);
    }

    function _step(World memory world, Call memory call) private pure returns (World memory) {
        (world.record, world.account) = _changed(world.record, world.account, call);
        return world;
    }

    function _changed(LedgerCore.Case memory record, LedgerCore.Account memory account, Call memory call)
        private
        pure
        returns (LedgerCore.Case memory, LedgerCore.Account memory)
    {
        require(call.time != 0);
        if (call.what == Step.Decide) {
            return (LedgerCore.decided(_ID, record, call.kind, call.subject, call.time), account);
        }
        if (call.what == Step.Expire) return LedgerCore.expired(record, account, call.time);
        if (call.what == Step.Reverse) return LedgerCore.reversed(_ID, record, account, call.time);
        require(call.threshold >= 2 && call.threshold <= 10 && call.expiresAt > call.time);
        LedgerCore.Terms memory terms;
        (terms.threshold, terms.expiresAt) = (call.threshold, call.expiresAt);
        return LedgerCore.struck(_ID, record, account, terms, call.time);
    }
}
