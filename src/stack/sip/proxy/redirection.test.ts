import { afterEach, describe, expect, test } from 'vitest'
import { header, headers } from '#wire/sip'
import { address, answerTo, closeAll, quiet, until } from '../element.testing.ts'
import { agent, answerWith, type Behaviour, methodOf, methodsOf, requestOf, statusesOf } from './agents.testing.ts'
import { setting, uriOf, written } from './agents.testing.ts'
import type { ProxyOptions } from './proxy.ts'

afterEach(closeAll)

const movedTo =
  (contacts: () => readonly string[], status = '302 Moved Temporarily'): Behaviour =>
  (message, reply) => {
    if (methodOf(message) !== 'INVITE') return
    reply(
      answerTo(
        message.octets,
        status,
        contacts()
          .map((contact) => `Contact: ${contact}\r\n`)
          .join(''),
      ),
    )
  }

/** Alice calls bob, who is registered at `first`, which redirects; `second` and `third` are where to. */
async function redirected(
  contacts: (ports: { readonly first: number; readonly second: number; readonly third: number }) => readonly string[],
  {
    status,
    second = answerWith('200 OK'),
    options = {},
  }: { readonly status?: string; readonly second?: Behaviour; readonly options?: Partial<ProxyOptions> } = {},
) {
  const set = await setting({}, { recurses: true, ...options })
  const port = (): number => set.stack.local.port
  let names: readonly string[] = []
  const alice = await agent(port)
  const one = await agent(
    port,
    movedTo(() => names, status),
  )
  const two = await agent(port, second)
  const three = await agent(port, answerWith('486 Busy Here'))
  names = contacts({ first: one.port, second: two.port, third: three.port })
  set.bind(`sip:bob@${address}:${one.port}`)
  return { ...set, alice, one, two, three }
}

describe('redirections that the proxy follows (RFC 3261 16.7 step 4)', () => {
  test('the call goes on to the Contact, and the client sees none of it', async () => {
    const { alice, one, two, proxy } = await redirected(({ second }) => [`<sip:carol@${address}:${second}>`])
    alice.send(written({ port: alice.port }))
    await until(() => statusesOf(alice).includes(200))
    expect(statusesOf(alice)).toEqual([200])
    expect(uriOf(requestOf(two, 'INVITE'))).toBe(`sip:carol@${address}:${two.port}`)
    expect(headers(requestOf(two, 'INVITE'), 'via')).toHaveLength(2)
    await until(() => methodsOf(one).includes('ACK'))
    expect(proxy.waiting).toBe(0)
  })

  test('without the option the 302 is passed on', async () => {
    const { alice, two } = await redirected(({ second }) => [`<sip:carol@${address}:${second}>`], {
      options: { recurses: false },
    })
    alice.send(written({ port: alice.port }))
    await until(() => statusesOf(alice).length > 0)
    expect(statusesOf(alice)).toEqual([302])
    expect(two.received).toEqual([])
  })

  test('a 305 is passed on: its Contact is a proxy', async () => {
    const { alice, two } = await redirected(({ second }) => [`<sip:${address}:${second}>`], { status: '305 Use Proxy' })
    alice.send(written({ port: alice.port }))
    await until(() => statusesOf(alice).length > 0)
    expect(statusesOf(alice)).toEqual([305])
    expect(two.received).toEqual([])
  })

  test('what nobody can be reached at stays in the 302, which is chosen where all else is worse', async () => {
    const contacts = ['<sip:carol@elsewhere.example>', '<mailto:carol@example.org>']
    const { alice, three } = await redirected(({ third }) => [`<sip:carol@${address}:${third}>`, ...contacts])
    alice.send(written({ port: alice.port }))
    await until(() => statusesOf(alice).length > 0)
    expect(statusesOf(alice)).toEqual([302])
    expect(headers(alice.received.at(-1)!, 'contact')).toEqual(contacts)
    expect(methodsOf(three)).toContain('INVITE')
  })

  test('a 302 all of whose Contacts were gone to is no answer any more', async () => {
    const { alice } = await redirected(({ third }) => [`<sip:carol@${address}:${third}>`])
    alice.send(written({ port: alice.port }))
    await until(() => statusesOf(alice).length > 0)
    expect(statusesOf(alice)).toEqual([486])
  })

  test('a name of ours stands for its bindings', async () => {
    const { alice, two, stack } = await redirected(() => ['<sip:alice@example.org>'])
    const registering = { method: 'REGISTER', uri: 'sip:example.org', to: '<sip:alice@example.org>' }
    const fields = [`Contact: <sip:alice@${address}:${two.port}>`]
    alice.send(written({ ...registering, port: alice.port, fields }))
    await until(() => statusesOf(alice).includes(200))
    alice.send(written({ port: alice.port }))
    await until(() => methodsOf(two).includes('INVITE'))
    expect(uriOf(requestOf(two, 'INVITE'))).toBe(`sip:alice@${address}:${two.port}`)
    expect(stack.local.port).not.toBe(two.port)
  })

  test('nowhere twice', async () => {
    const { alice, one } = await redirected(({ first }) => [`<sip:bob@${address}:${first}>`])
    alice.send(written({ port: alice.port }))
    await until(() => statusesOf(alice).length > 0)
    expect(statusesOf(alice)).toEqual([302])
    expect(methodsOf(one).filter((method) => method === 'INVITE')).toHaveLength(1)
  })

  test('never from SIPS to SIP', async () => {
    const { alice, one, two } = await redirected(({ second }) => [`<sip:carol@${address}:${second}>`])
    const registering = { method: 'REGISTER', uri: 'sip:example.org', to: '<sips:bob@example.org>' }
    one.send(written({ ...registering, port: one.port, fields: [`Contact: <sip:bob@${address}:${one.port}>`] }))
    await until(() => statusesOf(one).includes(200))
    alice.send(written({ port: alice.port, uri: 'sips:bob@example.org' }))
    await until(() => statusesOf(alice).length > 0)
    expect(statusesOf(alice)).toEqual([302])
    expect(two.received).toEqual([])
  })

  test('no more than the breadth of the request: the preferred ones', async () => {
    const { alice, two, three } = await redirected(({ second, third }) => [
      `<sip:a@${address}:${third}>;q=0.1`,
      `<sip:b@${address}:${second}>;q=0.9`,
    ])
    alice.send(written({ port: alice.port, fields: ['Max-Breadth: 1'] }))
    await until(() => statusesOf(alice).length > 0)
    expect(statusesOf(alice)).toEqual([200])
    expect(header(requestOf(two, 'INVITE'), 'max-breadth')).toBe('1')
    expect(three.received).toEqual([])
  })

  test('a CANCEL reaches the new branch, and nothing is followed after it', async () => {
    const { alice, two } = await redirected(({ second }) => [`<sip:carol@${address}:${second}>`], {
      second: answerWith('180 Ringing'),
    })
    alice.send(written({ port: alice.port, branch: 'z9hG4bK-late' }))
    await until(() => statusesOf(alice).includes(180))
    alice.send(written({ port: alice.port, method: 'CANCEL', branch: 'z9hG4bK-late' }))
    await until(() => methodsOf(two).includes('CANCEL'))
    const invite = requestOf(two, 'INVITE')
    two.send(answerTo(invite.octets, '302 Moved Temporarily', `Contact: <sip:dora@${address}:${alice.port}>\r\n`))
    await until(() => statusesOf(alice).includes(302))
    await quiet()
    expect(methodsOf(alice)).toEqual([])
  })
})
