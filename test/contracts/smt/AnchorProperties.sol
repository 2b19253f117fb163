// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {AnchorCore} from "../../../contracts/core/AnchorCore.sol";

/// @title What holds of an anchored root and of an account's quota, whatever is asked.
/// @dev Read by `npm run prove`. A record stands for that of any root: `ItemRegistry` stores what `anchored` answers,
/// under the root it was asked for, and nowhere else. So what one request cannot change, no sequence of them can.
contract AnchorProperties {
    /// @notice The brand of an anchored root, and so of its items, never changes.
    function provedBrandNeverChanges(AnchorCore.Record memory before, AnchorCore.Record memory wanted) external pure {
        require(before.anchoredAt != 0 && wanted.anchoredAt != 0);
        uint32 brandNumber = before.brandNumber;
        (AnchorCore.Record memory record,) = AnchorCore.anchored(before, wanted);
        assert(record.brandNumber == brandNumber);
    }

    /// @notice Nothing else of an anchored root changes either, and whoever asks is told that it is taken.
    function provedAnchorNeverChanges(AnchorCore.Record memory before, AnchorCore.Record memory wanted)
        external
        pure
    {
        require(before.anchoredAt != 0 && wanted.anchoredAt != 0);
        (AnchorCore.Record memory record, bool taken) = AnchorCore.anchored(before, wanted);
        assert(
            taken && record.leafCount == before.leafCount && record.anchoredAt == before.anchoredAt
                && record.blockNumber == before.blockNumber && record.sequence == before.sequence
                && record.kind == before.kind
        );
    }

    /// @notice A root that was not anchored becomes exactly what was asked, so the first to anchor it is its brand.
    function provedFirstBrandWins(AnchorCore.Record memory before, AnchorCore.Record memory wanted) external pure {
        require(before.anchoredAt == 0 && wanted.anchoredAt != 0);
        (AnchorCore.Record memory record, bool taken) = AnchorCore.anchored(before, wanted);
        assert(!taken && record.brandNumber == wanted.brandNumber && record.leafCount == wanted.leafCount);
    }

    /// @notice An account's leaves of one day never exceed the quota they were anchored under.
    function provedQuotaHolds(AnchorCore.Usage memory usage, uint32 day, uint32 leaves, uint32 quota) external pure {
        (uint256 total, bool fits) = AnchorCore.spent(usage, day, leaves, quota);
        require(fits);
        assert(total <= quota);
    }

    /// @notice Within a day what was anchored adds up; the next day starts from nothing.
    function provedUsageAddsUp(AnchorCore.Usage memory usage, uint32 day, uint32 leaves, uint32 quota) external pure {
        (uint256 total,) = AnchorCore.spent(usage, day, leaves, quota);
        assert(total == (usage.day == day ? uint256(usage.leaves) : 0) + leaves);
    }

    /// @notice FALSE ON PURPOSE: no root is ever anchored.
    function refutedNoRootIsAnchored(AnchorCore.Record memory before, AnchorCore.Record memory wanted) external pure {
        require(wanted.anchoredAt != 0);
        (, bool taken) = AnchorCore.anchored(before, wanted);
        assert(taken);
    }

    /// @notice FALSE ON PURPOSE: whoever asks last has the root.
    function refutedLastBrandWins(AnchorCore.Record memory before, AnchorCore.Record memory wanted) external pure {
        require(wanted.anchoredAt != 0);
        (AnchorCore.Record memory record,) = AnchorCore.anchored(before, wanted);
        assert(record.brandNumber == wanted.brandNumber);
    }

    /// @notice FALSE ON PURPOSE: an account with a quota anchors nothing.
    function refutedNothingFitsAQuota(AnchorCore.Usage memory usage, uint32 day, uint32 leaves, uint32 quota)
        external
        pure
    {
        require(leaves != 0);
        (, bool fits) = AnchorCore.spent(usage, day, leaves, quota);
        assert(!fits);
    }
}
