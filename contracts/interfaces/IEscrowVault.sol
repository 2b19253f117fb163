// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {Order, OrderStatus, Shares, Terms} from "../types/EscrowTypes.sol";

/// @title Money of orders, held until it is clear whose it is.
/// @notice A payer opens an order in the chain's own coin or in an ERC-20 token. From then on
/// - the buyer may dispute before the dispute window ends, and may release to the seller at any time;
/// - the seller may refund the buyer at any time;
/// - anybody may release to the seller once the window ended without a dispute;
/// - the marketplace may withhold the order on a decision of its own that `EnforcementLedger` keeps and that names this
///   very order: before the window ends, or before the term ends if the order is disputed. Nobody can release it while
///   the decision stands. When the decision is reversed the order is at once what it was before, with no call here: it
///   is disputed if the buyer disputed it, and released as any other if its window ended meanwhile;
/// - the marketplace may share out a disputed or withheld order among buyer, seller and the beneficiary that the payer
///   named, before the term ends;
/// - after the term anybody may close the order: to the buyer if it is disputed or withheld, else to the seller. So a
///   marketplace that never decides leaves the money to who complained, and a dispute never binds it for longer.
///
/// Only the order named is ever held, never an account. A suspended marketplace can neither take new orders nor
/// withhold nor settle; its orders end by their parties or their term. There is no other power over the money: nobody
/// can pause, sweep or redirect it.
///
/// Closing credits the payees; each withdraws on its own, so a payee or token that refuses a payment stops nothing but
/// that payment. What an order holds is what arrived, measured: a token that keeps a fee on transfer makes it less than
/// asked. Sent without an order, tokens are nobody's and stay. A token whose balances shrink by themselves breaks its
/// own orders and no others. Reads never revert for the unknown.
interface IEscrowVault {
    /// @notice An order was paid. `amount` is what arrived; the deadlines are in Unix seconds.
    event OrderOpened(
        bytes32 indexed orderId,
        bytes32 indexed marketplaceId,
        bytes32 indexed itemId,
        address payer,
        Terms terms,
        uint128 amount,
        uint48 windowEndsAt,
        uint48 termEndsAt
    );
    /// @notice The buyer disputed the order.
    event OrderDisputed(bytes32 indexed orderId, bytes32 indexed marketplaceId);
    /// @notice The marketplace withheld the order on a decision. Its reversal is an event of `EnforcementLedger`.
    event OrderWithheld(bytes32 indexed orderId, bytes32 indexed marketplaceId, bytes32 indexed decisionId);
    /// @notice The order ended and its shares were credited; `status` is `Released`, `Refunded` or `Settled`.
    event OrderClosed(
        bytes32 indexed orderId, bytes32 indexed marketplaceId, OrderStatus indexed status, Shares shares
    );
    /// @notice What an account was credited in a token was sent to `to`.
    event Withdrawn(address indexed token, address indexed account, address indexed to, uint256 amount);

    /// @notice No contract lives at the address given as the ledger.
    error EscrowVaultBadLedger(address ledger);
    /// @notice The payer has opened an order of this reference at this marketplace before.
    error EscrowVaultOrderExists(bytes32 orderId);
    /// @notice `EnforcementLedger` knows no such marketplace.
    error EscrowVaultUnknownMarketplace(bytes32 marketplaceId);
    /// @notice The marketplace is suspended since the time given (Unix seconds).
    error EscrowVaultMarketplaceSuspended(bytes32 marketplaceId, uint48 suspendedAt);
    /// @notice Buyer or seller is zero or this contract, or they are the same; or the beneficiary is this contract.
    error EscrowVaultBadParties(address buyer, address seller, address beneficiary);
    /// @notice The window is outside `WINDOW_MIN` to `WINDOW_MAX` seconds, or the term is less than `DECISION_MIN`
    /// beyond it or above `TERM_MAX`.
    error EscrowVaultBadDeadlines(uint32 windowSeconds, uint32 termSeconds);
    /// @notice Not what was asked arrived: nothing, or coin that is not the amount. `received` is in the token's
    /// smallest unit.
    error EscrowVaultBadPayment(address token, uint256 amount, uint256 received);
    /// @notice No contract lives at the address given as a token.
    error EscrowVaultNoToken(address token);

