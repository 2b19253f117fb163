// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

/// @notice A brand as the registry sees it. All zero for an unknown brand.
/// @param number Compact name of the brand, counted from 1 in order of registration; 0 means unknown.
/// @param admin Account that manages keys and anchoring accounts, and that alone can hand itself over.
/// @param pendingAdmin Account that may accept the administration; zero when no transfer is under way.
/// @param suspendedAt Unix seconds since when the brand is suspended; 0 while it is active.
struct Brand {
    uint32 number;
    address admin;
    address pendingAdmin;
    uint48 suspendedAt;
}

/// @notice A certificate key. All zero for an unknown key.
/// @param validFrom Unix seconds from which signatures count; never 0 for a registered key.
/// @param validUntil Unix seconds from which signatures no longer count; 0 while the key is open-ended.
/// @param compromisedAt Unix seconds from which the key is no longer trusted; 0 while it is.
/// @param registered True when the brand ever registered the key.
struct CertificateKey {
    uint48 validFrom;
    uint48 validUntil;
    uint48 compromisedAt;
    bool registered;
}
