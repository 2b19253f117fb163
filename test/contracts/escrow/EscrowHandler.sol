// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Shares, Terms} from "../../../contracts/types/EscrowTypes.sol";
import {EscrowFixture} from "./EscrowFixture.sol";

/// @title Anybody doing anything to a vault, beside a model of it written another way.
/// @dev Every call is tried whether the model allows it or not. `fault` names the first call that ended otherwise than
/// the model says, or left other figures.
contract EscrowHandler is EscrowFixture {
    struct Model {
        bytes32 id;
        address money;
        uint128 amount;
        address buyer;
        address seller;
        uint256 windowEndsAt;
        uint256 termEndsAt;
        bool open;
        bool disputed;
        bytes32 decisionId;
        bool standing;
    }

    uint256 private constant ORDERS_MAX = 32;
    string public fault;
    uint256 public calls;
    uint256 public drains;
    Model[] private _models;
    uint256 private _time = 1_800_000_000;
    uint256 private _references;
    mapping(address money => uint256 amount) public openSum;
    mapping(address money => uint256 amount) public creditSum;
    mapping(address money => uint256 amount) public donated;
    mapping(address money => mapping(address account => uint256 amount)) public credits;

    /// @dev The runner may forget the time between calls.
    modifier atTime() {
        VM.warp(_time);
        ++calls;
        _;
    }

    /// @dev Whoever made this handler.
    address private immutable _test = msg.sender;

    /// @dev Public as the runner wants it in a test; here it works once.
    function setUp() public override {
        if (address(vault) == address(0)) super.setUp();
    }

    function open(uint256 what, uint128 amount, uint256 who, uint256 times) external atTime {
        if (_models.length == ORDERS_MAX) return;
        Terms memory terms = _terms(money(what), 1 + amount % 1e24, ++_references);
        (terms.buyer, terms.seller) = (account(who), account((who % 4) + 1 + (who >> 128) % 3));
        terms.windowSeconds = uint32(1 days + times % 89 days);
        terms.termSeconds = uint32(terms.windowSeconds + 15 days + (times >> 128) % 200 days);
        uint128 arrives = terms.token == address(skewed)
            ? uint128((uint256(terms.amount) * RECEIVED_PERCENT) / 100)
            : terms.amount;
        bytes memory data = abi.encodeCall(vault.open, (terms));
        uint256 coin = terms.token == COIN ? terms.amount : 0;
        if (!_try(address(this), coin, data, arrives != 0, "open")) return;
        Model storage order = _models.push();
        order.id = vault.orderIdOf(MARKETPLACE, address(this), terms.orderRef);
        (order.money, order.amount, order.open) = (terms.token, arrives, true);
        (order.buyer, order.seller) = (terms.buyer, terms.seller);
        order.windowEndsAt = _time + terms.windowSeconds;
        order.termEndsAt = _time + terms.termSeconds;
        openSum[terms.token] += arrives;
        _try(address(this), coin, data, false, "open twice");
    }

    function dispute(uint256 which, uint256 who) external atTime {
        if (_models.length == 0) return;
        Model storage order = _pick(which);
        address caller = _someone(order, who);
        bool may = order.open && !order.disputed && _time < order.windowEndsAt && caller == order.buyer;
        if (_try(caller, 0, abi.encodeCall(vault.dispute, (order.id)), may, "dispute")) order.disputed = true;
    }

    function withhold(uint256 which, uint256 who) external atTime {
        if (_models.length == 0) return;
        Model storage order = _pick(which);
        address caller = _someone(order, who);
        bytes32 decisionId = _decide(order.id);
        bool inTime = _time < (order.disputed ? order.termEndsAt : order.windowEndsAt);
        bool may = order.open && !order.standing && inTime && caller == address(this);
        bytes memory data = abi.encodeCall(vault.withhold, (order.id, decisionId));
        if (!_try(caller, 0, data, may, "withhold")) return;
        (order.decisionId, order.standing) = (decisionId, true);
    }

    function reverseDecision(uint256 which) external atTime {
        if (_models.length == 0) return;
        Model storage order = _pick(which);
        if (!order.standing) return;
        _reverse(order.decisionId);
        order.standing = false;
    }

    function release(uint256 which, uint256 who) external atTime {
        if (_models.length == 0) return;
        Model storage order = _pick(which);
        address caller = _someone(order, who);
        bool due = caller == order.buyer || (!order.disputed && _time >= order.windowEndsAt);
        bool may = order.open && !order.standing && due;
        bytes memory data = abi.encodeCall(vault.release, (order.id));
        if (_try(caller, 0, data, may, "release")) _paid(order, 0, order.amount, 0);
    }

    function refund(uint256 which, uint256 who) external atTime {
        if (_models.length == 0) return;
        Model storage order = _pick(which);
        address caller = _someone(order, who);
        bytes memory data = abi.encodeCall(vault.refund, (order.id));
        if (_try(caller, 0, data, order.open && caller == order.seller, "refund")) _paid(order, order.amount, 0, 0);
    }

    function settle(uint256 which, uint256 who, uint128 first, uint128 second) external atTime {
        if (_models.length == 0) return;
        Model storage order = _pick(which);
        address caller = _someone(order, who);
        uint128 toBuyer = first % (order.amount + 1);
        uint128 toSeller = second % (order.amount - toBuyer + 1);
        // Now and then one unit too much.
        Shares memory shares = Shares(toBuyer, toSeller, order.amount - toBuyer - toSeller + (second % 8 == 7 ? 1 : 0));
        bool may = order.open && (order.disputed || order.standing) && _time < order.termEndsAt
            && caller == address(this) && second % 8 != 7;
        bytes memory data = abi.encodeCall(vault.settle, (order.id, shares));
        if (_try(caller, 0, data, may, "settle")) _paid(order, shares.buyer, shares.seller, shares.beneficiary);
    }

    function close(uint256 which) external atTime {
        if (_models.length == 0) return;
        Model storage order = _pick(which);
        _close(order, order.open && _time >= order.termEndsAt);
    }

    function withdraw(uint256 what, uint256 who, uint8 way) external atTime {
        (address coin, address payee) = (money(what), way % 8 == 7 ? BENEFICIARY : account(who));
        bytes memory data = abi.encodeCall(vault.withdraw, (coin));
        if (way % 3 == 1) data = abi.encodeCall(vault.withdrawTo, (coin, STRANGER));
        if (way % 3 == 2) data = abi.encodeCall(vault.withdrawFor, (coin, payee));
        _withdraw(way % 3 == 2 ? STRANGER : payee, coin, payee, data);
    }

    function donate(uint256 what, uint128 amount) external atTime {
        address coin = money(what);
        amount = uint128(amount % 1e24);
        if (coin == COIN) VM.deal(address(vault), address(vault).balance + amount);
        else if (coin == address(skewed)) skewed.mint(address(vault), amount);
        else if (coin == address(token)) token.mint(address(vault), amount);
        else silent.mint(address(vault), amount);
        donated[coin] += amount;
    }

    function pass(uint32 time) external atTime {
        _time += time % 40 days;
    }

    /// @notice Now and then the time of all orders is over: somebody can be paid for each, until nothing is left.
    function drain(uint256 random) external {
        if (random % 6 == 0) _drain();
    }

    /// @notice As `drain`, for the test alone.
    function drainAll() external {
        if (msg.sender == _test) _drain();
    }

    function money(uint256 what) public view returns (address) {
        if (what % 4 == 0) return COIN;
        if (what % 4 == 1) return address(token);
        return what % 4 == 2 ? address(skewed) : address(silent);
    }

    function account(uint256 who) public pure returns (address) {
        return address(uint160(0xA000 + who % 4));
    }

    function balanceOfVault(address coin) external view returns (uint256) {
        return coin == COIN ? address(vault).balance : IERC20(coin).balanceOf(address(vault));
    }

    function vaultOwes(address coin, address payee) external view returns (uint256 owed, uint256 credit) {
        return (vault.owed(coin), vault.creditOf(coin, payee));
    }

    function _drain() private atTime {
        _time += 366 days;
        VM.warp(_time);
        for (uint256 i = 0; i < _models.length; ++i) if (_models[i].open) _close(_models[i], true);
        for (uint256 m = 0; m < 4; ++m) {
            for (uint256 a = 0; a < 5; ++a) {
                (address coin, address payee) = (money(m), a == 4 ? BENEFICIARY : account(a));
                _withdraw(STRANGER, coin, payee, abi.encodeCall(vault.withdrawFor, (coin, payee)));
            }
            if (vault.owed(money(m)) != 0) fault = "something is left";
        }
        delete _models;
        ++drains;
    }

    function _close(Model storage order, bool may) private {
        bool toBuyer = order.disputed || order.standing;
        if (!_try(STRANGER, 0, abi.encodeCall(vault.close, (order.id)), may, "close")) return;
        _paid(order, toBuyer ? order.amount : 0, toBuyer ? 0 : order.amount, 0);
    }

    function _withdraw(address caller, address coin, address payee, bytes memory data) private {
        uint256 credit = credits[coin][payee];
        if (!_try(caller, 0, data, credit != 0, "withdraw")) return;
        credits[coin][payee] = 0;
        creditSum[coin] -= credit;
    }

    function _paid(Model storage order, uint128 buyer, uint128 seller, uint128 beneficiary) private {
        order.open = false;
        openSum[order.money] -= order.amount;
        creditSum[order.money] += order.amount;
        credits[order.money][order.buyer] += buyer;
        credits[order.money][order.seller] += seller;
        credits[order.money][BENEFICIARY] += beneficiary;
    }

    function _try(address caller, uint256 coin, bytes memory data, bool may, string memory name) private returns (bool) {
        VM.prank(caller);
        (bool done,) = address(vault).call{value: coin}(data);
        if (done != may) fault = name;
        return done;
    }

    function _pick(uint256 which) private view returns (Model storage) {
        return _models[which % _models.length];
    }

    /// @dev Buyer and seller more often than others.
    function _someone(Model storage order, uint256 who) private view returns (address) {
        if (who % 8 < 3) return order.buyer;
        if (who % 8 < 5) return order.seller;
        return who % 8 == 7 ? STRANGER : address(this);
    }
}
