import { describe, expect, test } from 'vitest'
import { header, headers, readMessage, type SipMessage, writeMessage } from '#wire/sip'
import { createManualClock, type ManualClock } from '../manual-clock.ts'
import type { OutgoingResponse } from '../stack.ts'
import { createRegistrar, type RegistrarOptions, type Registrar, type RegistrationChange } from './registrar.ts'

type Headers = readonly (readonly [name: string, value: string])[]

const flow = { address: '127.0.0.1', port: 5070 }

interface Asked {
  readonly to?: string
  readonly uri?: string
  readonly callId?: string
  readonly cseq?: number
  readonly vias?: number
}

const register = (
  fields: Headers,
  { to = 'sip:alice@example.org', uri = 'sip:example.org', callId = 'one', cseq = 1, vias = 1 }: Asked = {},
): SipMessage =>
  readMessage(
    writeMessage({
      startLine: { kind: 'request', method: 'REGISTER', requestUri: uri },
      headers: [
        ...Array.from(
          { length: vias },
          (_, index) => ['Via', `SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK-${index}`] as const,
        ),
        ['From', '<sip:alice@example.org>;tag=1'],
        ['To', `<${to}>`],
        ['Call-ID', callId],
        ['CSeq', `${cseq} REGISTER`],
        ...fields,
        ['Content-Length', '0'],
      ],
    }),
  )

interface Setting {
  readonly clock: ManualClock
  readonly registrar: Registrar
  readonly changes: RegistrationChange[]
  /** Sends a REGISTER, gives the answer. */
  readonly ask: (fields: Headers, asked?: Asked) => SipMessage
}

function setting(options: Partial<RegistrarOptions> = {}): Setting {
  const clock = createManualClock()
  const changes: RegistrationChange[] = []
  const registrar = createRegistrar({
    clock,
    domains: ['example.org'],
    exists: (aor) => aor !== 'sip:nobody@example.org',
    onChange: (change) => changes.push(change),
    ...options,
  })
  return {
    clock,
    registrar,
    changes,
    ask(fields, asked) {
      let answer: OutgoingResponse | undefined
      const respond = (response: OutgoingResponse): Uint8Array => {
        answer = response
        return Buffer.from(String(response.status))
      }
      registrar.receive({ request: register(fields, asked), remote: flow, transport: 'udp', respond })
      const { status, reason, headers: given } = answer!
      return readMessage(writeMessage({ startLine: { kind: 'response', status, reason }, headers: given }))
    },
  }
}

const statusOf = ({ startLine }: SipMessage): string =>
  startLine.kind === 'response' ? `${startLine.status} ${startLine.reason}` : ''

const contacts = (message: SipMessage): readonly string[] => headers(message, 'contact')

const a = ['Contact', '<sip:alice@127.0.0.1:5071>'] as const
const b = ['Contact', '<sip:alice@127.0.0.1:5072>;q=0.5'] as const

