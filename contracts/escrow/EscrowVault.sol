// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {EscrowCore} from "../core/EscrowCore.sol";
import {IEnforcementLedger} from "../interfaces/IEnforcementLedger.sol";
import {IEscrowVault} from "../interfaces/IEscrowVault.sol";
import {Decision, SubjectKind} from "../types/EnforcementTypes.sol";
import {Escrow, Order, OrderStatus, Shares, Terms} from "../types/EscrowTypes.sol";
import {EscrowAccounts} from "./EscrowAccounts.sol";

/// @title Money of orders, held until it is clear whose it is.
/// @dev The rules of an order are in `EscrowCore`, the money in `EscrowAccounts`; here is who is calling.
contract EscrowVault is EscrowAccounts {
    /// @notice Shortest and longest dispute window, in seconds.
    uint32 public constant WINDOW_MIN = EscrowCore.WINDOW_MIN;
    uint32 public constant WINDOW_MAX = EscrowCore.WINDOW_MAX;
    /// @notice Least time from the end of the window to the end of the term, in seconds.
    uint32 public constant DECISION_MIN = EscrowCore.DECISION_MIN;
    /// @notice Longest term, in seconds.
    uint32 public constant TERM_MAX = EscrowCore.TERM_MAX;
    /// @notice Where marketplaces and their decisions are kept.
    IEnforcementLedger public immutable ledger;

    mapping(bytes32 orderId => Order order) private _orders;

    constructor(IEnforcementLedger enforcement) {
        if (address(enforcement).code.length == 0) revert EscrowVaultBadLedger(address(enforcement));
        ledger = enforcement;
    }

    /// @inheritdoc IEscrowVault
    function open(Terms calldata terms) external payable nonReentrant returns (bytes32 orderId) {
        // Check
        orderId = orderIdOf(terms.marketplaceId, msg.sender, terms.orderRef);
        if (_orders[orderId].escrow.status != OrderStatus.Unknown) revert EscrowVaultOrderExists(orderId);
        _checkTerms(terms);
        // Interaction before the effect: what arrived is known only then, and the guard keeps everybody else out.
        uint128 received = _take(terms.token, msg.sender, terms.amount);
        // Effect
        Escrow memory escrow =
            EscrowCore.opened(received, terms.windowSeconds, terms.termSeconds, uint48(block.timestamp));
        _orders[orderId] = Order({
            escrow: escrow,
            marketplaceId: terms.marketplaceId,
            itemId: terms.itemId,
            buyer: terms.buyer,
            seller: terms.seller,
            beneficiary: terms.beneficiary,
            token: terms.token,
            decisionId: 0
        });
        emit OrderOpened(
            orderId,
            terms.marketplaceId,
            terms.itemId,
            msg.sender,
            terms,
            received,
            escrow.windowEndsAt,
            escrow.termEndsAt
        );
    }

    /// @inheritdoc IEscrowVault
    function dispute(bytes32 orderId) external {
        Order storage order = _orders[orderId];
        OrderStatus next = EscrowCore.dispute(orderId, order.escrow, uint48(block.timestamp));
        if (msg.sender != order.buyer) revert EscrowVaultNotBuyer(orderId, msg.sender);
        order.escrow.status = next;
        emit OrderDisputed(orderId, order.marketplaceId);
    }

    /// @inheritdoc IEscrowVault
    function withhold(bytes32 orderId, bytes32 decisionId) external {
        Order storage order = _orders[orderId];
        EscrowCore.checkWithhold(orderId, order.escrow, _isWithheld(order), uint48(block.timestamp));
        bytes32 marketplaceId = order.marketplaceId;
        _checkMarketplace(marketplaceId, msg.sender);
        Decision memory decision = ledger.decisionOf(marketplaceId, decisionId);
        bool stands = decision.decidedAt != 0 && decision.reversedAt == 0;
        if (!stands || decision.ruling.orderId != orderId || decision.ruling.kind != SubjectKind.Seller) {
            revert EscrowVaultBadDecision(orderId, decisionId);
        }
        order.decisionId = decisionId;
        emit OrderWithheld(orderId, marketplaceId, decisionId);
    }

    /// @inheritdoc IEscrowVault
    function release(bytes32 orderId) external {
        Order storage order = _orders[orderId];
        bool byBuyer = msg.sender == order.buyer;
        OrderStatus outcome =
            EscrowCore.release(orderId, order.escrow, byBuyer, _isWithheld(order), uint48(block.timestamp));
        _end(orderId, outcome, EscrowCore.whole(outcome, order.escrow.amount));
    }

    /// @inheritdoc IEscrowVault
    function refund(bytes32 orderId) external {
        Order storage order = _orders[orderId];
        OrderStatus outcome = EscrowCore.refund(orderId, order.escrow);
        if (msg.sender != order.seller) revert EscrowVaultNotSeller(orderId, msg.sender);
        _end(orderId, outcome, EscrowCore.whole(outcome, order.escrow.amount));
    }

    /// @inheritdoc IEscrowVault
    function settle(bytes32 orderId, Shares calldata shares) external {
        Order storage order = _orders[orderId];
        OrderStatus outcome =
            EscrowCore.settle(orderId, order.escrow, shares, _isWithheld(order), uint48(block.timestamp));
        _checkMarketplace(order.marketplaceId, msg.sender);
        if (shares.beneficiary != 0 && order.beneficiary == address(0)) {
            revert EscrowVaultNoBeneficiary(orderId, shares.beneficiary);
        }
        _end(orderId, outcome, shares);
    }

    /// @inheritdoc IEscrowVault
    function close(bytes32 orderId) external {
        Order storage order = _orders[orderId];
        OrderStatus outcome = EscrowCore.close(orderId, order.escrow, _isWithheld(order), uint48(block.timestamp));
        _end(orderId, outcome, EscrowCore.whole(outcome, order.escrow.amount));
    }

    /// @inheritdoc IEscrowVault
    function orderOf(bytes32 orderId) external view returns (Order memory order) {
        order = _orders[orderId];
        bool isOpen = order.escrow.status == OrderStatus.Open || order.escrow.status == OrderStatus.Disputed;
        if (isOpen && _isWithheld(_orders[orderId])) order.escrow.status = OrderStatus.Withheld;
    }

    /// @inheritdoc IEscrowVault
    function orderIdOf(bytes32 marketplaceId, address payer, bytes32 orderRef) public view returns (bytes32 orderId) {
        return keccak256(abi.encode(block.chainid, address(this), marketplaceId, payer, orderRef));
    }

    /// @dev The one way an order ends: what it holds becomes credits. `shares` make up its amount.
    function _end(bytes32 orderId, OrderStatus outcome, Shares memory shares) private {
        Order storage order = _orders[orderId];
        address token = order.token;
        order.escrow.status = outcome;
        _credit(token, order.buyer, shares.buyer);
        _credit(token, order.seller, shares.seller);
        _credit(token, order.beneficiary, shares.beneficiary);
        emit OrderClosed(orderId, order.marketplaceId, outcome, shares);
    }

    function _isWithheld(Order storage order) private view returns (bool) {
        bytes32 decisionId = order.decisionId;
        return decisionId != 0 && ledger.stands(order.marketplaceId, decisionId);
    }

    function _checkTerms(Terms calldata terms) private view {
        _activeMarketplace(terms.marketplaceId, msg.sender);
        bool distinct = terms.buyer != terms.seller && terms.buyer != address(0) && terms.seller != address(0);
        bool outside =
            terms.buyer != address(this) && terms.seller != address(this) && terms.beneficiary != address(this);
        if (!distinct || !outside) revert EscrowVaultBadParties(terms.buyer, terms.seller, terms.beneficiary);
        if (!EscrowCore.fits(terms.windowSeconds, terms.termSeconds)) {
            revert EscrowVaultBadDeadlines(terms.windowSeconds, terms.termSeconds);
        }
    }

    function _checkMarketplace(bytes32 marketplaceId, address caller) private view {
        if (!_activeMarketplace(marketplaceId, caller)) revert EscrowVaultNotMarketplace(marketplaceId, caller);
    }

    /// @dev Refuses an unknown or suspended marketplace; says whether the account may act for it.
    function _activeMarketplace(bytes32 marketplaceId, address account) private view returns (bool) {
        (bool known, uint48 suspendedAt, bool isRecorder, bool isAdmin) =
            ledger.recorderAuthorityOf(marketplaceId, account);
        if (!known) revert EscrowVaultUnknownMarketplace(marketplaceId);
        if (suspendedAt != 0) revert EscrowVaultMarketplaceSuspended(marketplaceId, suspendedAt);
        return isRecorder || isAdmin;
    }
}
