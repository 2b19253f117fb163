// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";

/// @title The addresses under which ERC-7913 signers own items.
library OwnerKey {
    /// @dev ERC-7913: a signer of 20 bytes is an address.
    uint256 internal constant ADDRESS_LENGTH = 20;
    /// @dev A verifier's address and a P-256 key's x and y.
    uint256 internal constant KEY_LENGTH = 84;

    /// @notice An address's own; for a key the last 20 bytes of the signer's Keccak-256. No account can share it: an
    /// account's address is the hash of 64 bytes (a public key), at most 23 or 85 (a contract), never of 84.
    /// @return account Zero for bytes of another length, another verifier, or a key that is no point of the curve:
    /// nobody could ever sign for those.
    function addressOf(bytes calldata owner, address p256Verifier, address webAuthnVerifier)
        internal
        pure
        returns (address account)
    {
        if (owner.length == ADDRESS_LENGTH) return address(bytes20(owner));
        if (owner.length != KEY_LENGTH) return address(0);
        address verifier = address(bytes20(owner[:20]));
        if (verifier != p256Verifier && verifier != webAuthnVerifier) return address(0);
        if (!P256.isValidPublicKey(bytes32(owner[20:52]), bytes32(owner[52:84]))) return address(0);
        return address(uint160(uint256(keccak256(owner))));
    }
}
