// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {DomainName} from "../../contracts/libraries/DomainName.sol";
import {Gs1Prefix} from "../../contracts/libraries/Gs1Prefix.sol";
import {LeafBitmap} from "../../contracts/libraries/LeafBitmap.sol";
import {LeafHash} from "../../contracts/libraries/LeafHash.sol";
import {Leaf} from "../../contracts/types/ItemTypes.sol";

/// @title Each library against the same answer computed another way.
contract LibrariesTest {
    function testFuzz_prefixOfDigitsIsTheNumberAfterOne(uint256 number, uint256 length) public pure {
        length = 4 + (length % 9);
        string memory digits = _lastDigits(number, length);
        require(Gs1Prefix.encode(digits) == Strings.parseUint(string.concat("1", digits)), "another number");
        require(Gs1Prefix.encode(string.concat(digits, "x")) == 0, "a letter was taken");
    }

    function testFuzz_shorterPrefixIsTheTextWithoutItsLastDigit(uint256 number, uint256 length) public pure {
        length = 4 + (length % 9);
        uint64 code = Gs1Prefix.encode(_lastDigits(number, length));
        uint64 cut = length == 4 ? 0 : Gs1Prefix.encode(_lastDigits(number / 10, length - 1));
        require(Gs1Prefix.shorter(code) == cut, "another prefix");
    }

    function testFuzz_prefixOfOtherBytesIsZeroOrDigits(bytes memory text) public pure {
        uint64 code = Gs1Prefix.encode(string(text));
        bool digits = text.length >= 4 && text.length <= 12;
        for (uint256 i = 0; i < text.length; ++i) if (text[i] < "0" || text[i] > "9") digits = false;
        require((code != 0) == digits, "text and number disagree");
    }

    function testFuzz_aMaskIsCoveredWhenEachOfItsBitsIsALeaf(uint32 word, uint32 leafCount, uint256 mask, uint8 cut)
        public
        pure
    {
        leafCount = leafCount % 2048;
        word = word % 10;
        mask = mask >> cut;
        bool covered = true;
        for (uint256 b = 0; b < 256; ++b) {
            if ((mask >> b) & 1 == 1 && uint256(word) * 256 + b >= leafCount) covered = false;
        }
        if (mask == 0) covered = uint256(word) * 256 < leafCount;
        require(LeafBitmap.covers(leafCount, word, mask) == covered, "another answer");
    }

    function testFuzz_leafHashIsTheDoubleHashOfFourWords(uint32 index, bytes32 item, bytes32 digest, address key)
        public
        pure
    {
        bytes memory words = bytes.concat(bytes32(uint256(index)), item, digest, bytes32(uint256(uint160(key))));
        bytes32 expected = keccak256(bytes.concat(keccak256(words)));
        require(LeafHash.hashOf(Leaf(index, item, digest, key)) == expected, "another hash");
    }

    /// @dev Texts of 1 to 12 characters, mostly of those that matter. The twin walks from character to character,
    /// remembering only the one before.
    function testFuzz_domainIsJudgedAsByAnAutomaton(bytes32 seed) public pure {
        bytes memory name = new bytes(1 + (uint8(seed[31]) % 12));
        for (uint256 i = 0; i < name.length; ++i) name[i] = bytes("abz09-.a.z-A")[uint8(seed[i]) % 12];
        bytes1 before = ".";
        uint256 dots = 0;
        bool fits = true;
        for (uint256 i = 0; i < name.length; ++i) {
            bytes1 current = name[i];
            bool alnum = (current >= "a" && current <= "z") || (current >= "0" && current <= "9");
            bool hyphen = current == "-" && before != ".";
            bool dot = current == "." && before != "." && before != "-";
            if (dot) ++dots;
            fits = fits && (alnum || hyphen || dot);
            before = current;
        }
        fits = fits && dots > 0 && before != "." && before != "-";
        require(DomainName.isCanonical(string(name)) == fits, "another answer");
    }

    function _lastDigits(uint256 number, uint256 length) private pure returns (string memory) {
        bytes memory digits = new bytes(length);
        for (uint256 i = length; i > 0; --i) {
            digits[i - 1] = bytes1(uint8(0x30 + (number % 10)));
            number /= 10;
        }
        return string(digits);
    }
}
