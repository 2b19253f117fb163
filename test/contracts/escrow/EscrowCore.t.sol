// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {EscrowCore} from "../../../contracts/core/EscrowCore.sol";
import {Escrow, OrderStatus, Shares} from "../../../contracts/types/EscrowTypes.sol";

/// @title Each step is allowed exactly where a table says, written another way than the rules.
contract EscrowCoreTest {
    bytes32 private constant ID = keccak256("order");
    uint48 private constant START = 1_800_000_000;

    /// @notice Deadlines fit exactly within their bounds.
    function testFuzz_deadlinesFitWithinBounds(uint32 window, uint32 term, uint8 edge) public pure {
        window = _near(window, edge & 1 == 0 ? 1 days : 90 days);
        term = _near(term, edge & 2 == 0 ? window + 15 days : 365 days);
        bool inWindow = window + 1 > 86_400 && window < 7_776_001;
        bool inTerm = uint256(term) + 1 > uint256(window) + 1_296_000 && term < 31_536_001;
        require(EscrowCore.fits(window, term) == (inWindow && inTerm), "the bounds differ");
    }

    /// @notice A new order holds what it is given until the times it is given.
    function testFuzz_opens(uint128 amount, uint32 window, uint32 term) public pure {
        Escrow memory escrow = EscrowCore.opened(amount, window, term, START);
        require(escrow.amount == amount && escrow.status == OrderStatus.Open, "not open for its amount");
        require(escrow.windowEndsAt == uint256(START) + window, "another window");
        require(escrow.termEndsAt == uint256(START) + term, "another term");
    }

    /// @notice Only an open order is disputed, before its window ends.
    function testFuzz_disputes(uint8 status, uint32 offset) public view {
        (Escrow memory escrow, uint48 time) = _escrow(status, 1, offset);
        bool may = escrow.status == OrderStatus.Open && time < escrow.windowEndsAt;
        try this.dispute(escrow, time) returns (OrderStatus next) {
            require(may && next == OrderStatus.Disputed, "disputed against the table");
        } catch {
            require(!may, "refused against the table");
        }
    }

    /// @notice An order is withheld once: open, before the window ends, or disputed, before the term ends.
    function testFuzz_withholds(uint8 status, bool withheld, uint32 offset) public view {
        (Escrow memory escrow, uint48 time) = _escrow(status, 1, offset);
        bool may = escrow.status == OrderStatus.Open && time < escrow.windowEndsAt;
        if (escrow.status == OrderStatus.Disputed) may = time < escrow.termEndsAt;
        try this.withhold(escrow, withheld, time) {
            require(may && !withheld, "withheld against the table");
        } catch {
            require(!may || withheld, "refused against the table");
        }
    }

    /// @notice The seller is paid by the buyer, or by anybody once nobody disputed in time; never while withheld.
    function testFuzz_releases(uint8 status, bool byBuyer, bool withheld, uint32 offset) public view {
        (Escrow memory escrow, uint48 time) = _escrow(status, 1, offset);
        bool due = escrow.status == OrderStatus.Open && time >= escrow.windowEndsAt;
        bool may = !withheld && (due || (byBuyer && _isOpen(escrow.status)));
        try this.release(escrow, byBuyer, withheld, time) returns (OrderStatus next) {
            require(may && next == OrderStatus.Released, "released against the table");
        } catch {
            require(!may, "refused against the table");
        }
    }

    /// @notice The seller gives back whatever is open.
    function testFuzz_refunds(uint8 status) public view {
        (Escrow memory escrow,) = _escrow(status, 1, 0);
        try this.refund(escrow) returns (OrderStatus next) {
            require(_isOpen(escrow.status) && next == OrderStatus.Refunded, "refunded against the table");
        } catch {
            require(!_isOpen(escrow.status), "refused against the table");
        }
    }

    /// @notice Shares are taken exactly when they make up the amount of a disputed or withheld order within its term.
    function testFuzz_settles(uint8 status, Shares memory shares, uint8 off, bool withheld, uint32 offset) public view {
        (shares.buyer, shares.seller, shares.beneficiary) =
            (shares.buyer / 4, shares.seller / 4, shares.beneficiary / 4);
        uint128 sum = shares.buyer + shares.seller + shares.beneficiary;
        uint128 amount = off > 1 ? sum : sum + 1 - 2 * uint128(sum > 0 ? off : 0);
        (Escrow memory escrow, uint48 time) = _escrow(status, amount, offset);
        bool held = escrow.status == OrderStatus.Disputed || (escrow.status == OrderStatus.Open && withheld);
        bool may = held && time < escrow.termEndsAt && sum == amount;
        try this.settle(escrow, shares, withheld, time) returns (OrderStatus next) {
            require(may && next == OrderStatus.Settled, "settled against the table");
        } catch {
            require(!may, "refused against the table");
        }
    }

    /// @notice From the term's end on whatever is open is closed: to who complained or was protected, else the seller.
    function testFuzz_closes(uint8 status, bool withheld, uint32 offset) public view {
        (Escrow memory escrow, uint48 time) = _escrow(status, 1, offset);
        bool may = _isOpen(escrow.status) && time >= escrow.termEndsAt;
        bool toSeller = escrow.status == OrderStatus.Open && !withheld;
        try this.close(escrow, withheld, time) returns (OrderStatus next) {
            require(may && (next == OrderStatus.Released) == toSeller, "closed against the table");
            require(toSeller || next == OrderStatus.Refunded, "closed to nobody");
        } catch {
            require(!may, "refused against the table");
        }
    }

    /// @notice An order that ends without a settlement pays one party all of it.
    function testFuzz_paysOneParty(uint128 amount, bool back) public pure {
        Shares memory shares = EscrowCore.whole(back ? OrderStatus.Refunded : OrderStatus.Released, amount);
        require(shares.buyer == (back ? amount : 0) && shares.seller == (back ? 0 : amount), "not all to one");
        require(shares.beneficiary == 0, "something to the beneficiary");
    }

    function dispute(Escrow memory escrow, uint48 time) external pure returns (OrderStatus) {
        return EscrowCore.dispute(ID, escrow, time);
    }

    function withhold(Escrow memory escrow, bool withheld, uint48 time) external pure {
        EscrowCore.checkWithhold(ID, escrow, withheld, time);
    }

    function release(Escrow memory escrow, bool byBuyer, bool withheld, uint48 time)
        external
        pure
        returns (OrderStatus)
    {
        return EscrowCore.release(ID, escrow, byBuyer, withheld, time);
    }

    function refund(Escrow memory escrow) external pure returns (OrderStatus) {
        return EscrowCore.refund(ID, escrow);
    }

    function settle(Escrow memory escrow, Shares memory shares, bool withheld, uint48 time)
        external
        pure
        returns (OrderStatus)
    {
        return EscrowCore.settle(ID, escrow, shares, withheld, time);
    }

    function close(Escrow memory escrow, bool withheld, uint48 time) external pure returns (OrderStatus) {
        return EscrowCore.close(ID, escrow, withheld, time);
    }

    /// @dev An order in any state, at a time that often falls on a deadline or a second beside it.
    function _escrow(uint8 status, uint128 amount, uint32 offset)
        private
        pure
        returns (Escrow memory escrow, uint48 time)
    {
        escrow = EscrowCore.opened(amount, 14 days, 90 days, START);
        escrow.status = OrderStatus(status % 7);
        uint32 edge = offset & 1 == 0 ? 14 days : 90 days;
        time = START + _near(offset >> 1, edge);
    }

    /// @dev The edge, a second before or after it, or anything.
    function _near(uint32 random, uint32 edge) private pure returns (uint32) {
        uint32 way = random % 4;
        return way == 3 ? (random >> 2) % 400 days : edge + way - 1;
    }

    function _isOpen(OrderStatus status) private pure returns (bool) {
        return status == OrderStatus.Open || status == OrderStatus.Disputed;
    }
}
