// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {Brand, CertificateKey} from "../types/BrandTypes.sol";

/// @title Who the brands are, and which accounts, GS1 prefixes and certificate keys are theirs.
/// @notice The operator lets brands in, suspends and reinstates them and assigns GS1 company prefixes. Everything else
/// is the brand's own: its admin, and nobody else, manages its keys and anchoring accounts and hands itself over.
/// Reads never revert for the unknown. Nothing is ever deleted but the ownership of a released prefix.
interface IBrandRegistry {
    /// @notice A brand was let in. `domain` is the text whose Keccak-256 is `brandId`.
    event BrandRegistered(bytes32 indexed brandId, uint32 indexed number, string domain, address admin);
    /// @notice The operator suspended a brand: it can change nothing in `ItemRegistry` until it is reinstated.
    event BrandSuspended(bytes32 indexed brandId);
    /// @notice The operator reinstated a suspended brand.
    event BrandReinstated(bytes32 indexed brandId);
    /// @notice The operator assigned a GS1 company prefix (4 to 12 digits) to a brand.
    event PrefixAssigned(bytes32 indexed brandId, string prefix);
    /// @notice The operator took a GS1 company prefix from a brand; it is free again, or the next event gives it to the
    /// brand it was transferred to.
    event PrefixReleased(bytes32 indexed brandId, string prefix);
    /// @notice The admin proposed its successor; the zero address withdraws a proposal.
    event AdminTransferStarted(bytes32 indexed brandId, address indexed admin, address indexed pendingAdmin);
    /// @notice The proposed admin accepted.
    event AdminTransferred(bytes32 indexed brandId, address indexed previousAdmin, address indexed admin);
    /// @notice The admin allowed or forbade an account to anchor, revoke and recall for the brand.
    event AnchorerSet(bytes32 indexed brandId, address indexed account, bool allowed);
    /// @notice The admin limited how many leaves an account may anchor in a day; 0 for no limit.
    event AnchorQuotaSet(bytes32 indexed brandId, address indexed account, uint32 leavesPerDay);
    /// @notice The admin registered a certificate key; times in Unix seconds, `validUntil` 0 for open-ended.
    event KeyRegistered(bytes32 indexed brandId, bytes32 indexed thumbprint, uint48 validFrom, uint48 validUntil);
    /// @notice The admin retired a key; `validUntil` is the time of the block.
    event KeyRetired(bytes32 indexed brandId, bytes32 indexed thumbprint, uint48 validUntil);
    /// @notice The admin declared that a key is not to be trusted from `compromisedAt` (Unix seconds) on.
    event KeyCompromised(bytes32 indexed brandId, bytes32 indexed thumbprint, uint48 compromisedAt);

    /// @notice The text is no lower-case ASCII domain name of at least two labels.
    error BrandRegistryBadDomain(string domain);
    /// @notice A brand of this domain exists.
    error BrandRegistryBrandExists(bytes32 brandId);
    /// @notice There is no such brand.
    error BrandRegistryUnknownBrand(bytes32 brandId);
    /// @notice A brand cannot have this account as its admin or anchoring account.
    error BrandRegistryBadAccount(bytes32 brandId, address account);
    /// @notice The caller is not the brand's admin.
    error BrandRegistryNotAdmin(bytes32 brandId, address caller);
    /// @notice The caller is not the account the admin proposed.
    error BrandRegistryNotPendingAdmin(bytes32 brandId, address caller);
    /// @notice The brand is suspended already, since the time given.
    error BrandRegistryAlreadySuspended(bytes32 brandId, uint48 suspendedAt);
    /// @notice The brand is not suspended.
    error BrandRegistryNotSuspended(bytes32 brandId);
    /// @notice More prefixes in one call than `maximum`.
    error BrandRegistryTooManyPrefixes(uint256 count, uint256 maximum);
    /// @notice The text is not 4 to 12 ASCII digits.
    error BrandRegistryBadPrefix(string prefix);
    /// @notice The prefix equals, begins or continues an assigned one. `owner` has the equal or shorter one; it is
    /// zero where only longer ones are assigned.
    error BrandRegistryPrefixTaken(string prefix, bytes32 owner);
    /// @notice The prefix is not assigned to this brand.
    error BrandRegistryPrefixNotOwned(bytes32 brandId, string prefix);
    /// @notice The brand registered this key before.
    error BrandRegistryKeyExists(bytes32 brandId, bytes32 thumbprint);
    /// @notice The brand never registered this key.
    error BrandRegistryUnknownKey(bytes32 brandId, bytes32 thumbprint);
    /// @notice A zero thumbprint.
    error BrandRegistryBadThumbprint(bytes32 brandId);
    /// @notice A key's `validFrom` is 0, or its `validUntil` is neither 0 nor later.
    error BrandRegistryBadKeyTimes(bytes32 thumbprint, uint48 validFrom, uint48 validUntil);
    /// @notice The key's validity ended already, at the time given.
    error BrandRegistryKeyRetired(bytes32 thumbprint, uint48 validUntil);
    /// @notice The time is 0, in the future, or not earlier than the one recorded.
    error BrandRegistryBadCompromiseTime(bytes32 thumbprint, uint48 compromisedAt, uint48 recorded);

