import { expect } from 'chai'
import { senderOf } from '../../../server/http/sender.ts'

describe('http/sender', () => {
  const sender = (headers: Record<string, string>) => senderOf((name) => headers[name])

  it('goes by Sec-Fetch-Site where the browser sends it, whatever Origin says', () => {
    const site = (value: string) =>
      sender({ 'sec-fetch-site': value, origin: 'https://a.example', host: 'a.example' })
    expect(['same-origin', 'same-site', 'cross-site', 'none', ''].map(site)).to.deep.equal([
      'here',
      'elsewhere',
      'elsewhere',
      'elsewhere',
      'elsewhere',
    ])
  })

  it('goes by Origin else: its host with the port is the one that was asked', () => {
    const origin = (value: string) => sender({ origin: value, host: 'a.example:8080' })
    expect(origin('https://a.example:8080')).to.equal('here')
    const others = ['https://a.example', 'https://a.example:8080.b.example', 'null', 'a.example:8080']
    expect(others.map(origin)).to.deep.equal(others.map(() => 'elsewhere'))
  })

  it('tells where nothing was said', () => {
    expect(sender({ host: 'a.example' })).to.equal('unsaid')
  })
})
