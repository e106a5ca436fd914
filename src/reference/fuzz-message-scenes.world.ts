import { memoryUsage } from 'node:process'
import type { SipMessage } from '#wire/sip'
import { askForMigration, authorize, authorized, callText, migrated, replyTo, soon } from './fuzz-scenes.world.ts'
import type { Bench, Draft } from './raw-peers.world.ts'
import { token } from './two-mc-systems.world.ts'
import { barred, partner, primary, temporary, user } from './two-mc-systems.world.ts'

type Scene = (bench: Bench) => Promise<readonly string[]>

/** The answer to a migration request that was changed. */
const answered =
  (...edits: NonNullable<Draft['edits']>): Scene =>
  async (bench) => [await askForMigration(bench, { edits })]

/** An answer, or that none comes while a right system would have answered several times. */
const answeredSoon =
  (...edits: NonNullable<Draft['edits']>): Scene =>
  async (bench) => {
    const status = await askForMigration(bench, { edits }, soon)
    return [status === 'silence' ? 'no answer soon' : status]
  }

const answeredAndHeld =
  (name: string, ...edits: NonNullable<Draft['edits']>): Scene =>
  async (bench) => [await askForMigration(bench, { edits }), migrated(bench, name)]

const told = (asked: { readonly body: Uint8Array } | undefined): string => {
  const name = /<primary-mcptt-id [^>]*><mcpttURI>sip:(\w+)@/.exec(Buffer.from(asked?.body ?? []).toString())?.[1]
  return asked === undefined ? 'nothing leaves' : `${name} is asked for`
}

/** A service authorization: whether it is accepted, and what leaves towards the primary MC system. */
const authorizing =
  (name: string, credentials: () => Promise<string>, draft: Draft = {}): Scene =>
  async (bench) => {
    const { status, asked } = await authorize(bench, name, { credentials: await credentials(), draft })
    return [status.startsWith('2') ? 'accepted' : 'refused', told(asked)]
  }

const unsigned = async (): Promise<string> => {
  const [, payload = ''] = (await token({ sub: user('alice'), mcptt_id: temporary('alice') })).split('.')
  return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
}

/** A second document with MC information for another user. */
async function secondInformation(bench: Bench): Promise<readonly string[]> {
  const credentials = await token({ sub: user('alice'), mcptt_id: temporary('alice') })
  const parties = { from: user('alice'), user: user('alice') }
  const ies = { mcServiceId: user('alice'), credentials, temporaryId: temporary('alice') }
  const name = 'migration service authorization request'
  const text = bench.request('client', name, ies, { parties })
  const [part = ''] = /--mcx-boundary\r\nContent-Type: application\/vnd.*?(?=--mcx-boundary)/s.exec(text) ?? []
  const second = part.replaceAll('alice', 'carol')
  return authorizing('alice', () => Promise.resolve(credentials), { edits: [[part, part + second]] })(bench)
}

async function quadraticEntity(bench: Bench): Promise<readonly string[]> {
  const before = memoryUsage()
  const entity = `<!DOCTYPE mcpttinfo [<!ENTITY e "${'x'.repeat(30_000)}">]><mcpttinfo`
  let most = 0
  const watch = setInterval(() => (most = Math.max(most, sizeOf(memoryUsage()) - sizeOf(before))), 1)
  const status = await askForMigration(bench, {
    edits: [
      ['<mcpttinfo', entity],
      ['<anyExt>', `<anyExt><x>${'&e;'.repeat(1500)}</x>`],
    ],
  })
  clearInterval(watch)
  most = Math.max(most, sizeOf(memoryUsage()) - sizeOf(before))
  return [status, most > 40_000_000 ? 'large' : 'small']
}

const sizeOf = ({ heapUsed, external, arrayBuffers }: NodeJS.MemoryUsage): number => heapUsed + external + arrayBuffers

/** The primary MC system takes the migration request, and says no more. */
async function leftWaiting(bench: Bench): Promise<readonly string[]> {
  const { client, partnerGateway } = bench.peers
  const { asked } = await authorize(bench, 'alice', { reply: false, ms: 0 })
  if (asked === undefined) return ['nothing leaves']
  partnerGateway.answer(asked, '200 OK')
  const status = await client.status('PUBLISH', 2000)
  return [status === 'silence' ? status : 'refused']
}

/** The migration response comes when its client has been refused for want of it. */
async function answeredLate(bench: Bench): Promise<readonly string[]> {
  const { partnerGateway } = bench.peers
  const { asked, status } = await authorize(bench, 'alice', { reply: false })
  if (asked === undefined) return ['nothing leaves']
  replyTo(bench, asked)
  return [status, await partnerGateway.status('MESSAGE'), authorized(bench, 'alice')]
}

