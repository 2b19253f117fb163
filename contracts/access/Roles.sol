// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

/// @title The ids of all roles in `AccessManager`. Nothing else grants power beside a brand's own admin.
library Roles {
    /// @notice Lets brands in, suspends and reinstates them, assigns and releases GS1 prefixes. It can change nothing
    /// that a brand has registered, anchored or revoked.
    uint64 internal constant OPERATOR = 1;
}
