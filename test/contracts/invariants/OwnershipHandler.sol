// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {LeafHash} from "../../../contracts/libraries/LeafHash.sol";
import {ItemOwnership} from "../../../contracts/ownership/ItemOwnership.sol";
import {Kind, Leaf} from "../../../contracts/types/ItemTypes.sol";
import {Authorization, Origin, OwnershipState, Possession, Reporter} from "../../../contracts/types/OwnershipTypes.sol";
import {Fixture} from "../Fixture.sol";

/// @title Owners, brands and strangers claiming, moving, reporting and recovering items, beside a model of it.
/// @dev Both brands speak by this contract. After each call every item is compared with what it was before.
contract OwnershipHandler is Fixture {
    uint256 public constant ITEMS = 4;
    uint256 public constant OWNERS = 4;
    uint256 private constant _CLAIM_KEY = 0xC1A1;
    uint256 private constant _OWNER_KEY = 0x0A1;
    uint48 private constant _DEADLINE = 4_102_444_800;

    ItemOwnership public ownership;
    string public fault;
    bool public movedWhileStolen;
    bool public nonceFell;
    bool public originChanged;
    uint256 public claimed;
    uint256 private _time = 1_800_000_000;
    bytes32 private _domain;
    OwnershipState[ITEMS] private _last;

    /// @dev The runner may forget the time between calls. After each call all items are looked at.
    modifier looked() {
        VM.warp(_time);
        _;
        _look();
    }

    /// @dev Public as the runner wants it in a test; here it works once. Each item is alone under its root.
    function setUp() public override {
        if (address(ownership) != address(0)) return;
        super.setUp();
        ownership = new ItemOwnership(items, address(0x1), address(0x2), "");
        bytes32 domainType =
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        bytes memory fields =
            abi.encode(domainType, keccak256("Cachet ItemOwnership"), keccak256("1"), block.chainid, ownership);
        _domain = keccak256(fields);
        for (uint256 i = 0; i < ITEMS; ++i) {
            items.anchor(_brandOf(i), LeafHash.hashOf(_leaf(i)), 1, Kind.Items);
        }
    }

    function claim(uint256 which, uint256 to) external looked {
        (which, to) = (which % ITEMS, to % OWNERS);
        bytes memory owner = abi.encodePacked(ownerAt(to));
        bytes32 typeHash = keccak256("Claim(uint256 tokenId,bytes owner,uint48 deadline)");
        bytes32 word = keccak256(abi.encode(typeHash, tokenAt(which), keccak256(owner), _DEADLINE));
        bytes memory signature = _sign(_CLAIM_KEY + which, word);
        Leaf memory leaf = _leaf(which);
        bytes32[] memory proof = new bytes32[](0);
        bytes memory data =
            abi.encodeCall(ownership.claim, (LeafHash.hashOf(leaf), leaf, proof, owner, _DEADLINE, signature));
        if (_try(address(this), data, _last[which].claimedAt == 0, "claim")) ++claimed;
    }

    function transfer(uint256 which, uint256 who, uint256 to) external looked {
        which = which % ITEMS;
        OwnershipState memory item = _last[which];
        address from = who % 4 == 3 ? ownerAt(who >> 8) : item.owner;
        bytes memory data = abi.encodeCall(ownership.transferFrom, (item.owner, ownerAt(to), tokenAt(which)));
        bool may = item.claimedAt != 0 && from == item.owner && item.stolenAt == 0;
        _try(from, data, may, "transferFrom");
    }

    function transferSigned(uint256 which, uint256 who, uint256 to, uint8 stale) external looked {
        which = which % ITEMS;
        OwnershipState memory item = _last[which];
        uint256 signer = who % OWNERS;
        uint40 nonce = item.nonce + (stale % 8 == 7 ? 1 : 0);
        bytes memory receiver = abi.encodePacked(ownerAt(to));
        bytes32 typeHash = keccak256("Transfer(uint256 tokenId,bytes to,uint40 nonce,uint48 deadline)");
        bytes32 word = keccak256(abi.encode(typeHash, tokenAt(which), keccak256(receiver), nonce, _DEADLINE));
        Authorization memory authorization =
            Authorization(abi.encodePacked(ownerAt(signer)), nonce, _DEADLINE, _sign(_OWNER_KEY + signer, word));
        bytes memory data =
            abi.encodeCall(ownership.transferWithSignature, (tokenAt(which), receiver, authorization));
        bool may = item.claimedAt != 0 && ownerAt(signer) == item.owner && item.stolenAt == 0 && nonce == item.nonce;
        _try(address(0x57), data, may, "transferWithSignature");
    }

    function reportStolen(uint256 which, uint256 who) external looked {
        which = which % ITEMS;
        OwnershipState memory item = _last[which];
        (address caller, Reporter by) = _speaker(item, who);
        bool may = by != Reporter.None && item.stolenAt == 0;
        _try(caller, abi.encodeCall(ownership.reportStolen, (tokenAt(which))), may, "reportStolen");
    }

    function reportRecovered(uint256 which, uint256 who) external looked {
        which = which % ITEMS;
        OwnershipState memory item = _last[which];
        (address caller, Reporter by) = _speaker(item, who);
        bool due = by == Reporter.Brand && item.recoveryReadyAt != 0 && _time >= item.recoveryReadyAt;
        bool may = by != Reporter.None && item.stolenAt != 0 && (item.stolenBy == by || due);
        _try(caller, abi.encodeCall(ownership.reportRecovered, (tokenAt(which))), may, "reportRecovered");
    }

    function startRecovery(uint256 which, uint256 who, uint256 to) external looked {
        which = which % ITEMS;
        OwnershipState memory item = _last[which];
        (address caller, Reporter by) = _speaker(item, who);
        bytes memory receiver = abi.encodePacked(ownerAt(to));
        bytes32 typeHash = keccak256("Recover(uint256 tokenId,bytes newOwner,uint40 nonce,uint48 deadline)");
        bytes32 word = keccak256(abi.encode(typeHash, tokenAt(which), keccak256(receiver), item.nonce, _DEADLINE));
        Possession memory possession = Possession(item.nonce, _DEADLINE, _sign(_CLAIM_KEY + which, word));
        Leaf memory leaf = _leaf(which);
        Origin memory origin = Origin(LeafHash.hashOf(leaf), 0, leaf.claimKey);
        bytes memory data =
            abi.encodeCall(ownership.startRecovery, (tokenAt(which), origin, receiver, possession));
        _try(caller, data, by == Reporter.Brand && item.recoveryReadyAt == 0, "startRecovery");
    }

    /// @notice One call in four, so that recoveries live to be finished.
    function cancelRecovery(uint256 which, uint256 who, uint256 random) external looked {
        if (random % 4 != 0) return;
        which = which % ITEMS;
        OwnershipState memory item = _last[which];
        (address caller, Reporter by) = _speaker(item, who);
        bool may = by != Reporter.None && item.recoveryReadyAt != 0;
        _try(caller, abi.encodeCall(ownership.cancelRecovery, (tokenAt(which))), may, "cancelRecovery");
    }

    function finishRecovery(uint256 which) external looked {
        which = which % ITEMS;
        OwnershipState memory item = _last[which];
        bool may = item.recoveryReadyAt != 0 && _time >= item.recoveryReadyAt && item.stolenAt == 0;
        _try(address(0x57), abi.encodeCall(ownership.finishRecovery, (tokenAt(which))), may, "finishRecovery");
    }

    function pass(uint32 time) external looked {
        _time += time % 20 days;
    }

    function ownerAt(uint256 which) public pure returns (address) {
        return VM.addr(_OWNER_KEY + which % OWNERS);
    }

    function tokenAt(uint256 which) public pure returns (uint256) {
        return uint256(keccak256(abi.encode(_brandOf(which % ITEMS), bytes32(which % ITEMS + 1))));
    }

    function _look() private {
        uint256[] memory tokenIds = new uint256[](ITEMS);
        for (uint256 i = 0; i < ITEMS; ++i) tokenIds[i] = tokenAt(i);
        OwnershipState[] memory states = ownership.statesOf(tokenIds);
        for (uint256 i = 0; i < ITEMS; ++i) {
            (OwnershipState memory before, OwnershipState memory current) = (_last[i], states[i]);
            bool moved = before.owner != current.owner;
            if (moved && before.stolenAt != 0) movedWhileStolen = true;
            bool counted = before.owner == address(0) || current.nonce > before.nonce;
            if (current.nonce < before.nonce || (moved && !counted)) nonceFell = true;
            bool same = before.brandNumber == current.brandNumber && before.claimedAt == current.claimedAt;
            if (before.claimedAt != 0 && !same) originChanged = true;
            if (current.claimedAt != 0 && current.brandNumber != i % 2 + 1) originChanged = true;
            _last[i] = current;
        }
    }

    /// @dev The item's owner, its brand, or a stranger to it.
    function _speaker(OwnershipState memory item, uint256 who) private view returns (address, Reporter) {
        if (item.claimedAt == 0) return (address(this), Reporter.None);
        if (who % 8 < 3) return (item.owner, Reporter.Owner);
        return who % 8 < 7 ? (address(this), Reporter.Brand) : (address(0x57), Reporter.None);
    }

    function _try(address caller, bytes memory data, bool may, string memory name) private returns (bool) {
        VM.prank(caller);
        (bool done,) = address(ownership).call(data);
        if (done != may) fault = name;
        return done;
    }

    function _sign(uint256 key, bytes32 word) private view returns (bytes memory) {
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", _domain, word));
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function _leaf(uint256 which) private pure returns (Leaf memory) {
        return Leaf(0, bytes32(which + 1), keccak256("certificate"), VM.addr(_CLAIM_KEY + which));
    }

    function _brandOf(uint256 which) private pure returns (bytes32) {
        return which % 2 == 0 ? BRAND : OTHER_BRAND;
    }
}
