// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {Decision, Standing} from "../../../contracts/types/EnforcementTypes.sol";
import {Vm} from "../Fixture.sol";
import {LedgerHandler} from "./LedgerHandler.sol";

/// @title What holds in `EnforcementLedger` after any sequence of calls by anybody.
/// forge-config: default.invariant.fail-on-revert = true
contract LedgerInvariants {
    Vm private constant _VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    LedgerHandler private _handler;

    function setUp() public {
        _handler = new LedgerHandler();
        _handler.setUp();
    }

    /// @notice The only contract that is called at random.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @notice A strike that counts cites a decision about the same subject that stands, and no other cites the same.
    function invariant_strikesCiteDecisionsThatStand() external {
        _VM.warp(_handler.time());
        for (uint256 s = 0; s < _handler.SUBJECTS(); ++s) {
            bytes32[] memory strikes = _strikes(s);
            for (uint256 i = 0; i < strikes.length; ++i) {
                Decision memory decision = _handler.ledger().decisionOf(_handler.MARKETPLACE(), strikes[i]);
                require(decision.decidedAt != 0 && decision.reversedAt == 0, "cites nothing that stands");
                require(decision.struckAt >= decision.decidedAt, "struck before it was decided");
                require(decision.ruling.subject == _handler.commitmentOf(s), "cites another subject");
                require(decision.ruling.kind == _handler.kindOf(s), "cites another kind");
                for (uint256 j = 0; j < i; ++j) require(strikes[j] != strikes[i], "cited twice");
            }
        }
    }

    /// @notice The count of strikes is that of decisions struck, less those reversed or expired; an account is
    /// terminated exactly while enough of them count.
    function invariant_countsStrikesOfDecisions() external {
        _VM.warp(_handler.time());
        for (uint256 s = 0; s < _handler.SUBJECTS(); ++s) {
            Standing memory standing = _standing(s);
            require(standing.liveStrikes == _handler.counted(s), "another count than the decisions give");
            bool terminated = standing.terminatedAt != 0;
            require(terminated == _handler.terminated(s), "terminated otherwise than the model");
            if (terminated) require(standing.liveStrikes >= standing.threshold, "terminated by too few strikes");
        }
    }

    /// @notice Every call of the run was allowed and refused as the model says; a reversal is final.
    function afterInvariant() external view {
        require(bytes(_handler.fault()).length == 0, _handler.fault());
        for (uint256 i = 0; i < _handler.DECISIONS(); ++i) {
            bool stands = _handler.ledger().stands(_handler.MARKETPLACE(), _handler.idAt(i));
            require(stands == _handler.isStanding(i), "stands otherwise than from its record to its reversal");
        }
    }

    function _standing(uint256 subject) private view returns (Standing memory) {
        return _handler.ledger()
            .standingOf(_handler.MARKETPLACE(), _handler.kindOf(subject), _handler.commitmentOf(subject));
    }

    function _strikes(uint256 subject) private view returns (bytes32[] memory) {
        return _handler.ledger()
            .liveStrikesOf(_handler.MARKETPLACE(), _handler.kindOf(subject), _handler.commitmentOf(subject));
    }
}
