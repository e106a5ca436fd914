import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readHttpMessage, type HttpRequest, type HttpResponse } from '#wire/http'
import { bindingsOf, rel18, valuesOf, type HttpRequestBinding, type HttpResponseBinding } from './index.ts'

const bindings = bindingsOf(rel18, 'mcptt', 'publish')
const asking = bindings.find((one): one is HttpRequestBinding => one.carrier === 'http-request')
const answering = bindings.find((one): one is HttpResponseBinding => one.carrier === 'http-response')
if (!asking || !answering) throw new Error('the profile has no HTTP messages')
const values = valuesOf(rel18, 'mcptt')
const alice = { mcServiceId: 'sip:alice@partner.example', userProfileIndex: '2' }

const response = (status: number, type: string, body: string): HttpResponse => ({
  kind: 'response',
  status,
  reason: '',
  headers: [['Content-Type', type]],
  body: Buffer.from(body),
})

describe('the request for a user profile', () => {
  test('stands in the path and the authorization', () => {
    const request = asking.encode({ ...alice, credentials: 'a.b.c' }, values)
    expect(request.target).toBe('/org.3gpp.mcptt.user-profile/users/sip:alice@partner.example/mcptt-user-profile-2.xml')
    expect(request.headers).toContainEqual(['Authorization', 'Bearer a.b.c'])
    expect(asking.decode(request, values)).toMatchObject({ ies: { ...alice, credentials: 'a.b.c' }, problems: [] })
  })

  test('whatever is asked for is read again', () => {
    const text = fc.string({ minLength: 1 }).map((one) => one.toWellFormed())
    fc.assert(
      fc.property(text, text, (mcServiceId, userProfileIndex) => {
        const request = asking.encode({ mcServiceId, userProfileIndex }, values)
        expect(asking.recognises(request, values)).toBe(true)
        expect(asking.decode(request, values).ies).toEqual({ mcServiceId, userProfileIndex })
      }),
    )
  })

  test('of another service or of something else is none', () => {
    const request = asking.encode(alice, valuesOf(rel18, 'mcvideo'))
    expect(asking.recognises(request, values)).toBe(false)
    expect(asking.recognises({ ...request, target: '/' }, values)).toBe(false)
  })

  test('by another method, or with another scheme', () => {
    const headers: HttpRequest['headers'] = [['authorization', 'Basic YTpi']]
    const wrong: HttpRequest = { ...asking.encode(alice, values), method: 'POST', headers }
    expect(asking.decode(wrong, values).problems.map(({ field }) => field)).toEqual(['method', 'Authorization'])
  })
})

describe('the response with a user profile', () => {
  test('says whose it is', () => {
    const accepted = answering.encode({ ...alice, result: 'accepted' }, values, {})
    expect(answering.decode(accepted, values)).toMatchObject({ ies: { ...alice, result: 'accepted' }, problems: [] })
  })

  test.each([401, 403, 404, 409])('%i refuses', (status) => {
    expect(answering.decode(response(status, 'text/plain', ''), values)).toMatchObject({ ies: { result: 'refused' } })
  })

  test('that is no user profile', () => {
    const { problems } = answering.decode(response(200, 'text/html', '<html/>'), values)
    expect(problems.map(({ field }) => field)).toEqual(['Content-Type', 'body'])
  })

  test('whatever comes is read without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (octets) => {
        const read = readHttpMessage(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), octets]))
        if (read?.kind === 'response') answering.decode(read, values)
      }),
    )
  })
})
