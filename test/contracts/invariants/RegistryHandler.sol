// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {IItemRegistry} from "../../../contracts/interfaces/IItemRegistry.sol";
import {Anchor, Kind, Reason, WordMask} from "../../../contracts/types/ItemTypes.sol";
import {Fixture} from "../Fixture.sol";

/// @title Anybody anchoring, revoking and recalling anything for two brands, beside a model of it.
/// @dev Every call is tried whether the model allows it or not. `fault` names the first that ended otherwise.
contract RegistryHandler is Fixture {
    uint256 public constant ROOTS = 6;
    uint256 public constant WORDS = 3;
    address private constant _STRANGER = address(0x57);

    struct Model {
        bytes32 brandId;
        uint32 leafCount;
        bytes32 anchorDigest;
    }

    string public fault;
    bool public headMovedAlone;
    uint256 private _time = 1_800_000_000;
    mapping(bytes32 root => Model model) private _models;
    mapping(bytes32 root => mapping(uint256 word => uint256 bits)) public revoked;
    mapping(bytes32 root => mapping(uint256 word => uint256 bits)) public recalled;
    mapping(bytes32 brandId => uint64 count) public counts;
    mapping(bytes32 brandId => bool suspended) private _suspended;
    mapping(bytes32 brandId => bytes32 head) private _hashes;
    mapping(bytes32 brandId => uint64 sequence) private _sequences;

    /// @dev The runner may forget the time between calls. After each call both heads are looked at.
    modifier looked() {
        VM.warp(_time);
        _;
        _look(BRAND);
        _look(OTHER_BRAND);
    }

    /// @dev Public as the runner wants it in a test; here it works once. The admin of both is this contract.
    function setUp() public override {
        if (address(items) != address(0)) return;
        super.setUp();
        for (uint256 i = 0; i < 2; ++i) {
            brands.setAnchorer(brandAt(i), address(this), false);
            brands.setAnchorer(brandAt(i), _anchorer(i), true);
        }
    }

    function anchor(uint256 brand, uint256 who, uint256 which, uint32 leafCount, uint8 kind) external looked {
        (bytes32 brandId, address caller, bytes32 root) = (brandAt(brand), _caller(who), rootAt(which));
        leafCount = leafCount % 700;
        bool may = caller == _anchorer(brand % 2) && !_suspended[brandId] && leafCount != 0
            && _models[root].brandId == 0;
        bytes memory data = abi.encodeCall(items.anchor, (brandId, root, leafCount, Kind(kind % 3)));
        if (!_try(caller, data, may, "anchor")) return;
        _models[root] = Model(brandId, leafCount, keccak256(abi.encode(items.anchorOf(root))));
        ++counts[brandId];
    }

    function revoke(uint256 who, uint256 which, uint32 word, uint256 mask) external looked {
        bytes32 root = rootAt(which);
        word = word % uint32(WORDS);
        mask = _fewer(mask, word);
        if (!_mark(items.revoke.selector, who, root, word, mask)) return;
        if (mask & ~revoked[root][word] != 0) ++counts[_models[root].brandId];
        revoked[root][word] |= mask;
    }

    function recall(uint256 who, uint256 which, uint32 word, uint256 mask) external looked {
        bytes32 root = rootAt(which);
        word = word % uint32(WORDS);
        mask = _fewer(mask, word);
        if (!_mark(items.recall.selector, who, root, word, mask)) return;
        if (mask & ~recalled[root][word] != 0) ++counts[_models[root].brandId];
        recalled[root][word] |= mask;
    }

    /// @notice Suspensions come and go, one call in four.
    function suspend(uint256 brand, uint256 random) external looked {
        bytes32 brandId = brandAt(brand);
        if (_suspended[brandId]) brands.reinstateBrand(brandId);
        else if (random % 4 == 0) brands.suspendBrand(brandId);
        else return;
        _suspended[brandId] = !_suspended[brandId];
    }

    function pass(uint32 time) external looked {
        _time += time % 3 days;
    }

    /// @notice Whether the root's anchor is what it was when it was made, and of the brand that made it.
    function isKept(bytes32 root) external view returns (bool) {
        Model storage model = _models[root];
        Anchor memory found = items.anchorOf(root);
        if (model.brandId == 0) return found.anchoredAt == 0;
        return found.brandId == model.brandId && keccak256(abi.encode(found)) == model.anchorDigest;
    }

    function registry() external view returns (IItemRegistry) {
        return items;
    }

    function rootAt(uint256 which) public pure returns (bytes32) {
        return keccak256(abi.encode("root", which % ROOTS));
    }

    function brandAt(uint256 which) public pure returns (bytes32) {
        return which % 2 == 0 ? BRAND : OTHER_BRAND;
    }

    /// @dev The hash moves exactly when the sequence does, and that only up.
    function _look(bytes32 brandId) private {
        (uint64 sequence, bytes32 runningHash) = items.headOf(brandId);
        if (_sequences[brandId] > sequence) headMovedAlone = true;
        bool moved = _hashes[brandId] != runningHash;
        if (moved != (_sequences[brandId] != sequence)) headMovedAlone = true;
        (_sequences[brandId], _hashes[brandId]) = (sequence, runningHash);
    }

    function _mark(bytes4 selector, uint256 who, bytes32 root, uint32 word, uint256 mask) private returns (bool) {
        Model memory model = _models[root];
        address caller = _caller(who);
        bool own = caller == address(this) || caller == (model.brandId == BRAND ? _anchorer(0) : _anchorer(1));
        bool may = model.brandId != 0 && own && !_suspended[model.brandId] && _exists(model.leafCount, word, mask);
        WordMask[] memory words = new WordMask[](1);
        words[0] = WordMask(word, mask);
        return _try(caller, abi.encodeWithSelector(selector, root, words, Reason.Stolen), may, "mark");
    }

    function _try(address caller, bytes memory data, bool may, string memory name) private returns (bool) {
        VM.prank(caller);
        (bool done,) = address(items).call(data);
        if (done != may) fault = name;
        return done;
    }

    function _caller(uint256 who) private view returns (address) {
        if (who % 8 < 6) return _anchorer(who);
        return who % 8 == 6 ? address(this) : _STRANGER;
    }

    /// @dev A few leaves rather than half of all; now and then none.
    function _fewer(uint256 mask, uint32 word) private pure returns (uint256) {
        return mask % 16 == 0 ? 0 : 1 << (mask % (word == 0 ? 256 : 64));
    }

    function _anchorer(uint256 brand) private pure returns (address) {
        return address(uint160(0xA0 + brand % 2));
    }

    function _exists(uint32 leafCount, uint32 word, uint256 mask) private pure returns (bool) {
        if (mask == 0) return false;
        uint256 bit = 0;
        while (mask >> (bit + 1) != 0) ++bit;
        return uint256(word) * 256 + bit < leafCount;
    }
}