    /// @notice The order is unknown or closed.
    error EscrowVaultNotOpen(bytes32 orderId, OrderStatus status);
    /// @notice The order is disputed.
    error EscrowVaultDisputed(bytes32 orderId);
    /// @notice The order is withheld on a decision that stands.
    error EscrowVaultWithheld(bytes32 orderId);
    /// @notice The order is neither disputed nor withheld.
    error EscrowVaultNothingToSettle(bytes32 orderId);
    /// @notice It is `time`; this is possible from `earliest` on (Unix seconds).
    error EscrowVaultTooEarly(bytes32 orderId, uint48 time, uint48 earliest);
    /// @notice It is `time`; this was possible before `deadline` (Unix seconds).
    error EscrowVaultTooLate(bytes32 orderId, uint48 time, uint48 deadline);
    /// @notice The shares make up `sum` and not the order's amount, in the token's smallest unit.
    error EscrowVaultBadShares(bytes32 orderId, uint256 sum, uint256 amount);
    /// @notice A share for a beneficiary, but the order has none.
    error EscrowVaultNoBeneficiary(bytes32 orderId, uint128 share);
    /// @notice The decision is unknown, reversed, not about a seller, or not about this order.
    error EscrowVaultBadDecision(bytes32 orderId, bytes32 decisionId);

    /// @notice The caller is not the order's buyer.
    error EscrowVaultNotBuyer(bytes32 orderId, address caller);
    /// @notice The caller is not the order's seller.
    error EscrowVaultNotSeller(bytes32 orderId, address caller);
    /// @notice The caller is neither a recorder nor the admin of the order's marketplace.
    error EscrowVaultNotMarketplace(bytes32 marketplaceId, address caller);

    /// @notice The account has nothing to withdraw in this token.
    error EscrowVaultNoCredit(address token, address account);
    /// @notice Nothing can be paid to the zero address or to this contract.
    error EscrowVaultBadReceiver(address to);
    /// @notice The receiver refused the coin.
    error EscrowVaultPaymentRefused(address to, uint256 amount);
    /// @notice The token took more from this contract than was paid: the rest would be somebody else's.
    error EscrowVaultOverdrawn(address token, uint256 amount, uint256 taken);

    /// @notice Pays and opens an order, under the id `orderIdOf` gives for the caller. Anybody.
    /// The coin is sent with the call; a token must be approved for this contract before.
    /// @return orderId Names the order from now on.
    function open(Terms calldata terms) external payable returns (bytes32 orderId);

    /// @notice Disputes an open order before its window ends. Its buyer only.
    function dispute(bytes32 orderId) external;

    /// @notice Withholds an order that is not withheld, before its window ends or, if it is disputed, its term.
    /// Recorders and the admin of its marketplace only, while that is active.
    /// @param orderId The order.
    /// @param decisionId A standing decision of the same marketplace about a seller, whose ruling names this order.
    function withhold(bytes32 orderId, bytes32 decisionId) external;

    /// @notice Credits the whole order to the seller, unless it is withheld. Its buyer at any time; anybody once the
    /// window ended without a dispute.
    function release(bytes32 orderId) external;

    /// @notice Credits the whole order to the buyer. Its seller only, at any time.
    function refund(bytes32 orderId) external;

    /// @notice Shares a disputed or withheld order out, before its term ends. Recorders and the admin of its
    /// marketplace only, while that is active.
    /// @param orderId The order.
    /// @param shares What buyer, seller and beneficiary get; together the order's amount.
    function settle(bytes32 orderId, Shares calldata shares) external;

    /// @notice Closes an order after its term: credits it to the buyer if it is disputed or withheld, else to the
    /// seller. Anybody.
    function close(bytes32 orderId) external;

    /// @notice Sends the caller all it is credited in a token; zero for the coin. Anybody who has a credit.
    function withdraw(address token) external returns (uint256 amount);

    /// @notice As `withdraw`, to another account: for who cannot receive the token itself.
    function withdrawTo(address token, address to) external returns (uint256 amount);

    /// @notice Sends an account all it is credited in a token. Anybody: whoever pays the gas, the money goes there.
    function withdrawFor(address token, address account) external returns (uint256 amount);

    /// @notice The id of a payer's order: keccak256(abi.encode(chain id, this contract, marketplaceId, payer,
    /// orderRef)). It holds the payer, so that nobody can take a reference away from somebody else.
    function orderIdOf(bytes32 marketplaceId, address payer, bytes32 orderRef) external view returns (bytes32 orderId);

    /// @notice The order; all zero for an unknown one.
    function orderOf(bytes32 orderId) external view returns (Order memory order);

    /// @notice What an account can withdraw in a token, in its smallest unit.
    function creditOf(address token, address account) external view returns (uint256 amount);

    /// @notice All that this contract owes in a token: the sum of its open orders and credits, in its smallest unit.
    /// Its balance is never less, unless the token itself takes it away.
    function owed(address token) external view returns (uint256 amount);
}
