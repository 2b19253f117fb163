import { expect } from 'chai'
import { problemOf, statusOf } from '../../../server/http/problem.ts'
import { networkOf } from '../../../server/http/request-info.ts'
import { AppError } from '../../../server/kernel/errors.ts'

describe('http/problem', () => {
  const table: [string, number][] = [
    ['request.unauthenticated', 401],
    ['request.forbidden', 403],
    ['brand.not_found', 404],
    ['brand.already_registered', 409],
    ['batch.conflict', 409],
    ['idempotency.in_progress', 409],
    ['batch.claim_codes_gone', 410],
    ['request.too_large', 413],
    ['request.unsupported_media_type', 415],
    ['request.malformed', 400],
    ['gs1.bad_gtin', 400],
    ['request.too_many', 429],
    ['chain.unreachable', 503],
    ['batch.rejected', 422],
    ['idempotency.mismatch', 422],
    ['something.unheard_of', 500],
  ]
  for (const [code, status] of table) {
    it(`answers ${code} with ${status}`, () => expect(statusOf(new AppError(code, 'x'))).to.equal(status))
  }

  it('carries code, words, request id and the data that explains', () => {
    const error = new AppError('request.malformed', 'name: too short', {
      errors: [{ pointer: '/name', detail: 'too short' }],
    })
    expect(problemOf(error, 'req-12345')).to.deep.equal({
      errors: [{ pointer: '/name', detail: 'too short' }],
      type: 'urn:cachet:problem:request.malformed',
      title: 'The request could not be understood',
      status: 400,
      code: 'request.malformed',
      detail: 'name: too short',
      requestId: 'req-12345',
    })
  })

  it('tells nothing of an error of our own but the request id', () => {
    const problem = problemOf(new Error('the password is 1234'), 'req-12345')
    expect(JSON.stringify(problem)).to.not.include('1234"').and.to.not.include('password')
    expect(problem).to.include({ status: 500, code: 'internal', requestId: 'req-12345' })
  })

  it('does not let an error’s data replace the parts of a problem', () => {
    const error = new AppError('brand.not_found', 'no brand', { status: 200, code: 'fine', extra: 1 })
    expect(problemOf(error, 'r')).to.include({ status: 404, code: 'brand.not_found', extra: 1 })
  })
})

describe('http/request-info', () => {
  it('keeps the network of an address and drops the rest', () => {
    expect(networkOf('203.0.113.77')).to.equal('203.0.113.0/24')
    expect(networkOf('::ffff:203.0.113.77')).to.equal('203.0.113.0/24')
    expect(networkOf('2001:db8:1:2:3::4')).to.equal('2001:db8:1::/48')
    expect(networkOf('nonsense')).to.equal('unknown')
  })
})
