import { createRequire } from 'node:module'
import hardhatToolbox from '@nomicfoundation/hardhat-toolbox-mocha-ethers'
import { defineConfig } from 'hardhat/config'

/**
 * The compiler comes from npm (`solc`, pinned exactly) and is named by an absolute path, so that nothing is downloaded
 * and no other version is taken.
 */
const compiler = createRequire(import.meta.url).resolve('solc/soljson.js')

export default defineConfig({
  plugins: [hardhatToolbox],
  solidity: {
    // Deployed as they are, so their artifacts are needed too.
    npmFilesToBuild: [
      '@openzeppelin/contracts/access/manager/AccessManager.sol',
      '@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913P256Verifier.sol',
      '@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913WebAuthnVerifier.sol',
    ],
    profiles: {
      default: {
        version: '0.8.35',
        path: compiler,
        settings: {
          evmVersion: 'cancun',
          // Registries are called far more often than they are deployed.
          optimizer: { enabled: true, runs: 10_000 },
          metadata: { bytecodeHash: 'none' },
          // Added to Hardhat's own: for source verification and docs/contracts.md.
          outputSelection: { '*': { '*': ['metadata', 'devdoc', 'userdoc'] } },
        },
      },
    },
  },
  networks: {
    default: { type: 'edr-simulated', chainType: 'l1' },
  },
  paths: {
    sources: 'contracts',
    tests: { mocha: 'test/contracts', solidity: 'test/contracts' },
  },
  test: {
    mocha: { timeout: 40_000, forbidOnly: true, forbidPending: true },
    solidity: { fuzz: { runs: 5_000 }, invariant: { runs: 256, depth: 200 } },
  },
  typechain: { dontOverrideCompile: true },
})
