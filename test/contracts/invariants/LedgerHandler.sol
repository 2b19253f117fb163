// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {EnforcementLedger} from "../../../contracts/enforcement/EnforcementLedger.sol";
import {Ruling, SubjectKind} from "../../../contracts/types/EnforcementTypes.sol";
import {Vm} from "../Fixture.sol";

/// @title Two marketplaces' recorders and strangers deciding, striking and reversing, beside a model of it.
contract LedgerHandler {
    Vm private constant _VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    uint256 public constant DECISIONS = 16;
    uint256 public constant SUBJECTS = 4;
    address private constant _STRANGER = address(0x57);
    address private constant _OTHER_ADMIN = address(0xAD);
    bytes32 public constant MARKETPLACE = keccak256("market.example");
    bytes32 private constant _OTHER_MARKETPLACE = keccak256("other.example");

    /// @dev `counts`: the strike is on the list, expired or not.
    struct Model {
        bool decided;
        bool reversed;
        bool struck;
        bool counts;
        uint256 subject;
        uint256 expiresAt;
    }

    EnforcementLedger public ledger;
    string public fault;
    uint256 public time = 1_800_000_000;
    uint256 private _threshold = 3;
    uint256 private _days = 365;
    bool private _suspended;
    Model[DECISIONS] private _models;
    mapping(uint256 subject => bool terminated) public terminated;
    mapping(uint256 subject => uint256 threshold) private _thresholds;

    /// @dev The runner may forget the time between calls.
    modifier atTime() {
        _VM.warp(time);
        _;
    }

    function setUp() public {
        if (address(ledger) != address(0)) return;
        ledger = new EnforcementLedger(address(new AccessManager(address(this))));
        ledger.registerMarketplace("market.example", address(this));
        ledger.registerMarketplace("other.example", _OTHER_ADMIN);
    }

    function decide(uint256 which, uint256 who, uint256 subject) external atTime {
        Model storage model = _models[which % DECISIONS];
        subject = subject % SUBJECTS;
        Ruling memory ruling = Ruling(keccak256("why"), commitmentOf(subject), kindOf(subject), 0, 0);
        bytes memory data = abi.encodeCall(ledger.recordDecision, (MARKETPLACE, idAt(which), ruling));
        bool may = _caller(who) == address(this) && !_suspended && !model.decided;
        if (!_try(who, data, may, "recordDecision")) return;
        (model.decided, model.subject) = (true, subject);
    }

    function strike(uint256 which, uint256 who) external atTime {
        Model storage model = _models[which % DECISIONS];
        bool stands = model.decided && !model.reversed;
        bool may = _caller(who) == address(this) && !_suspended && stands && !model.struck
            && !terminated[model.subject];
        if (!_try(who, abi.encodeCall(ledger.strike, (MARKETPLACE, idAt(which))), may, "strike")) return;
        _expire(model.subject);
        (model.struck, model.counts, model.expiresAt) = (true, true, time + _days * 1 days);
        _thresholds[model.subject] = _threshold;
        if (counted(model.subject) >= _threshold) terminated[model.subject] = true;
    }

    function reverse(uint256 which, uint256 who) external atTime {
        Model storage model = _models[which % DECISIONS];
        bool may = _caller(who) == address(this) && model.decided && !model.reversed;
        bytes memory data = abi.encodeCall(ledger.reverseDecision, (MARKETPLACE, idAt(which), keccak256("appeal")));
        if (!_try(who, data, may, "reverseDecision")) return;
        _expire(model.subject);
        model.reversed = true;
        if (!model.counts) return;
        model.counts = false;
        if (_allOf(model.subject) < _thresholds[model.subject]) terminated[model.subject] = false;
    }

    /// @notice The other marketplace's admin uses the same ids in its own books.
    function interfere(uint256 which, uint256 subject) external atTime {
        subject = subject % SUBJECTS;
        Ruling memory ruling = Ruling(keccak256("why"), commitmentOf(subject), kindOf(subject), 0, 0);
        bytes32 decisionId = idAt(which);
        if (ledger.decisionOf(_OTHER_MARKETPLACE, decisionId).decidedAt != 0) return;
        _VM.prank(_OTHER_ADMIN);
        ledger.recordDecision(_OTHER_MARKETPLACE, decisionId, ruling);
        if (ledger.standingOf(_OTHER_MARKETPLACE, kindOf(subject), commitmentOf(subject)).terminatedAt != 0) return;
        _VM.prank(_OTHER_ADMIN);
        ledger.strike(_OTHER_MARKETPLACE, decisionId);
    }

    function setPolicy(uint256 threshold, uint256 lifetime) external atTime {
        (_threshold, _days) = (2 + threshold % 4, 30 + lifetime % 400);
        ledger.setPolicy(MARKETPLACE, uint8(_threshold), uint16(_days));
    }

    function suspend(uint256 random) external atTime {
        if (_suspended) ledger.reinstateMarketplace(MARKETPLACE);
        else if (random % 4 == 0) ledger.suspendMarketplace(MARKETPLACE);
        else return;
        _suspended = !_suspended;
    }

    function pass(uint32 duration) external atTime {
        time += duration % 60 days;
    }

    /// @notice Strikes that count now: all on the list of a terminated subject, the unexpired of another.
    function counted(uint256 subject) public view returns (uint256 count) {
        for (uint256 i = 0; i < DECISIONS; ++i) {
            Model storage model = _models[i];
            if (!model.counts || model.subject != subject) continue;
            if (terminated[subject] || model.expiresAt > time) ++count;
        }
    }

    function isStanding(uint256 which) external view returns (bool) {
        return _models[which].decided && !_models[which].reversed;
    }

    function idAt(uint256 which) public pure returns (bytes32) {
        return keccak256(abi.encode("decision", which % DECISIONS));
    }

    /// @notice Subjects come in pairs: a seller and a complainant of one commitment.
    function commitmentOf(uint256 subject) public pure returns (bytes32) {
        return keccak256(abi.encode("subject", subject / 2));
    }

    function kindOf(uint256 subject) public pure returns (SubjectKind) {
        return SubjectKind(subject % 2);
    }

    function _expire(uint256 subject) private {
        if (terminated[subject]) return;
        for (uint256 i = 0; i < DECISIONS; ++i) {
            Model storage model = _models[i];
            if (model.subject == subject && model.counts && model.expiresAt <= time) model.counts = false;
        }
    }

    function _allOf(uint256 subject) private view returns (uint256 count) {
        for (uint256 i = 0; i < DECISIONS; ++i) if (_models[i].counts && _models[i].subject == subject) ++count;
    }

    function _try(uint256 who, bytes memory data, bool may, string memory name) private returns (bool) {
        _VM.prank(_caller(who));
        (bool done,) = address(ledger).call(data);
        if (done != may) fault = name;
        return done;
    }

    function _caller(uint256 who) private view returns (address) {
        if (who % 8 == 7) return _STRANGER;
        return who % 8 == 6 ? _OTHER_ADMIN : address(this);
    }
}
