// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IItemOwnership} from "../interfaces/IItemOwnership.sol";
import {OwnershipMessages} from "../libraries/OwnershipMessages.sol";
import {ItemRegistry} from "../registry/ItemRegistry.sol";
import {Leaf} from "../types/ItemTypes.sol";
import {
    Authorization,
    ListingPermit,
    Origin,
    OwnershipState,
    PermitStatus,
    Possession,
    Reporter
} from "../types/OwnershipTypes.sol";
import {OwnedToken} from "./OwnedToken.sol";
import {OwnerSignatures} from "./OwnerSignatures.sol";
import {RegistryReader} from "./RegistryReader.sol";

/// @title Whose an item is.
/// @dev This file says who may do what; `OwnershipCore` what may become of an item, `OwnedToken` what ERC-721 shows of
/// it, `OwnerSignatures` who signed, `RegistryReader` what the brand vouches for.
contract ItemOwnership is OwnedToken, OwnerSignatures, RegistryReader {
    /// @param items The registry that says what a brand vouches for.
    /// @param p256 OpenZeppelin's `ERC7913P256Verifier`.
    /// @param webAuthn OpenZeppelin's `ERC7913WebAuthnVerifier`.
    /// @param baseUri What the token id, in hexadecimal, is put behind in `tokenURI`.
    constructor(ItemRegistry items, address p256, address webAuthn, string memory baseUri)
        ERC721("Cachet Item", "CACHET")
        OwnedToken(baseUri)
        OwnerSignatures(p256, webAuthn)
        RegistryReader(items)
    {}

    /// @inheritdoc IItemOwnership
    function claim(
        bytes32 root,
        Leaf calldata leaf,
        bytes32[] calldata proof,
        bytes calldata owner,
        uint48 deadline,
        bytes calldata signature
    ) external returns (uint256 tokenId) {
        (bytes32 brandId, uint32 brandNumber) = _checkLeaf(root, leaf, proof);
        tokenId = tokenIdOf(brandId, leaf.itemId);
        _checkDeadline(deadline);
        _checkClaimKey(tokenId, leaf.claimKey, OwnershipMessages.claim(tokenId, owner, deadline), signature);
        _giveFirst(tokenId, _ownerFrom(owner), brandNumber, root, leaf);
        emit Claimed(tokenId, brandId, leaf.itemId, root, leaf.index);
    }

    /// @inheritdoc IItemOwnership
    function transferWithSignature(uint256 tokenId, bytes calldata to, Authorization calldata authorization) external {
        address account = _ownerFrom(to);
        bytes32 message = OwnershipMessages.handover(
            OwnershipMessages.TRANSFER, tokenId, to, authorization.nonce, authorization.deadline
        );
        _checkAuthorization(tokenId, message, authorization);
        _update(account, tokenId, address(0));
    }

    /// @inheritdoc IItemOwnership
    function reportStolen(uint256 tokenId) external {
        _reportStolen(tokenId, _roleOf(tokenId, msg.sender), msg.sender);
    }

    /// @inheritdoc IItemOwnership
    function reportStolenWithSignature(uint256 tokenId, Authorization calldata authorization) external {
        address owner = _checkAct(OwnershipMessages.REPORT_STOLEN, tokenId, authorization);
        _reportStolen(tokenId, Reporter.Owner, owner);
    }

    /// @inheritdoc IItemOwnership
    function reportRecovered(uint256 tokenId) external {
        _reportRecovered(tokenId, _roleOf(tokenId, msg.sender), msg.sender);
    }

    /// @inheritdoc IItemOwnership
    function reportRecoveredWithSignature(uint256 tokenId, Authorization calldata authorization) external {
        address owner = _checkAct(OwnershipMessages.REPORT_RECOVERED, tokenId, authorization);
        _reportRecovered(tokenId, Reporter.Owner, owner);
    }

    /// @inheritdoc IItemOwnership
    function startRecovery(
        uint256 tokenId,
        Origin calldata origin,
        bytes calldata newOwner,
        Possession calldata possession
    ) external {
        _checkClaimed(tokenId);
        _checkBrand(tokenId, _items[tokenId].brandNumber, msg.sender);
        address account = _ownerFrom(newOwner);
        if (!_isOrigin(tokenId, origin)) revert ItemOwnershipWrongOrigin(tokenId);
        _checkSpan(tokenId, possession.nonce, possession.deadline);
        bytes32 message = OwnershipMessages.handover(
            OwnershipMessages.RECOVER, tokenId, newOwner, possession.nonce, possession.deadline
        );
        _checkClaimKey(tokenId, origin.claimKey, message, possession.signature);
        uint48 readyAt = _openRecovery(tokenId, account, uint48(block.timestamp));
        emit RecoveryStarted(tokenId, account, readyAt, msg.sender);
    }

    /// @inheritdoc IItemOwnership
    function cancelRecovery(uint256 tokenId) external {
        _cancelRecovery(tokenId, _roleOf(tokenId, msg.sender), msg.sender);
    }

    /// @inheritdoc IItemOwnership
    function cancelRecoveryWithSignature(uint256 tokenId, Authorization calldata authorization) external {
        address owner = _checkAct(OwnershipMessages.CANCEL_RECOVERY, tokenId, authorization);
        _cancelRecovery(tokenId, Reporter.Owner, owner);
    }

    /// @inheritdoc IItemOwnership
    function finishRecovery(uint256 tokenId) external {
        _checkClaimed(tokenId);
        _checkActive(_items[tokenId].brandNumber);
        address from = _items[tokenId].owner;
        address to = _completeRecovery(tokenId, uint48(block.timestamp));
        _book(from, to, tokenId);
        emit RecoveryFinished(tokenId, to);
    }

    /// @inheritdoc IItemOwnership
    function statesOf(uint256[] calldata tokenIds) external view returns (OwnershipState[] memory states) {
        states = new OwnershipState[](tokenIds.length);
        for (uint256 i = 0; i < tokenIds.length; ++i) {
            OwnedItem memory item = _items[tokenIds[i]];
            Recovery memory recovery = _recoveries[tokenIds[i]];
            states[i] = OwnershipState({
                owner: item.owner,
                nonce: item.nonce,
                stolenAt: item.stolenAt,
                stolenBy: item.stolenBy,
                brandNumber: item.brandNumber,
                claimedAt: item.claimedAt,
                recoveryOwner: recovery.newOwner,
                recoveryReadyAt: recovery.readyAt
            });
        }
    }

    /// @inheritdoc IItemOwnership
    function isOwnerSignature(uint256 tokenId, bytes32 hash, bytes calldata owner, bytes calldata signature)
        external
        view
        returns (bool signed)
    {
        return _owns(owner, tokenId) && SignatureChecker.isValidSignatureNow(owner, hash, signature);
    }

    /// @inheritdoc IItemOwnership
    function permitStatus(
        ListingPermit calldata permit,
        Origin calldata origin,
        bytes calldata owner,
        bytes calldata signature
    ) external view returns (PermitStatus status) {
        status = _itemStatus(permit.tokenId, origin);
        if (status != PermitStatus.Valid) return status;
        if (permit.nonce != _items[permit.tokenId].nonce) return PermitStatus.WrongNonce;
        if (block.timestamp > permit.expiry) return PermitStatus.Expired;
        if (!_owns(owner, permit.tokenId)) return PermitStatus.NotOwner;
        bytes32 digest = _hashTypedDataV4(OwnershipMessages.listing(permit));
        bool signed = SignatureChecker.isValidSignatureNow(owner, digest, signature);
        return signed ? PermitStatus.Valid : PermitStatus.BadSignature;
    }

    /// @inheritdoc ERC721
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IItemOwnership).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @inheritdoc IItemOwnership
    function tokenIdOf(bytes32 brandId, bytes32 itemId) public pure returns (uint256 tokenId) {
        return uint256(keccak256(abi.encode(brandId, itemId)));
    }

    function _giveFirst(uint256 tokenId, address owner, uint32 brandNumber, bytes32 root, Leaf calldata leaf) private {
        Origin memory origin = Origin({root: root, index: leaf.index, claimKey: leaf.claimKey});
        bytes22 originTag = OwnershipMessages.originTag(origin);
        _begin(tokenId, owner, brandNumber, originTag, uint48(block.timestamp));
        _bookFirst(owner, tokenId);
    }

    function _reportStolen(uint256 tokenId, Reporter by, address account) private {
        _markStolen(tokenId, by, uint48(block.timestamp));
        emit ReportedStolen(tokenId, by, account);
    }

    function _reportRecovered(uint256 tokenId, Reporter by, address account) private {
        _unmarkStolen(tokenId, by, uint48(block.timestamp));
        emit ReportedRecovered(tokenId, by, account);
    }

    function _cancelRecovery(uint256 tokenId, Reporter by, address account) private {
        _dropRecovery(tokenId);
        emit RecoveryCancelled(tokenId, by, account);
    }

    /// @dev An account that owns the item speaks as its owner, also where it is one of the brand's.
    function _roleOf(uint256 tokenId, address caller) private view returns (Reporter) {
        _checkClaimed(tokenId);
        if (caller == _items[tokenId].owner) return Reporter.Owner;
        _checkBrand(tokenId, _items[tokenId].brandNumber, caller);
        return Reporter.Brand;
    }

    function _itemStatus(uint256 tokenId, Origin calldata origin) private view returns (PermitStatus) {
        if (_items[tokenId].owner == address(0)) return PermitStatus.UnknownItem;
        if (_items[tokenId].stolenAt != 0) return PermitStatus.Stolen;
        if (_recoveries[tokenId].readyAt != 0) return PermitStatus.RecoveryPending;
        if (!_isOrigin(tokenId, origin)) return PermitStatus.WrongOrigin;
        return _leafStatus(origin.root, origin.index);
    }

    function _isOrigin(uint256 tokenId, Origin calldata origin) private view returns (bool) {
        return _items[tokenId].originTag == OwnershipMessages.originTag(origin);
    }
}
