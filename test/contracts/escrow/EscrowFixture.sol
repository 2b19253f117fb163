// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {EnforcementLedger} from "../../../contracts/enforcement/EnforcementLedger.sol";
import {EscrowVault} from "../../../contracts/escrow/EscrowVault.sol";
import {SilentToken} from "../../../contracts/mocks/SilentToken.sol";
import {SkewedToken} from "../../../contracts/mocks/SkewedToken.sol";
import {TestToken} from "../../../contracts/mocks/TestToken.sol";
import {Ruling, SubjectKind} from "../../../contracts/types/EnforcementTypes.sol";
import {Terms} from "../../../contracts/types/EscrowTypes.sol";

/// @notice What the tests ask of the test runner.
interface Vm {
    function prank(address caller) external;
    function warp(uint256 timestamp) external;
    function deal(address account, uint256 balance) external;
    function expectRevert(bytes calldata reason) external;
}

/// @title A vault with its ledger, one marketplace and four kinds of money. The test is operator, payer and the
/// marketplace's admin.
abstract contract EscrowFixture {
    /// @dev Address of the runner's own functions: keccak256("hevm cheat code").
    Vm internal constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    bytes32 internal constant MARKETPLACE = keccak256("market.example");
    address internal constant BUYER = address(0xB0);
    address internal constant SELLER = address(0x5E);
    address internal constant BENEFICIARY = address(0xBE);
    address internal constant STRANGER = address(0x57);
    address internal constant COIN = address(0);
    /// @dev Of a `SkewedToken` that keeps a fee.
    uint256 internal constant RECEIVED_PERCENT = 97;
    uint256 internal constant SUPPLY = 2 ** 160;

    EnforcementLedger internal ledger;
    EscrowVault internal vault;
    TestToken internal token;
    SkewedToken internal skewed;
    SilentToken internal silent;
    uint256 private _decisions;

    function setUp() public virtual {
        VM.warp(1_800_000_000);
        ledger = new EnforcementLedger(address(new AccessManager(address(this))));
        ledger.registerMarketplace("market.example", address(this));
        vault = new EscrowVault(ledger);
        token = new TestToken();
        skewed = new SkewedToken();
        silent = new SilentToken();
        token.mint(address(this), SUPPLY);
        skewed.mint(address(this), SUPPLY);
        silent.mint(address(this), SUPPLY);
        skewed.setSkew(RECEIVED_PERCENT, 100);
        token.approve(address(vault), SUPPLY);
        skewed.approve(address(vault), SUPPLY);
        silent.approve(address(vault), SUPPLY);
        VM.deal(address(this), SUPPLY);
    }

    function _terms(address money, uint128 amount, uint256 orderRef) internal pure returns (Terms memory) {
        return Terms({
            marketplaceId: MARKETPLACE,
            orderRef: bytes32(orderRef),
            itemId: keccak256("item"),
            buyer: BUYER,
            seller: SELLER,
            beneficiary: BENEFICIARY,
            token: money,
            amount: amount,
            windowSeconds: 14 days,
            termSeconds: 90 days
        });
    }

    function _open(Terms memory terms) internal returns (bytes32) {
        return vault.open{value: terms.token == COIN ? terms.amount : 0}(terms);
    }

    /// @dev Records a decision about the order.
    function _decide(bytes32 orderId) internal returns (bytes32 decisionId) {
        return _decide(orderId, SubjectKind.Seller);
    }

    function _decide(bytes32 orderId, SubjectKind kind) internal returns (bytes32 decisionId) {
        decisionId = bytes32(++_decisions);
        Ruling memory ruling = Ruling({
            statementDigest: keccak256("statement"),
            subject: keccak256("subject"),
            kind: kind,
            itemId: 0,
            orderId: orderId
        });
        ledger.recordDecision(MARKETPLACE, decisionId, ruling);
    }

    function _reverse(bytes32 decisionId) internal {
        ledger.reverseDecision(MARKETPLACE, decisionId, keccak256("reversal"));
    }
}
