// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {CertificateKey} from "./BrandTypes.sol";

/// @notice What the leaves under an anchored root stand for: items, custody events or enforcement decisions.
enum Kind {
    Items,
    Events,
    Decisions
}

/// @notice Why leaves were revoked or recalled. The order is part of the interface: programs outside count on it.
enum Reason {
    Unspecified,
    Counterfeit,
    Stolen,
    Destroyed,
    IssuedInError,
    Safety,
    Quality
}

/// @notice Some of the 256 leaves of one bitmap word.
/// @param word Place of the word: leaf `i` is in word `i / 256`.
/// @param mask Bit `b` stands for leaf `word * 256 + b`.
struct WordMask {
    uint32 word;
    uint256 mask;
}

/// @notice An anchored root. All zero for an unknown root.
/// @param brandId Keccak-256 of the brand's domain.
/// @param leafCount How many leaves are under the root.
/// @param kind What the leaves stand for.
/// @param anchoredAt Unix seconds of the anchor's block; never 0 for an anchored root.
/// @param blockNumber The anchor's block, as the chain's `block.number` counts.
/// @param sequence Place among all the brand's events in `ItemRegistry`, counted from 1.
struct Anchor {
    bytes32 brandId;
    uint32 leafCount;
    Kind kind;
    uint48 anchoredAt;
    uint48 blockNumber;
    uint64 sequence;
}

/// @notice What a leaf binds together.
/// @param index Place of the leaf under its root, from 0.
/// @param itemId Digest that names the item.
/// @param certificateDigest Digest of the signed certificate.
/// @param claimKey Address of the hidden key that authorises the first claim.
struct Leaf {
    uint32 index;
    bytes32 itemId;
    bytes32 certificateDigest;
    address claimKey;
}

/// @notice State of one leaf. All zero for an unknown root or an index beyond its leaves.
struct LeafStatus {
    bool exists;
    bytes32 brandId;
    uint48 anchoredAt;
    uint48 blockNumber;
    bool revoked;
    bool recalled;
}

/// @notice A question to `statuses`: which leaf, and which key signed its certificate.
struct Query {
    bytes32 root;
    uint32 index;
    bytes32 thumbprint;
}

/// @notice Everything the chain says of one leaf, all at one block.
/// @param anchor The root's anchor; all zero for an unknown root.
/// @param revoked True when the leaf is revoked; false for an index beyond the leaves.
/// @param recalled True when the leaf is recalled; false for an index beyond the leaves.
/// @param key The key of the query's thumbprint, as the anchor's brand registered it.
/// @param brandSuspendedAt Unix seconds since when the anchor's brand is suspended; 0 while it is active.
struct ItemStatus {
    Anchor anchor;
    bool revoked;
    bool recalled;
    CertificateKey key;
    uint48 brandSuspendedAt;
}
