import { afterEach, describe, expect, test } from 'vitest'
import { headers } from '#wire/sip'
import { closeAll, address, until } from '../element.testing.ts'
import { answerWith, pair, requestOf, statusesOf, methodsOf, uriOf, written } from './agents.testing.ts'

afterEach(closeAll)

describe('what is not passed on (RFC 3261 16.3, 16.5)', () => {
  test.each([
    { fields: ['Max-Forwards: 0'], status: 483 },
    { fields: ['Max-Forwards: many'], status: 400 },
    { fields: ['Proxy-Require: teleport'], status: 420 },
    { uri: 'mailto:bob@example.org', status: 416 },
    { uri: 'sip:nobody@example.org', status: 404 },
    { uri: 'sip:carol@example.org', status: 480 },
    { uri: 'sip:bob@elsewhere.example', status: 403 },
  ])('$uri $fields: $status', async ({ uri, fields, status }) => {
    const { alice, bob } = await pair(answerWith('200 OK'))
    alice.send(written({ port: alice.port, ...(uri && { uri }), ...(fields && { fields }) }))
    await until(() => statusesOf(alice).length > 0)
    expect(statusesOf(alice)).toEqual([status])
    expect(bob.received).toEqual([])
  })

  test('a binding that is gone: 480', async () => {
    const { alice, bind } = await pair(answerWith('486 Busy Here'))
    alice.send(written({ port: alice.port }))
    await until(() => statusesOf(alice).includes(486))
    bind()
    alice.send(written({ port: alice.port, cseq: '2 INVITE' }))
    await until(() => statusesOf(alice).includes(480))
    expect(statusesOf(alice)).toEqual([486, 480])
  })

  test('what has passed here unchanged is a loop: 482', async () => {
    const { alice, bob } = await pair(() => undefined)
    const text = written({ port: alice.port })
    alice.send(text)
    await until(() => bob.received.length > 0)
    const ours = headers(requestOf(bob, 'INVITE'), 'via')[0]
    alice.send(text.replace('-test-', '-back-').replace('Max-Forwards', `Via: ${ours}\r\nMax-Forwards`))
    await until(() => statusesOf(alice).includes(482))
    // With another Request-URI it would be a spiral, and go on.
    bob.send(
      text
        .replace('-test-', '-spiral-')
        .replace('INVITE sip:bob@', 'INVITE sip:carol@')
        .replace('Max-Forwards', `Via: ${ours}\r\nMax-Forwards`),
    )
    await until(() => statusesOf(alice).includes(480))
  })

  test('no more waiting requests than the limit: 503', async () => {
    const { alice, bob } = await pair(() => undefined, {}, { mostContexts: 1 })
    alice.send(written({ port: alice.port }))
    await until(() => bob.received.length > 0)
    alice.send(written({ port: alice.port, cseq: '2 INVITE' }))
    await until(() => statusesOf(alice).includes(503))
    expect(methodsOf(bob)).toEqual(['INVITE'])
  })
})

describe('routes (RFC 3261 16.4, 16.6)', () => {
  test('a strict router before: its Request-URI is our Record-Route', async () => {
    const { alice, bob, port } = await pair(answerWith('200 OK', ['BYE']))
    alice.send(
      written({
        ...{ port: alice.port, method: 'BYE', uri: `sip:${address}:${port};lr`, to: '<sip:b@c>;tag=peer' },
        fields: [`Route: <sip:bob@${address}:${bob.port}>`],
      }),
    )
    await until(() => statusesOf(alice).includes(200))
    expect(uriOf(requestOf(bob, 'BYE'))).toBe(`sip:bob@${address}:${bob.port}`)
    expect(headers(requestOf(bob, 'BYE'), 'route')).toEqual([])
  })

  test('a strict router behind has itself as Request-URI, and the target as last route', async () => {
    const { alice, bob, port } = await pair(answerWith('200 OK', ['BYE']))
    alice.send(
      written({
        ...{ port: alice.port, method: 'BYE', uri: 'sip:carol@192.0.2.1', to: '<sip:b@c>;tag=peer' },
        fields: [`Route: <sip:${address}:${port};lr>, <sip:${address}:${bob.port}>`],
      }),
    )
    await until(() => statusesOf(alice).includes(200))
    expect(uriOf(requestOf(bob, 'BYE'))).toBe(`sip:${address}:${bob.port}`)
    expect(headers(requestOf(bob, 'BYE'), 'route')).toEqual(['<sip:carol@192.0.2.1>'])
  })

  test('a loose router behind has its route, and the Request-URI stays', async () => {
    const { alice, bob, port } = await pair(answerWith('200 OK', ['BYE']))
    const next = `<sip:${address}:${bob.port};lr>`
    alice.send(
      written({
        ...{ port: alice.port, method: 'BYE', uri: 'sip:carol@192.0.2.1', to: '<sip:b@c>;tag=peer' },
        fields: [`Route: <sip:${address}:${port};lr>`, `Route: ${next}`],
      }),
    )
    await until(() => statusesOf(alice).includes(200))
    expect(uriOf(requestOf(bob, 'BYE'))).toBe('sip:carol@192.0.2.1')
    expect(headers(requestOf(bob, 'BYE'), 'route')).toEqual([next])
  })

  test('a REGISTER for our domain is for the registrar', async () => {
    const { alice, bob } = await pair(answerWith('200 OK'))
    alice.send(
      written({
        ...{ port: alice.port, method: 'REGISTER', uri: 'sip:example.org', to: '<sip:alice@example.org>' },
        fields: [`Contact: <sip:alice@${address}:${alice.port}>`],
      }),
    )
    await until(() => statusesOf(alice).includes(200))
    bob.send(written({ port: bob.port, uri: 'sip:alice@example.org' }))
    await until(() => methodsOf(alice).includes('INVITE'))
    expect(uriOf(requestOf(alice, 'INVITE'))).toBe(`sip:alice@${address}:${alice.port}`)
  })
})