async function unsolicited(bench: Bench): Promise<readonly string[]> {
  const { partnerGateway } = bench.peers
  const ies = { mcServiceId: user('carol'), result: 'accepted' }
  const parties = { inReplyTo: 'nothing@peer.example' }
  partnerGateway.send(bench.request('partnerGateway', 'migration response', ies, { parties }))
  return [await partnerGateway.status('MESSAGE'), authorized(bench, 'carol')]
}

async function askedTwice(bench: Bench): Promise<readonly string[]> {
  const first = await authorize(bench, 'alice', { reply: false })
  const second = await authorize(bench, 'alice', { reply: false, draft: { as: 'once more' } })
  return [first.status, second.status, authorized(bench, 'alice')]
}

/** A user who is served asks again, with credentials that a stranger has signed. */
async function renewed(bench: Bench): Promise<readonly string[]> {
  const first = await authorize(bench, 'alice')
  while ((await bench.peers.partnerGateway.next('MESSAGE', 0)) !== undefined);
  const credentials = await token({ sub: user('alice'), mcptt_id: temporary('alice'), forged: true })
  const again = await authorize(bench, 'alice', { credentials, draft: { as: 'again' } })
  return [first.status, again.status, told(again.asked)]
}

/** An ACK of no call. */
async function acknowledgedForNothing(bench: Bench): Promise<readonly string[]> {
  const { client } = bench.peers
  const ies = { mcServiceId: user('alice'), temporaryId: temporary('alice') }
  const edits = [
    [/^PUBLISH/, 'ACK'],
    ['CSeq: 1 PUBLISH', 'CSeq: 1 ACK'],
  ] as const
  client.send(bench.request('client', 'migration service authorization request', ies, { edits }))
  return [await client.status('ACK', soon)]
}

/** The migration request for a user; those that come again for another one are passed over. */
async function askedFor({ peers }: Bench, name: string): Promise<SipMessage> {
  for (;;) {
    const asked = await peers.partnerGateway.next('MESSAGE')
    if (asked === undefined) throw new Error(`nobody was asked for ${name}`)
    if (Buffer.from(asked.body).includes(`sip:${name}@`)) return asked
  }
}

/** Alice and bob wait at the same time; bob is answered first. */
async function interleaved(bench: Bench): Promise<readonly string[]> {
  const { client, partnerGateway } = bench.peers
  for (const name of ['alice', 'bob']) {
    const mcServiceId = user(name)
    const credentials = await token({ sub: mcServiceId, mcptt_id: temporary(name) })
    const ies = { mcServiceId, credentials, temporaryId: temporary(name) }
    const draft = { as: name, parties: { from: mcServiceId, user: mcServiceId } }
    client.send(bench.request('client', 'migration service authorization request', ies, draft))
    const asked = await askedFor(bench, name)
    if (name === 'bob') replyTo(bench, asked)
    else partnerGateway.answer(asked, '200 OK')
  }
  const body = Buffer.from((await client.next('200'))?.body ?? []).toString()
  return [`bob is ${/visitor\.\w+/.exec(body)?.[0] ?? 'nobody'}`]
}

async function answeredTwice(bench: Bench): Promise<readonly string[]> {
  const { client, partnerGateway } = bench.peers
  const { asked } = await authorize(bench, 'alice', { reply: false, ms: 0 })
  if (asked === undefined) throw new Error('nobody was asked')
  replyTo(bench, asked, { edits: [['<mcpttBoolean>true', '<mcpttBoolean>perhaps']] })
  await partnerGateway.status('MESSAGE')
  const status = await client.status('PUBLISH')
  replyTo(bench, asked, { as: 'once more' })
  return [status, await partnerGateway.status('MESSAGE'), authorized(bench, 'alice')]
}

/** Alice asks to migrate, and gets the identity that is named. */
function migrate(bench: Bench, to: string, partnerSystem = partner): void {
  const ies = { mcServiceId: user('alice'), partnerSystem, temporaryId: temporary(to) }
  bench.peers.primaryGateway.send(bench.request('primaryGateway', 'migration request', ies, { as: to }))
}

/** The answer to a migration request, and what comes of it is taken. */
async function conclude({ peers: { primaryGateway } }: Bench): Promise<void> {
  await primaryGateway.status('MESSAGE')
  const response = await primaryGateway.next('MESSAGE')
  if (response !== undefined) primaryGateway.answer(response, '200 OK')
}

/** Where a call to alice is redirected to. */
async function redirection(bench: Bench): Promise<string> {
  const { client } = bench.peers
  client.send(callText(bench, { edits: [[temporary('alice'), user('alice')]] }))
  const body = Buffer.from((await client.next('MESSAGE'))?.body ?? []).toString()
  const [identity = 'nowhere'] = /first|second/.exec(body) ?? []
  return `redirected to the ${identity} identity`
}

/** Two migrations of alice, then a call to her. */
const migratedTwice =
  (oneAfterTheOther: boolean): Scene =>
  async (bench) => {
    migrate(bench, 'first')
    if (oneAfterTheOther) await conclude(bench)
    migrate(bench, 'second')
    await conclude(bench)
    if (!oneAfterTheOther) await conclude(bench)
    return [await redirection(bench)]
  }

