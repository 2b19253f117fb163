// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {IEscrowVault} from "../interfaces/IEscrowVault.sol";
import {Escrow, OrderStatus, Shares} from "../types/EscrowTypes.sol";

/// @title The rules of one order: which step is allowed when, and who is paid what at its end.
/// @dev Pure functions over values, without storage, hashes or calls, so that a solver can prove them. A step refuses
/// by reverting and otherwise returns the next status. `withheld` says whether the decision the order was withheld on
/// stands; `time` is in Unix seconds. A deadline itself belongs to what comes after it.
library EscrowCore {
    /// @dev People need a day to look at what they bought; three months cover delivery and inspection of anything.
    uint32 internal constant WINDOW_MIN = 1 days;
    uint32 internal constant WINDOW_MAX = 90 days;
    /// @dev From the last moment of the window to the term: the 15 days that a rights holder has to act on a
    /// counter-notice (E-Commerce Law of China, article 43), so that a late dispute can still be decided.
    uint32 internal constant DECISION_MIN = 15 days;
    /// @dev Window, then the six months for complaints of Regulation (EU) 2022/2065, article 20(1), then their answer:
    /// nobody's money is bound for more than a year.
    uint32 internal constant TERM_MAX = 365 days;

    /// @notice Whether an order may have these deadlines.
    function fits(uint32 windowSeconds, uint32 termSeconds) internal pure returns (bool) {
        if (windowSeconds < WINDOW_MIN || windowSeconds > WINDOW_MAX) return false;
        return termSeconds >= windowSeconds + DECISION_MIN && termSeconds <= TERM_MAX;
    }

    /// @notice A new order. The deadlines must fit.
    function opened(uint128 amount, uint32 windowSeconds, uint32 termSeconds, uint48 time)
        internal
        pure
        returns (Escrow memory)
    {
        return Escrow({
            amount: amount,
            windowEndsAt: time + windowSeconds,
            termEndsAt: time + termSeconds,
            status: OrderStatus.Open
        });
    }

    /// @notice The buyer disputes: once, before the window ends, withheld or not.
    function dispute(bytes32 orderId, Escrow memory escrow, uint48 time) internal pure returns (OrderStatus) {
        _checkOpen(orderId, escrow.status);
        require(escrow.status != OrderStatus.Disputed, IEscrowVault.EscrowVaultDisputed(orderId));
        require(time < escrow.windowEndsAt, IEscrowVault.EscrowVaultTooLate(orderId, time, escrow.windowEndsAt));
        return OrderStatus.Disputed;
    }

    /// @notice Whether the marketplace may withhold is decided here; the status stays. An undisputed order can be
    /// withheld before its window ends, a disputed one before its term ends.
    function checkWithhold(bytes32 orderId, Escrow memory escrow, bool withheld, uint48 time) internal pure {
        _checkOpen(orderId, escrow.status);
        require(!withheld, IEscrowVault.EscrowVaultWithheld(orderId));
        uint48 deadline = escrow.status == OrderStatus.Disputed ? escrow.termEndsAt : escrow.windowEndsAt;
        require(time < deadline, IEscrowVault.EscrowVaultTooLate(orderId, time, deadline));
    }

    /// @notice The seller is paid: by the buyer's word at any time, else once the window ended without a dispute. Never
    /// while withheld.
    function release(bytes32 orderId, Escrow memory escrow, bool byBuyer, bool withheld, uint48 time)
        internal
        pure
        returns (OrderStatus)
    {
        _checkOpen(orderId, escrow.status);
        require(!withheld, IEscrowVault.EscrowVaultWithheld(orderId));
        if (byBuyer) return OrderStatus.Released;
        require(escrow.status != OrderStatus.Disputed, IEscrowVault.EscrowVaultDisputed(orderId));
        require(time >= escrow.windowEndsAt, IEscrowVault.EscrowVaultTooEarly(orderId, time, escrow.windowEndsAt));
        return OrderStatus.Released;
    }

    /// @notice The buyer is paid, by the seller's word, at any time.
    function refund(bytes32 orderId, Escrow memory escrow) internal pure returns (OrderStatus) {
        _checkOpen(orderId, escrow.status);
        return OrderStatus.Refunded;
    }

    /// @notice The marketplace shares a disputed or withheld order out, before its term ends. The shares make up the
    /// amount exactly.
    function settle(bytes32 orderId, Escrow memory escrow, Shares memory shares, bool withheld, uint48 time)
        internal
        pure
        returns (OrderStatus)
    {
        _checkOpen(orderId, escrow.status);
        require(withheld || escrow.status == OrderStatus.Disputed, IEscrowVault.EscrowVaultNothingToSettle(orderId));
        require(time < escrow.termEndsAt, IEscrowVault.EscrowVaultTooLate(orderId, time, escrow.termEndsAt));
        uint256 sum = uint256(shares.buyer) + shares.seller + shares.beneficiary;
        require(sum == escrow.amount, IEscrowVault.EscrowVaultBadShares(orderId, sum, escrow.amount));
        return OrderStatus.Settled;
    }

    /// @notice Anybody closes what is open at its term's end: to the buyer when it is disputed or withheld, else to the
    /// seller.
    function close(bytes32 orderId, Escrow memory escrow, bool withheld, uint48 time)
        internal
        pure
        returns (OrderStatus)
    {
        _checkOpen(orderId, escrow.status);
        require(time >= escrow.termEndsAt, IEscrowVault.EscrowVaultTooEarly(orderId, time, escrow.termEndsAt));
        bool toBuyer = withheld || escrow.status == OrderStatus.Disputed;
        return toBuyer ? OrderStatus.Refunded : OrderStatus.Released;
    }

    /// @notice Who is paid what when an order ends without a settlement.
    function whole(OrderStatus outcome, uint128 amount) internal pure returns (Shares memory) {
        return outcome == OrderStatus.Refunded
            ? Shares({buyer: amount, seller: 0, beneficiary: 0})
            : Shares({buyer: 0, seller: amount, beneficiary: 0});
    }

    function _checkOpen(bytes32 orderId, OrderStatus status) private pure {
        require(
            status == OrderStatus.Open || status == OrderStatus.Disputed,
            IEscrowVault.EscrowVaultNotOpen(orderId, status)
        );
    }
}
