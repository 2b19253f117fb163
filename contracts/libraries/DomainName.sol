// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

/// @title The one spelling of a domain name that names a brand.
library DomainName {
    /// @dev RFC 1035, section 2.3.4: 255 octets on the wire are 253 characters.
    uint256 internal constant LENGTH_MAX = 253;
    /// @dev RFC 1035, section 2.3.4.
    uint256 internal constant LABEL_MAX = 63;

    /// @notice Whether the text is at least two labels of lower-case letters, digits and inner hyphens (RFC 1123,
    /// section 2.1), without a final dot.
    function isCanonical(string memory text) internal pure returns (bool) {
        bytes memory name = bytes(text);
        if (name.length > LENGTH_MAX) return false;
        uint256 labels = 0;
        uint256 start = 0;
        for (uint256 i = 0; i <= name.length; ++i) {
            if (i < name.length && name[i] != ".") continue;
            if (!_isLabel(name, start, i)) return false;
            ++labels;
            start = i + 1;
        }
        return labels >= 2;
    }

    function _isLabel(bytes memory name, uint256 start, uint256 end) private pure returns (bool) {
        if (end == start || end - start > LABEL_MAX) return false;
        if (name[start] == "-" || name[end - 1] == "-") return false;
        for (uint256 i = start; i < end; ++i) {
            bytes1 c = name[i];
            bool fits = (c >= "a" && c <= "z") || (c >= "0" && c <= "9") || c == "-";
            if (!fits) return false;
        }
        return true;
    }
}