describe('bindings (RFC 3261 10.3)', () => {
  test('bound, asked for, refreshed, removed', () => {
    const { ask, clock, changes } = setting()
    expect(contacts(ask([a, ['Expires', '600']]))).toEqual(['<sip:alice@127.0.0.1:5071>;expires=600'])
    clock.advance(100_000)
    expect(contacts(ask([]))).toEqual(['<sip:alice@127.0.0.1:5071>;expires=500'])
    expect(contacts(ask([a, ['Expires', '700']], { cseq: 2 }))).toEqual(['<sip:alice@127.0.0.1:5071>;expires=700'])
    expect(contacts(ask([a, ['Expires', '0']], { cseq: 3 }))).toEqual([])
    expect(changes.map(({ kind }) => kind)).toEqual(['registered', 'refreshed', 'refreshed', 'deregistered'])
    expect(changes[0]).toMatchObject({ aor: 'sip:alice@example.org', response: Buffer.from('200') })
  })

  test('two contacts by preference, each with its own time', () => {
    const { ask, registrar } = setting()
    ask([['Contact', `${b[1]};expires=120, ${a[1]}`]])
    expect(
      registrar.bindings.of('sip:alice@example.org').map(({ contact, preference }) => [contact, preference]),
    ).toEqual([
      ['sip:alice@127.0.0.1:5071', 1000],
      ['sip:alice@127.0.0.1:5072', 500],
    ])
    expect(contacts(ask([], { cseq: 2 }))).toEqual([
      '<sip:alice@127.0.0.1:5071>;expires=3600',
      '<sip:alice@127.0.0.1:5072>;q=0.5;expires=120',
    ])
  })

  test('what is not refreshed runs out, one by one', () => {
    const { ask, clock, changes, registrar } = setting()
    ask([['Contact', `${a[1]};expires=60, ${b[1]};expires=90`]])
    clock.advance(60_000)
    expect(registrar.bindings.of('sip:alice@example.org')).toHaveLength(1)
    clock.advance(30_000)
    expect(registrar.bindings.size).toBe(0)
    expect(changes.map(({ kind, bindings }) => [kind, bindings.length])).toEqual([
      ['registered', 2],
      ['expired', 1],
      ['expired', 0],
    ])
  })

  test('* removes all, with Expires: 0 and alone', () => {
    const { ask } = setting()
    ask([a])
    expect(statusOf(ask([['Contact', '*']], { cseq: 2 }))).toMatch(/^400 .*Expires: 0/)
    expect(statusOf(ask([['Contact', '*'], a, ['Expires', '0']], { cseq: 2 }))).toMatch(/^400 .*stands alone/)
    expect(
      statusOf(
        ask(
          [
            ['Contact', '*'],
            ['Expires', '0'],
          ],
          { cseq: 1 },
        ),
      ),
    ).toMatch(/^500/)
    expect(
      contacts(
        ask(
          [
            ['Contact', '*'],
            ['Expires', '0'],
          ],
          { cseq: 2 },
        ),
      ),
    ).toEqual([])
  })

  test('CSeq must be higher with the same Call-ID; another Call-ID is another boot', () => {
    const { ask } = setting()
    ask([a], { cseq: 5 })
    for (const cseq of [5, 4]) expect(statusOf(ask([a], { cseq }))).toMatch(/^500 .*CSeq is not higher/)
    expect(statusOf(ask([a], { callId: 'two', cseq: 1 }))).toBe('200 OK')
  })

  test('all or nothing: one that fails leaves the others undone', () => {
    const { ask } = setting()
    ask([a], { cseq: 2 })
    expect(statusOf(ask([b, a], { cseq: 1 }))).toMatch(/^500/)
    expect(contacts(ask([]))).toHaveLength(1)
  })

  test('the same URI in another spelling is the same binding (RFC 3261 19.1.4)', () => {
    const { ask } = setting()
    ask([['Contact', '<sip:alice@Host.example.org>']])
    expect(contacts(ask([['Contact', '<sip:%61lice@host.EXAMPLE.org>']], { cseq: 2 }))).toHaveLength(1)
  })

  test('the address of record in any spelling is one', () => {
    const { ask, registrar } = setting()
    ask([a], { to: 'sip:%61lice@EXAMPLE.org;user=phone' })
    expect(registrar.bindings.of('sip:alice@example.org')).toHaveLength(1)
  })

  test('too brief is 423 with Min-Expires, too long is cut', () => {
    const { ask } = setting({ minimumExpires: 120, maximumExpires: 1000 })
    const brief = ask([a, ['Expires', '119']])
    expect([statusOf(brief), header(brief, 'min-expires')]).toEqual(['423 Interval Too Brief', '120'])
    expect(contacts(ask([a, ['Expires', '9999999999']]))[0]).toContain('expires=1000')
    expect(contacts(ask([a, ['Expires', 'soon']], { cseq: 2 }))[0]).toContain('expires=1000')
  })
})

