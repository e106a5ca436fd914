import { afterEach, describe, expect, test } from 'vitest'
import { header, headers, type SipMessage } from '#wire/sip'
import { createDigestChallenger } from '../authentication/digest-challenger.ts'
import { createDigestClient } from '../authentication/digest-client.ts'
import { systemClock } from '../clock.ts'
import { address, closeAll, quiet, until } from '../element.testing.ts'
import { answerWith, methodsOf, pair, requestOf, statusesOf, written } from './agents.testing.ts'
import type { ProxyOptions } from './proxy.ts'

afterEach(closeAll)

const realm = 'example.org'
const challenger = () =>
  createDigestChallenger({
    ...{ realm, secret: 'known to nobody else', clock: systemClock, asProxy: true },
    passwordOf: (username) => (username === 'alice' ? 'secret' : undefined),
  })
const client = (password: string) =>
  createDigestClient({ credentials: { kind: 'password', username: 'alice', password }, makeCnonce: () => 'c' })

const challengedPair = (more: Partial<ProxyOptions> = {}) =>
  pair(answerWith('200 OK', ['INVITE', 'BYE', 'MESSAGE']), {}, { challenger: challenger(), ...more })

const challengeIn = (received: readonly SipMessage[]): SipMessage =>
  received.findLast(({ startLine }) => startLine.kind === 'response' && startLine.status === 407)!

describe('a proxy that challenges (RFC 3261 16.3 step 6, 22.3)', () => {
  test('407, answered, and the call goes on without the credentials', async () => {
    const { alice, bob } = await challengedPair()
    alice.send(written({ port: alice.port }))
    await until(() => statusesOf(alice).includes(407))
    expect(bob.received).toEqual([])
    const digest = client('secret')
    expect(digest.receive(challengeIn(alice.received)).kind).toBe('try-again')
    const [[name, value] = ['', '']] = digest.authorize('INVITE', 'sip:bob@example.org')
    expect(name).toBe('Proxy-Authorization')
    const other = 'Proxy-Authorization: Digest realm="further.example", username="alice"'
    alice.send(written({ port: alice.port, cseq: '2 INVITE', fields: [`${name}: ${value}`, other] }))
    await until(() => statusesOf(alice).includes(200))
    // Those for another realm are for another proxy.
    expect(headers(requestOf(bob, 'INVITE'), 'proxy-authorization')).toEqual([other.replace(/^[^:]*: /, '')])
  })

  test('a wrong password is challenged again', async () => {
    const { alice, bob } = await challengedPair()
    alice.send(written({ port: alice.port }))
    await until(() => statusesOf(alice).includes(407))
    const digest = client('guessed')
    digest.receive(challengeIn(alice.received))
    const fields = digest.authorize('INVITE', 'sip:bob@example.org').map(([name, value]) => `${name}: ${value}`)
    alice.send(written({ port: alice.port, cseq: '2 INVITE', fields }))
    await until(() => statusesOf(alice).length === 2)
    expect(statusesOf(alice)).toEqual([407, 407])
    expect(bob.received).toEqual([])
  })

  test('the ACK to the 407 ends here', async () => {
    const { alice, bob } = await challengedPair()
    alice.send(written({ port: alice.port, branch: 'z9hG4bK-challenged' }))
    await until(() => statusesOf(alice).includes(407))
    const to = header(challengeIn(alice.received), 'to')!
    alice.send(written({ port: alice.port, method: 'ACK', branch: 'z9hG4bK-challenged', to }))
    await quiet()
    expect(bob.received).toEqual([])
  })

  test('inside a dialog nobody is asked; a tag in To is not enough for that', async () => {
    const { alice, bob, port } = await challengedPair()
    const to = '<sip:bob@example.org>;tag=peer'
    const uri = `sip:bob@${address}:${bob.port}`
    const fields = [`Route: <sip:${address}:${port};lr>`]
    alice.send(written({ port: alice.port, method: 'BYE', uri, to, fields }))
    await until(() => statusesOf(alice).includes(200))
    alice.send(written({ port: alice.port, method: 'MESSAGE', to, fields }))
    await until(() => statusesOf(alice).includes(407))
    expect(methodsOf(bob)).toEqual(['BYE'])
  })

  test('a REGISTER is for the registrar to ask about', async () => {
    const { alice } = await challengedPair()
    const registering = { method: 'REGISTER', uri: 'sip:example.org', to: '<sip:alice@example.org>' }
    alice.send(written({ ...registering, port: alice.port }))
    await until(() => statusesOf(alice).length > 0)
    expect(statusesOf(alice)).toEqual([200])
  })

  test('only those it is told to', async () => {
    const { alice } = await challengedPair({
      challenges: ({ startLine }) => startLine.kind === 'request' && startLine.method === 'MESSAGE',
    })
    alice.send(written({ port: alice.port }))
    await until(() => statusesOf(alice).includes(200))
    alice.send(written({ port: alice.port, method: 'MESSAGE' }))
    await until(() => statusesOf(alice).includes(407))
  })
})
