import { expect } from 'chai'
import { policyWith } from '../../../server/http/policy.ts'
import { connectPolicy, endpointsOf, readEndpoints } from '../../../server/web/endpoints.ts'

const requestWith = (cookie: string | undefined) => ({
  header: (name: string) => (name === 'cookie' ? cookie : undefined),
})

describe('chain endpoints of a page', () => {
  it('are what the visitor entered, else what the operator names, else this service', () => {
    const cookie = `a=1; cachet_endpoints=${encodeURIComponent('https://a.example/key https://b.example')}; c=2`
    expect(endpointsOf(requestWith(cookie), ['https://public.example'])).to.deep.equal({
      urls: ['https://a.example/key', 'https://b.example'],
      isOwn: true,
    })
    expect(endpointsOf(requestWith(undefined), ['https://public.example'])).to.deep.equal({
      urls: ['https://public.example'],
      isOwn: false,
    })
    expect(endpointsOf(requestWith('cachet_endpoints=%E0%A4%A'), [])).to.deep.equal({
      urls: [],
      isOwn: false,
    })
  })

  it('are https, or on the visitor’s own machine, at most three, and nothing a header could not carry', () => {
    const good = [
      'https://a.example/v3/key?x=1',
      'http://localhost:8545',
      'http://127.0.0.1:1/',
      'https://c.example',
    ]
    expect(readEndpoints(good.join('\n'))).to.deep.equal(good.slice(0, 3))
    const bad = [
      'http://a.example',
      'ftp://a.example',
      'https://user:word@a.example',
      'javascript:alert(1)',
      'a.example',
      "https://a.example;script-src'unsafe-inline'",
      'https://a,b.example',
      `https://a.example/${'x'.repeat(300)}`,
    ]
    for (const text of bad) expect(readEndpoints(text), text).to.deep.equal([])
  })

  it('and nothing else may be connected to', () => {
    const policy = connectPolicy({ urls: ['https://a.example/k/1', 'https://a.example/k/2'], isOwn: true })
    expect(policy).to.include("connect-src 'self' https://a.example;")
    expect(policy.replace(' https://a.example', '')).to.equal(policyWith([]))
    expect(policyWith([])).to.include("default-src 'none';script-src 'self'")
    expect(() => policyWith(["https://a.example;script-src 'unsafe-inline'"])).to.throw(
      TypeError,
      'is no origin',
    )
  })
})
