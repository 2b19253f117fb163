// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

/// @notice Whom a decision is about. The order is part of the interface: programs outside count on it.
enum SubjectKind {
    Seller,
    Complainant
}

/// @notice A marketplace as the ledger sees it. All zero for an unknown marketplace.
/// @param admin Account that manages the recorders and the policy, and that alone can hand itself over.
/// @param pendingAdmin Account that may accept the administration; zero when no transfer is under way.
/// @param suspendedAt Unix seconds since when the marketplace is suspended; 0 while it is active.
/// @param threshold Live strikes that end a subject's account, for strikes from now on.
/// @param decayDays Days that a strike lives, for strikes from now on.
struct Marketplace {
    address admin;
    address pendingAdmin;
    uint48 suspendedAt;
    uint8 threshold;
    uint16 decayDays;
}

/// @notice What a decision is about, as the marketplace records it. Digests only: `subject` and `orderId` are salted
/// by the marketplace, so that nobody can guess whom they stand for.
/// @param statementDigest Digest of the statement of reasons; never 0.
/// @param subject Commitment to the seller or the complainant; never 0.
/// @param kind Which of the two.
/// @param itemId The item the decision is about; 0 when it is about none.
/// @param orderId The order the decision is about, as `EscrowVault` names it; 0 when it is about none.
struct Ruling {
    bytes32 statementDigest;
    bytes32 subject;
    SubjectKind kind;
    bytes32 itemId;
    bytes32 orderId;
}

/// @notice A decision. All zero for an unknown one. It stands while `decidedAt` is not 0 and `reversedAt` is 0.
/// @param ruling What was decided, about whom.
/// @param decidedAt Unix seconds of the record's block; never 0 for a recorded decision.
/// @param struckAt Unix seconds of the strike that cites the decision; 0 when there is none.
/// @param strikeExpiresAt Unix seconds from which that strike no longer counts; 0 when there is none.
/// @param reversedAt Unix seconds of the reversal; 0 while the decision stands.
struct Decision {
    Ruling ruling;
    uint48 decidedAt;
    uint48 struckAt;
    uint48 strikeExpiresAt;
    uint48 reversedAt;
}

/// @notice Where a subject stands at one marketplace. All zero for one that was never struck.
/// @param liveStrikes Strikes neither reversed nor expired. While the account is terminated none of them expires.
/// @param threshold Live strikes that end the account, by the policy at its last strike.
/// @param terminatedAt Unix seconds since when the account is terminated; 0 while it is not.
struct Standing {
    uint8 liveStrikes;
    uint8 threshold;
    uint48 terminatedAt;
}