describe('what a registrar refuses', () => {
  const cases: readonly (readonly [string, Headers, Asked, RegExp])[] = [
    ['a domain of others', [a], { uri: 'sip:elsewhere.org' }, /^404 .*no domain/],
    ['a user of others', [a], { to: 'sip:alice@elsewhere.org' }, /^404/],
    ['nobody', [a], { to: 'sip:nobody@example.org' }, /^404 Not Found$/],
    ['a scheme that is not SIP', [a], { uri: 'tel:+1' }, /^416/],
    ['a To that is no address', [a], { to: 'http://example.org' }, /^400 .*address of record/],
    ['an extension nobody knows', [a, ['Require', 'path, novel']], {}, /^420/],
    ['a Contact that cannot be reached', [['Contact', '<mailto:alice@example.org>']], {}, /^400 .*no Contact/],
    [
      'too many Contacts',
      [['Contact', Array.from({ length: 17 }, (_, n) => `<sip:a@h:${n + 1}>`).join(', ')]],
      {},
      /^400/,
    ],
    ['two flows at once', [['Contact', '<sip:a@h>;+sip.instance="<urn:x>";reg-id=1, <sip:b@h>']], {}, /^400 .*reg-id/],
  ]
  test.each(cases)('%s', (_name, fields, asked, expected) => {
    const { ask, registrar } = setting()
    expect(statusOf(ask(fields, asked))).toMatch(expected)
    expect(registrar.bindings.size).toBe(0)
  })

  test('more bindings than it keeps, and more addresses', () => {
    const { ask } = setting({ maxBindings: 1, maxAddresses: 1 })
    ask([a])
    expect(statusOf(ask([b], { cseq: 2 }))).toMatch(/^403 .*at most 1/)
    const full = ask([b], { to: 'sip:bob@example.org' })
    expect([statusOf(full), header(full, 'retry-after')]).toEqual([expect.stringMatching(/^503/), '60'])
  })
})

describe('what a 200 tells', () => {
  test('Path is copied, Service-Route and P-Associated-URI are given (RFC 3327, 3608, 7315)', () => {
    const { ask, registrar } = setting({
      serviceRoute: ['<sip:scscf.example.org;lr>'],
      associatedUris: (aor) => [aor, 'tel:+4912345'],
    })
    const path = '<sip:pcscf.example.org;lr>, <sip:second.example.org;lr>'
    const answer = ask([a, ['Path', path], ['Supported', 'path']])
    expect(headers(answer, 'path')).toEqual([path])
    expect(headers(answer, 'service-route')).toEqual(['<sip:scscf.example.org;lr>'])
    expect(headers(answer, 'p-associated-uri')).toEqual(['<sip:alice@example.org>', '<tel:+4912345>'])
    expect(registrar.bindings.of('sip:alice@example.org')[0]).toMatchObject({
      path: ['<sip:pcscf.example.org;lr>', '<sip:second.example.org;lr>'],
      flow: { ...flow, transport: 'udp' },
    })
    expect(headers(ask([a, ['Expires', '0']], { cseq: 2 }), 'service-route')).toEqual([])
  })
})

describe('outbound (RFC 5626)', () => {
  const contact = (port: number, id = 1): readonly [string, string] => [
    'Contact',
    `<sip:alice@127.0.0.1:${port}>;+sip.instance="<urn:uuid:00000000-0000-1000-8000-000A95A0E128>";reg-id=${id}`,
  ]
  const outbound = ['Supported', 'path, outbound'] as const

  test('instance and reg-id are the binding, whatever its URI; another reg-id is another', () => {
    const { ask } = setting({ flowTimer: 120 })
    const answer = ask([contact(1), outbound])
    expect([header(answer, 'require'), header(answer, 'flow-timer')]).toEqual(['outbound', '120'])
    expect(contacts(answer)[0]).toContain('+sip.instance="<urn:uuid:00000000-0000-1000-8000-000A95A0E128>";reg-id=1')
    expect(contacts(ask([contact(2), outbound], { cseq: 2 }))).toEqual([expect.stringContaining('127.0.0.1:2>')])
    expect(contacts(ask([contact(2, 2), outbound], { cseq: 3 }))).toHaveLength(2)
  })

  test('a first hop that does not keep flows is 439', () => {
    const { ask } = setting()
    expect(statusOf(ask([contact(1), outbound], { vias: 2 }))).toMatch(/^439/)
    expect(statusOf(ask([contact(1), outbound]))).toBe('200 OK')
    expect(statusOf(ask([contact(1), outbound, ['Path', '<sip:edge.example.org;lr>']], { cseq: 2 }))).toMatch(/^439/)
    expect(statusOf(ask([contact(1), outbound, ['Path', '<sip:edge.example.org;lr;ob>']], { cseq: 3 }))).toBe('200 OK')
  })
})
