import { expect } from 'chai'
import { ZeroAddress, ZeroHash } from 'ethers'
import { network } from 'hardhat'
import {
  ask,
  attempt,
  BRAND,
  brandIdOf,
  DOMAIN,
  deployRegistries,
  OTHER_BRAND,
  PREFIX,
  send,
  timeOf,
} from './support.ts'

/*
 * brands
 * ├── registerBrand ── domain spelled well / badly · new / known · admin zero · prefixes none / some / too many / taken
 * ├── suspend, reinstate ── active / suspended / unknown
 * ├── prefixes ── assign: free / equal / begins another / continues another / malformed; release: owner / other / again
 * └── admin ── proposed · accepted by the proposed / by another · withdrawn
 */
const { ethers, networkHelpers } = await network.create()

describe('BrandRegistry', () => {
  const fixture = () => deployRegistries(ethers)
  const load = () => networkHelpers.loadFixture(fixture)

  describe('registerBrand', () => {
    it('records number, admin and prefixes, and says so', async () => {
      const { brands, operator, stranger } = await load()
      const brandId = brandIdOf('third.example')
      const admin = await stranger.getAddress()
      const sent = await attempt(brands, operator, 'registerBrand', 'third.example', stranger, [
        '0614141',
        '4012',
      ])
      await expect(sent).to.emit(brands, 'BrandRegistered').withArgs(brandId, 3, 'third.example', admin)
      await expect(sent).to.emit(brands, 'PrefixAssigned').withArgs(brandId, '0614141')
      expect(await ask(brands, 'brandOf', brandId)).to.deep.equal([3n, admin, ZeroAddress, 0n])
      expect(await ask(brands, 'brandIdOf', 3)).to.equal(brandId)
      expect(await ask(brands, 'brandOfPrefix', '4012')).to.equal(brandId)
    })

    const spelled = ['a.b', 'xn--bcher-kva.example', '1a.example', `${'a'.repeat(63)}.example`]
    for (const domain of spelled) {
      it(`takes the domain ${domain.slice(0, 30)}`, async () => {
        const { brands, operator, stranger } = await load()
        await attempt(brands, operator, 'registerBrand', domain, stranger, [])
        expect((await ask(brands, 'brandOf', brandIdOf(domain))).number).to.equal(3n)
      })
    }

    const long = `${`${'a'.repeat(62)}.`.repeat(4)}example`
    const misspelled = [
      '',
      'example',
      'Maison.example',
      'maison..example',
      '.example',
      'example.',
      '-a.example',
      'a-.example',
    ]
    for (const domain of [
      ...misspelled,
      'a b.example',
      'bücher.example',
      'a_b.example',
      `${'a'.repeat(64)}.example`,
      long,
    ]) {
      it(`refuses the domain "${domain.slice(0, 30)}"`, async () => {
        const { brands, operator, stranger } = await load()
        const sent = attempt(brands, operator, 'registerBrand', domain, stranger, [])
        await expect(sent).to.be.revertedWithCustomError(brands, 'BrandRegistryBadDomain').withArgs(domain)
      })
    }

    it('refuses a known brand, a zero admin and too many prefixes', async () => {
      const { brands, operator, stranger } = await load()
      const again = attempt(brands, operator, 'registerBrand', DOMAIN, stranger, [])
      await expect(again).to.be.revertedWithCustomError(brands, 'BrandRegistryBrandExists').withArgs(BRAND)
      const nobody = attempt(brands, operator, 'registerBrand', 'third.example', ZeroAddress, [])
      const third = brandIdOf('third.example')
      await expect(nobody)
        .to.be.revertedWithCustomError(brands, 'BrandRegistryBadAccount')
        .withArgs(third, ZeroAddress)
      const prefixes = Array.from({ length: 33 }, (_, i) => String(10_000 + i))
      const many = attempt(brands, operator, 'registerBrand', 'third.example', stranger, prefixes)
      await expect(many)
        .to.be.revertedWithCustomError(brands, 'BrandRegistryTooManyPrefixes')
        .withArgs(33, 32)
    })
  })

  describe('suspension', () => {
    it('keeps the time of the block, and ends', async () => {
      const { brands, operator } = await load()
      const receipt = await send(brands, operator, 'suspendBrand', BRAND)
      expect((await ask(brands, 'brandOf', BRAND)).suspendedAt).to.equal(
        BigInt(await timeOf(ethers, receipt)),
      )
      await expect(attempt(brands, operator, 'reinstateBrand', BRAND))
        .to.emit(brands, 'BrandReinstated')
        .withArgs(BRAND)
      expect((await ask(brands, 'brandOf', BRAND)).suspendedAt).to.equal(0n)
      await expect(attempt(brands, operator, 'suspendBrand', BRAND))
        .to.emit(brands, 'BrandSuspended')
        .withArgs(BRAND)
    })

    it('is refused twice, ended without being, and for an unknown brand', async () => {
      const { brands, operator } = await load()
      const since = await timeOf(ethers, await send(brands, operator, 'suspendBrand', BRAND))
      const again = attempt(brands, operator, 'suspendBrand', BRAND)
      await expect(again)
        .to.be.revertedWithCustomError(brands, 'BrandRegistryAlreadySuspended')
        .withArgs(BRAND, since)
      const idle = attempt(brands, operator, 'reinstateBrand', OTHER_BRAND)
      await expect(idle)
        .to.be.revertedWithCustomError(brands, 'BrandRegistryNotSuspended')
        .withArgs(OTHER_BRAND)
      for (const method of ['suspendBrand', 'reinstateBrand']) {
        const unknown = attempt(brands, operator, method, ZeroHash)
        await expect(unknown)
          .to.be.revertedWithCustomError(brands, 'BrandRegistryUnknownBrand')
          .withArgs(ZeroHash)
      }
    })
  })

  describe('prefixes', () => {
    for (const [taken, owner] of [
      [PREFIX, BRAND],
      [`${PREFIX}1`, BRAND],
      ['950600012345', BRAND],
      ['9506', ZeroHash],
    ] as const) {
      it(`refuses ${taken} beside ${PREFIX}`, async () => {
        const { brands, operator } = await load()
        const sent = attempt(brands, operator, 'assignPrefix', OTHER_BRAND, taken)
        await expect(sent)
          .to.be.revertedWithCustomError(brands, 'BrandRegistryPrefixTaken')
          .withArgs(taken, owner)
      })
    }

    for (const text of ['', '950', '9506000123456', '95o6', '950-6', ' 9506']) {
      it(`refuses "${text}" as no prefix`, async () => {
        const { brands, operator } = await load()
        for (const method of ['assignPrefix', 'releasePrefix']) {
          const sent = attempt(brands, operator, method, BRAND, text)
          await expect(sent).to.be.revertedWithCustomError(brands, 'BrandRegistryBadPrefix').withArgs(text)
        }
      })
    }

    it('are free again when released, for longer and shorter ones too', async () => {
      const { brands, operator } = await load()
      const released = attempt(brands, operator, 'releasePrefix', BRAND, PREFIX)
      await expect(released).to.emit(brands, 'PrefixReleased').withArgs(BRAND, PREFIX)
      expect(await ask(brands, 'brandOfPrefix', PREFIX)).to.equal(ZeroHash)
      await send(brands, operator, 'assignPrefix', OTHER_BRAND, '9506')
      expect(await ask(brands, 'brandOfPrefix', PREFIX)).to.equal(OTHER_BRAND)
    })

    it('are released by their owner only', async () => {
      const { brands, operator } = await load()
      const refused = [
        [OTHER_BRAND, PREFIX],
        [BRAND, '95060001'],
        [ZeroHash, '4012'],
      ] as const
      for (const [brand, prefix] of refused) {
        const sent = attempt(brands, operator, 'releasePrefix', brand, prefix)
        await expect(sent)
          .to.be.revertedWithCustomError(brands, 'BrandRegistryPrefixNotOwned')
          .withArgs(brand, prefix)
      }
    })

    it('are moved to another brand in one step', async () => {
      const { brands, operator } = await load()
      const sent = attempt(brands, operator, 'transferPrefix', BRAND, OTHER_BRAND, PREFIX)
      await expect(sent)
        .to.emit(brands, 'PrefixReleased')
        .withArgs(BRAND, PREFIX)
        .and.to.emit(brands, 'PrefixAssigned')
        .withArgs(OTHER_BRAND, PREFIX)
      expect(await ask(brands, 'brandOfPrefix', `${PREFIX}0134352`)).to.equal(OTHER_BRAND)
      await send(brands, operator, 'releasePrefix', OTHER_BRAND, PREFIX)
      await send(brands, operator, 'assignPrefix', BRAND, '9506')
    })

    for (const [title, from, to, prefix, error, args] of [
      ['one that is not the brand’s', BRAND, OTHER_BRAND, '4012', 'PrefixNotOwned', [BRAND, '4012']],
      ['text that is no prefix', BRAND, OTHER_BRAND, '95o6', 'BadPrefix', ['95o6']],
      ['to an unknown brand', BRAND, ZeroHash, PREFIX, 'UnknownBrand', [ZeroHash]],
      ['to the brand that has it', BRAND, BRAND, PREFIX, 'PrefixTaken', [PREFIX, BRAND]],
    ] as const) {
      it(`are not moved: ${title}`, async () => {
        const { brands, operator } = await load()
        const sent = attempt(brands, operator, 'transferPrefix', from, to, prefix)
        await expect(sent)
          .to.be.revertedWithCustomError(brands, `BrandRegistry${error}`)
          .withArgs(...args)
        expect(await ask(brands, 'brandOfPrefix', PREFIX)).to.equal(BRAND)
      })
    }

    it('go to known brands only', async () => {
      const { brands, operator } = await load()
      const sent = attempt(brands, operator, 'assignPrefix', ZeroHash, '4012')
      await expect(sent).to.be.revertedWithCustomError(brands, 'BrandRegistryUnknownBrand').withArgs(ZeroHash)
    })

    it('are found for a number under them, and tell leading zeros apart', async () => {
      const { brands, operator } = await load()
      await send(brands, operator, 'assignPrefix', OTHER_BRAND, '01234')
      expect(await ask(brands, 'brandOfPrefix', '9506000134352')).to.equal(BRAND)
      expect(await ask(brands, 'brandOfPrefix', '012345')).to.equal(OTHER_BRAND)
      for (const digits of ['1234', '123456', '950', 'hello', '', '9506x00']) {
        expect(await ask(brands, 'brandOfPrefix', digits), digits).to.equal(ZeroHash)
      }
    })
  })

  describe('admin', () => {
    it('hands itself over in two steps', async () => {
      const { brands, admin, stranger } = await load()
      const [from, to] = [await admin.getAddress(), await stranger.getAddress()]
      const started = attempt(brands, admin, 'transferAdmin', BRAND, stranger)
      await expect(started).to.emit(brands, 'AdminTransferStarted').withArgs(BRAND, from, to)
      expect((await ask(brands, 'brandOf', BRAND)).admin).to.equal(from)
      const accepted = attempt(brands, stranger, 'acceptAdmin', BRAND)
      await expect(accepted).to.emit(brands, 'AdminTransferred').withArgs(BRAND, from, to)
      expect(await ask(brands, 'brandOf', BRAND)).to.deep.equal([1n, to, ZeroAddress, 0n])
      const former = attempt(brands, admin, 'transferAdmin', BRAND, admin)
      await expect(former)
        .to.be.revertedWithCustomError(brands, 'BrandRegistryNotAdmin')
        .withArgs(BRAND, from)
    })

    it('withdraws a proposal with the zero address', async () => {
      const { brands, admin, stranger } = await load()
      await send(brands, admin, 'transferAdmin', BRAND, stranger)
      await send(brands, admin, 'transferAdmin', BRAND, ZeroAddress)
      const late = attempt(brands, stranger, 'acceptAdmin', BRAND)
      await expect(late)
        .to.be.revertedWithCustomError(brands, 'BrandRegistryNotPendingAdmin')
        .withArgs(BRAND, await stranger.getAddress())
    })
  })
})
