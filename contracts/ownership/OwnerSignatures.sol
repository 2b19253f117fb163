// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {OwnershipCore} from "../core/OwnershipCore.sol";
import {IItemOwnership} from "../interfaces/IItemOwnership.sol";
import {OwnerKey} from "../libraries/OwnerKey.sol";
import {OwnershipMessages} from "../libraries/OwnershipMessages.sol";
import {Authorization} from "../types/OwnershipTypes.sol";

/// @title Whether an item's owner, or its claim key, signed what is asked.
abstract contract OwnerSignatures is IItemOwnership, EIP712, OwnershipCore {
    /// @notice The ERC-7913 verifier of P-256 keys.
    address public immutable p256Verifier;
    /// @notice The ERC-7913 verifier of passkeys.
    address public immutable webAuthnVerifier;

    constructor(address p256, address webAuthn) EIP712("Cachet ItemOwnership", "1") {
        p256Verifier = p256;
        webAuthnVerifier = webAuthn;
    }

    /// @inheritdoc IItemOwnership
    function ownerAddressOf(bytes calldata owner) public view returns (address account) {
        return OwnerKey.addressOf(owner, p256Verifier, webAuthnVerifier);
    }

    function _checkAct(bytes32 typeHash, uint256 tokenId, Authorization calldata authorization)
        internal
        view
        returns (address owner)
    {
        bytes32 message = OwnershipMessages.act(typeHash, tokenId, authorization.nonce, authorization.deadline);
        return _checkAuthorization(tokenId, message, authorization);
    }

    /// @dev The owner signed the message, for the item's present nonce and in time.
    function _checkAuthorization(uint256 tokenId, bytes32 message, Authorization calldata authorization)
        internal
        view
        returns (address owner)
    {
        _checkClaimed(tokenId);
        _checkSpan(tokenId, authorization.nonce, authorization.deadline);
        owner = _items[tokenId].owner;
        address account = ownerAddressOf(authorization.owner);
        if (account != owner) revert ItemOwnershipNotOwner(tokenId, account);
        bytes32 digest = _hashTypedDataV4(message);
        if (!SignatureChecker.isValidSignatureNow(authorization.owner, digest, authorization.signature)) {
            revert ItemOwnershipBadSignature(tokenId, owner);
        }
    }

    /// @dev A claim key is a plain key without an account, so nothing but its own signature is asked.
    function _checkClaimKey(uint256 tokenId, address claimKey, bytes32 message, bytes calldata signature)
        internal
        view
    {
        (address signer,,) = ECDSA.tryRecoverCalldata(_hashTypedDataV4(message), signature);
        if (signer == address(0) || signer != claimKey) revert ItemOwnershipBadClaimSignature(tokenId, claimKey);
    }

    function _checkSpan(uint256 tokenId, uint40 nonce, uint48 deadline) internal view {
        _checkDeadline(deadline);
        uint40 current = _items[tokenId].nonce;
        if (nonce != current) revert ItemOwnershipWrongNonce(tokenId, nonce, current);
    }

    function _checkDeadline(uint48 deadline) internal view {
        if (block.timestamp > deadline) revert ItemOwnershipExpired(deadline, block.timestamp);
    }

    function _ownerFrom(bytes calldata owner) internal view returns (address account) {
        account = ownerAddressOf(owner);
        if (account == address(0)) revert ItemOwnershipBadOwner(owner);
    }

    function _owns(bytes calldata owner, uint256 tokenId) internal view returns (bool) {
        address account = ownerAddressOf(owner);
        return account != address(0) && account == _items[tokenId].owner;
    }
}
