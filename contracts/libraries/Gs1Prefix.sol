// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

/// @title GS1 company prefixes as numbers.
/// @dev A prefix is kept as its digits with a leading 1, so that "0123" and "123" stay apart: "0123" is 10123. Cutting
/// the last digit off the text is then a division by ten.
library Gs1Prefix {
    /// @dev GS1 General Specifications, section 1.4.2: company prefixes have 4 to 12 digits.
    uint256 internal constant DIGITS_MIN = 4;
    uint256 internal constant DIGITS_MAX = 12;
    /// @dev Every prefix of `DIGITS_MIN` digits is at least this, every shorter one less.
    uint64 internal constant SHORTEST = 10 ** 4;

    /// @notice The prefix as a number, or 0 when the text is not 4 to 12 ASCII digits.
    function encode(string memory text) internal pure returns (uint64 prefix) {
        uint256 length = bytes(text).length;
        return length > DIGITS_MAX ? 0 : encodeStart(text, length);
    }

    /// @notice The first `length` characters as a number; 0 when they are fewer than 4 or no digits.
    /// `length` must be at most 12 and at most the text's own.
    function encodeStart(string memory text, uint256 length) internal pure returns (uint64 prefix) {
        if (length < DIGITS_MIN) return 0;
        prefix = 1;
        for (uint256 i = 0; i < length; ++i) {
            uint8 digit = uint8(bytes(text)[i]);
            if (digit < 0x30 || digit > 0x39) return 0;
            prefix = prefix * 10 + (digit - 0x30);
        }
    }

    /// @notice The prefix without its last digit; 0 when that is too short to be a prefix.
    function shorter(uint64 prefix) internal pure returns (uint64) {
        uint64 cut = prefix / 10;
        return cut < SHORTEST ? 0 : cut;
    }
}
