// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

/// @notice Where an order stands. The order is part of the interface: programs outside count on it.
/// `Withheld` is never stored: an open or disputed order is withheld for as long as the decision it was withheld on
/// stands in `EnforcementLedger`. The last three are final.
enum OrderStatus {
    Unknown,
    Open,
    Disputed,
    Withheld,
    Released,
    Refunded,
    Settled
}

/// @notice What somebody pays for, and by which rules. The payer is whoever sends the call.
/// @param marketplaceId The marketplace that may withhold and settle, as `EnforcementLedger` names it.
/// @param orderRef The payer's own name of the order at this marketplace; used once.
/// @param itemId Digest that names the item; for one no brand registered, the marketplace's digest of the listing.
/// @param buyer Account that may dispute and release, and that a refund is paid to.
/// @param seller Account that may refund, and that a release is paid to.
/// @param beneficiary Account that a settlement may pay beside the two, such as the brand; zero for none.
/// @param token The ERC-20 token, or zero for the chain's own coin.
/// @param amount What the payer sends, in the token's smallest unit (wei for the coin); not 0.
/// @param windowSeconds Seconds from the payment in which the buyer may dispute; it covers the delivery too.
/// @param termSeconds Seconds from the payment after which anybody may close the order.
struct Terms {
    bytes32 marketplaceId;
    bytes32 orderRef;
    bytes32 itemId;
    address buyer;
    address seller;
    address beneficiary;
    address token;
    uint128 amount;
    uint32 windowSeconds;
    uint32 termSeconds;
}

/// @notice How an order's amount is shared out, in the token's smallest unit.
struct Shares {
    uint128 buyer;
    uint128 seller;
    uint128 beneficiary;
}

/// @notice The part of an order that its rules are about; fills one slot.
/// @param amount What the order holds, or held before it was closed, in the token's smallest unit.
/// @param windowEndsAt Unix seconds from which the buyer can no longer dispute; 0 for an unknown order.
/// @param termEndsAt Unix seconds from which anybody may close the order; 0 for an unknown order.
/// @param status Anything but `Withheld`.
struct Escrow {
    uint128 amount;
    uint48 windowEndsAt;
    uint48 termEndsAt;
    OrderStatus status;
}

/// @notice An order as it stands now. All zero for an unknown one.
/// @param escrow Amount, deadlines and status; the status is `Withheld` while the decision stands.
/// @param marketplaceId As in `Terms`; so are the next five.
/// @param decisionId The last decision the order was withheld on; 0 when there was none.
struct Order {
    Escrow escrow;
    bytes32 marketplaceId;
    bytes32 itemId;
    address buyer;
    address seller;
    address beneficiary;
    address token;
    bytes32 decisionId;
}