/** Alice migrates, asks for another migration in the name of a system that is no partner, and is called. */
async function refusedThen(bench: Bench): Promise<readonly string[]> {
  migrate(bench, 'first')
  await conclude(bench)
  migrate(bench, 'second', 'nowhere.example')
  return [await bench.peers.primaryGateway.status('MESSAGE'), await redirection(bench)]
}

/** Alice has migrated, the end of another migration comes, and she is called. */
async function formerEnds(bench: Bench): Promise<readonly string[]> {
  const { primaryGateway } = bench.peers
  migrate(bench, 'first')
  await conclude(bench)
  const ies = { mcServiceId: user('alice', primary.toUpperCase()), partnerSystem: barred }
  primaryGateway.send(bench.request('primaryGateway', 'migration end request', ies, { as: 'end' }))
  await conclude(bench)
  return [await redirection(bench)]
}

/** A part of nothing but parts. */
const nested = (times: number): string =>
  Array.from(
    { length: times },
    (_, level) => `Content-Type: multipart/mixed;boundary=w${level}\r\n\r\n--w${level}`,
  ).join('\r\n')

/** Triggers of a single message, or of a few outside of dialogs. */
export const messageScenes: Readonly<Record<string, Scene>> = {
  'pending-migration-without-timer': leftWaiting,
  'content-length-of-32-bits': answered(['Content-Length: @', 'Content-Length: 2147483648']),
  'quoted-string-without-end': answeredSoon([/^(From: .*)\r$/m, 'From: <sip:gateway.primary.example>;tag=1;x="a\\"\r']),
  'user-part-taken-for-granted': answered([/^MESSAGE sip:server@/, 'MESSAGE sip:']),
  'boundary-taken-for-granted': answeredSoon([';boundary=mcx-boundary', '']),
  'parameter-name-with-case': answered([';boundary=', ';Boundary=']),
  'many-fields-overflow': answered([/^To: /m, `${'Accept: application/sdp\r\n'.repeat(33)}To: `]),
  'nested-multiparts-overflow': answered([
    /^--mcx-boundary(?=\r\n)/m,
    `--mcx-boundary\r\n${nested(101)}\r\n--mcx-boundary`,
  ]),
  'tag-sought-anywhere-in-to': answered([/(?<=^To: <[^>]*)>/m, ';tag=b>']),
  'second-require-passed-over': answered([
    /^Max-Forwards: /m,
    'Require: timer\r\nRequire: unknown-extension\r\nMax-Forwards: ',
  ]),
  'stray-acknowledgement-answered': acknowledgedForNothing,
  'compact-beside-folded': answered(['From: ', 'f: '], ['To: ', 'To:\r\n ']),
  'boundary-amid-line': answeredAndHeld('bob', ['<anyExt>', '<?x --mcx-boundary?><anyExt>']),
  'second-information-executed': secondInformation,
  'entities-expanded': quadraticEntity,
  'parameters-in-square': answeredSoon([/^(From: .*)$/m, `From: <sip:a@b.example>;tag=a${';p'.repeat(30_000)}`]),
  'display-name-backtracking': answeredSoon([/^From: /m, `From: "${' '.repeat(60_000)}x" `]),
  'cseq-of-32-bits-signed': answered(['CSeq: 1 ', 'CSeq: 2147483648 ']),
  'user-part-without-case': answeredAndHeld('bob', ['sip:bob@', 'sip:BOB@']),
  'domain-with-case': answeredAndHeld('bob', ['sip:bob@primary.example', 'sip:bob@Primary.Example']),
  'user-part-cut-at-nul': answeredAndHeld('bob', ['sip:bob@', 'sip:bob%00x@']),
  'token-of-another-user-accepted': authorizing('alice', () => token({ sub: user('bob'), mcptt_id: temporary('bob') })),
  'expiry-in-other-unit': authorizing('alice', () =>
    token({ sub: user('alice'), mcptt_id: temporary('alice'), expiresIn: -60 }),
  ),
  'unsigned-token-accepted': authorizing('alice', unsigned),
  'request-leaves-after-local-refusal': authorizing('denied', () =>
    token({ sub: user('denied'), mcptt_id: temporary('denied') }),
  ),
  'unsolicited-response-accepted': unsolicited,
  'newer-migration-not-recorded': migratedTwice(true),
  'newer-migration-lost-in-race': migratedTwice(false),
  'refused-migration-ends-former': refusedThen,
  'former-migration-end-in-other-letters-recorded': formerEnds,
  'lost-authorization-granted': askedTwice,
  'late-response-granted': answeredLate,
  'served-user-renews-unchecked': renewed,
  'temporary-identity-of-pending-user': interleaved,
  'unusable-response-leaves-entry': answeredTwice,
}