    /// @notice Lets a brand in, with its prefixes. Operator only.
    /// @param domain The brand's domain name: lower-case ASCII, punycode for others.
    /// @param admin Account that will manage the brand.
    /// @param prefixes GS1 company prefixes, at most `PREFIXES_MAX`.
    /// @return brandId Keccak-256 of the domain.
    function registerBrand(string calldata domain, address admin, string[] calldata prefixes)
        external
        returns (bytes32 brandId);

    /// @notice Suspends an active brand from now on. Operator only.
    function suspendBrand(bytes32 brandId) external;

    /// @notice Ends a suspension. Operator only.
    function reinstateBrand(bytes32 brandId) external;

    /// @notice Assigns a GS1 company prefix to a brand. Operator only.
    function assignPrefix(bytes32 brandId, string calldata prefix) external;

    /// @notice Frees a GS1 company prefix of a brand. Operator only.
    function releasePrefix(bytes32 brandId, string calldata prefix) external;

    /// @notice Moves a GS1 company prefix from one brand to another at once, as when GS1 records a merger: there is no
    /// moment at which a number under it is nobody's. Operator only.
    /// @param brandId The brand that has the prefix.
    /// @param successorId Another brand, which has it from now on.
    /// @param prefix 4 to 12 digits.
    function transferPrefix(bytes32 brandId, bytes32 successorId, string calldata prefix) external;

    /// @notice Proposes the next admin, or withdraws the proposal with the zero address. Brand's admin only.
    function transferAdmin(bytes32 brandId, address pendingAdmin) external;

    /// @notice Takes over the administration. Proposed admin only.
    function acceptAdmin(bytes32 brandId) external;

    /// @notice Says whether an account may act for the brand in `ItemRegistry`; saying it again changes nothing.
    /// Brand's admin only. The zero address cannot be allowed.
    function setAnchorer(bytes32 brandId, address account, bool allowed) external;

    /// @notice Limits what an account may anchor, so that a stolen anchoring key does bounded harm; says nothing of
    /// whether it may anchor at all, and is kept when that changes. Saying it again changes nothing.
    /// Brand's admin only.
    /// @param brandId The brand.
    /// @param account Not the zero address.
    /// @param leavesPerDay Most leaves in one day (UTC) under all roots together; 0 for no limit.
    function setAnchorQuota(bytes32 brandId, address account, uint32 leavesPerDay) external;

    /// @notice Registers a certificate key. Brand's admin only.
    /// @param brandId The brand.
    /// @param thumbprint RFC 7638 thumbprint (SHA-256) of the public key.
    /// @param validFrom Unix seconds, not 0; may be in the past, because keys are made before they are registered.
    /// @param validUntil Unix seconds later than `validFrom`, or 0 for open-ended.
    function registerKey(bytes32 brandId, bytes32 thumbprint, uint48 validFrom, uint48 validUntil) external;

    /// @notice Ends a key's validity now; what it signed before stays good. Brand's admin only.
    function retireKey(bytes32 brandId, bytes32 thumbprint) external;

    /// @notice Declares a key untrusted from a past or present time on; may only be moved to an earlier time.
    /// Brand's admin only.
    function markKeyCompromised(bytes32 brandId, bytes32 thumbprint, uint48 compromisedAt) external;

    /// @notice The brand; all zero for an unknown one.
    function brandOf(bytes32 brandId) external view returns (Brand memory brand);

    /// @notice Identifier of the brand with this number; zero for an unknown one.
    function brandIdOf(uint32 number) external view returns (bytes32 brandId);

    /// @notice The brand's key; all zero for an unknown one.
    function keyOf(bytes32 brandId, bytes32 thumbprint) external view returns (CertificateKey memory key);

    /// @notice Whether the brand's admin lets the account act for it. Says nothing of a suspension.
    function isAnchorer(bytes32 brandId, address account) external view returns (bool allowed);

    /// @notice Most leaves that the account may anchor for the brand in one day (UTC); 0 for no limit.
    function anchorQuotaOf(bytes32 brandId, address account) external view returns (uint32 leavesPerDay);

    /// @notice The brand whose company prefix the digits begin with: a prefix itself, or a longer number under it.
    /// Zero when there is none, also for text that is no number.
    function brandOfPrefix(string calldata digits) external view returns (bytes32 brandId);

    /// @notice What `ItemRegistry` asks before each write.
    /// @return number The brand's number; 0 for an unknown brand.
    /// @return suspendedAt Unix seconds since when the brand is suspended; 0 while it is active.
    /// @return allowed Whether the account is one of the brand's anchoring accounts.
    /// @return isAdmin Whether the account is the brand's admin.
    /// @return leavesPerDay Most leaves that the account may anchor in one day (UTC); 0 for no limit.
    function authorityOf(bytes32 brandId, address account)
        external
        view
        returns (uint32 number, uint48 suspendedAt, bool allowed, bool isAdmin, uint32 leavesPerDay);

    /// @notice Everything an answer about one leaf needs of its brand, in one call; all zero for an unknown number.
    function signerOf(uint32 number, bytes32 thumbprint)
        external
        view
        returns (bytes32 brandId, uint48 suspendedAt, CertificateKey memory key);
}
