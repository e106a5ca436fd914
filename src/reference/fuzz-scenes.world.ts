import { header, readNameAddress } from '#wire/sip'
import type { SipMessage } from '#wire/sip'
import { token } from './two-mc-systems.world.ts'
import { partner, temporary, user } from './two-mc-systems.world.ts'
import type { Bench, Draft, RawPeer } from './raw-peers.world.ts'

/** Longer than an answer takes, shorter than a stall. */
export const soon = 1000

/** A migration request of the partner MC system; gives the status of the answer. */
export async function askForMigration(bench: Bench, draft: Draft = {}, ms = 2000): Promise<string> {
  const { primaryGateway } = bench.peers
  const ies = { mcServiceId: user('bob'), partnerSystem: partner, temporaryId: temporary('bob') }
  primaryGateway.send(bench.request('primaryGateway', 'migration request', ies, draft))
  return primaryGateway.status('MESSAGE', ms)
}

/** What the primary MC service server holds of a user. */
export const migrated = (bench: Bench, name: string): string =>
  bench.reference.system().state('primaryServer', 'migrated', user(name)).holds ? 'migrated' : 'not migrated'

export const authorized = (bench: Bench, name: string): string =>
  bench.reference.system().state('partnerServer', 'serviceAuthorized', user(name)).holds
    ? 'authorized'
    : 'not authorized'

/** A private call of bob to alice, who has migrated: from the client towards the partner MC system. */
export const callText = (bench: Bench, draft: Draft = {}): string =>
  bench.request(
    'client',
    'private call request',
    { callingParty: user('bob'), calledParty: temporary('alice'), floorControl: 'true', automaticCommencement: 'true' },
    { as: 'call', ...draft, parties: { user: user('bob'), from: user('bob'), leg: 'from-client', ...draft.parties } },
  )

const answerBody = (port: number): string =>
  ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', `m=audio ${port} RTP/AVP 96`, ''].join(
    '\r\n',
  )

/** `tag`: who of several called parties it is; `called`: by whom it is said. */
export const success = (
  bench: Bench,
  invite: SipMessage,
  tag = 'peer',
  called: RawPeer = bench.peers.primaryGateway,
): void =>
  called.answer(
    invite,
    '200 OK',
    [`Contact: <sip:called@127.0.0.1:${called.port}>`, 'Content-Type: application/sdp'],
    answerBody(30_000),
    tag,
  )

/** The called side of that INVITE ends the call. */
export function hangUp(called: RawPeer, invite: SipMessage): void {
  const bye = [
    `BYE ${readNameAddress(header(invite, 'Contact') ?? '')?.uri} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${called.port};branch=z9hG4bK-hang-up`,
    'Max-Forwards: 70',
    `From: ${header(invite, 'To')};tag=peer`,
    `To: ${header(invite, 'From')}`,
    `Call-ID: ${header(invite, 'Call-ID')}`,
    'CSeq: 1 BYE',
    'Content-Length: 0',
  ]
  called.send([...bye, '', ''].join('\r\n'))
}

/** A call that stands, at the primary MC service server: what the caller sends inside of it. */
export interface Established {
  readonly ok: SipMessage
  readonly invite: SipMessage
  inside(method: string, cseq: string, more?: Inside): string
}

interface Inside {
  readonly toTag?: string
  readonly branch?: string
  readonly headers?: readonly string[]
  readonly body?: string
}

/** The dialog that a 2xx makes, at the caller. */
export function dialogOf(
  bench: Bench,
  sent: string,
  ok: SipMessage,
  port = bench.peers.client.port,
): Established['inside'] {
  const line = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(sent)?.[1]?.trimEnd() ?? ''
  const target = readNameAddress(header(ok, 'Contact') ?? '')?.uri ?? 'sip:nowhere.example'
  const to = header(ok, 'To') ?? ''
  return (method, cseq, { toTag, branch = `in-${method}-${cseq}`, headers = [], body = '' } = {}) =>
    [
      `${method} ${target} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK-${branch};rport`,
      'Max-Forwards: 70',
      `From: ${line('From')}`,
      `To: ${toTag === undefined ? to : to.replace(/;tag=.*/, `;tag=${toTag}`)}`,
      `Call-ID: ${line('Call-ID')}`,
      `CSeq: ${cseq} ${method}`,
      ...headers,
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n')
}

/** A call that the called side has answered; nothing of that has been taken in yet. */
export async function callAnswered(
  bench: Bench,
  draft: Draft = {},
): Promise<{ readonly text: string; readonly invite: SipMessage }> {
  const { client, primaryGateway } = bench.peers
  const text = callText(bench, draft)
  client.send(text)
  const invite = await primaryGateway.next('INVITE')
  if (invite === undefined) throw new Error(`the call did not go on: ${client.texts.join('\n')}`)
  success(bench, invite)
  return { text, invite }
}

export async function establish(bench: Bench, draft: Draft = {}): Promise<Established> {
  const { client, primaryGateway } = bench.peers
  const { text, invite } = await callAnswered(bench, draft)
  const ok = await client.next('200')
  if (ok === undefined) throw new Error('the call was not answered')
  const inside = dialogOf(bench, text, ok)
  const sequence = /^CSeq: (\d+)/m.exec(text)?.[1] ?? '1'
  client.send(inside('ACK', sequence))
  await primaryGateway.next('ACK')
  return { ok, invite, inside }
}

/** A request for service authorization at the partner MC service server, answered by the primary MC system. */
export async function authorize(
  bench: Bench,
  name: string,
  more: { readonly credentials?: string; readonly draft?: Draft; readonly reply?: boolean; readonly ms?: number } = {},
): Promise<{ readonly status: string; readonly asked: SipMessage | undefined }> {
  const { client, partnerGateway } = bench.peers
  const mcServiceId = user(name)
  const credentials = more.credentials ?? (await token({ sub: mcServiceId, mcptt_id: temporary(name) }))
  const ies = { mcServiceId, credentials, temporaryId: temporary(name) }
  const parties = { from: mcServiceId, user: mcServiceId, ...more.draft?.parties }
  const draft = { as: `authorize ${name}`, ...more.draft, parties }
  client.send(bench.request('client', 'migration service authorization request', ies, draft))
  const asked = await partnerGateway.next('MESSAGE', soon)
  if (asked !== undefined && more.reply !== false) replyTo(bench, asked)
  return { status: await client.status('PUBLISH', more.ms), asked }
}

/** The migration response of the primary MC system to a migration request. */
export function replyTo(bench: Bench, asked: SipMessage, draft: Draft = {}, result = 'accepted'): void {
  const { partnerGateway } = bench.peers
  partnerGateway.answer(asked, '200 OK')
  const body = Buffer.from(asked.body).toString()
  const said = (element: string): string | undefined =>
    new RegExp(`<${element} [^>]*><mcpttURI>([^<]*)`).exec(body)?.[1]
  const ies = { mcServiceId: said('primary-mcptt-id') ?? '', temporaryId: said('partner-mcptt-id') ?? '', result }
  const inReplyTo = header(asked, 'Call-ID') ?? ''
  const as = `reply ${inReplyTo}`
  partnerGateway.send(
    bench.request('partnerGateway', 'migration response', ies, {
      as,
      ...draft,
      parties: { inReplyTo, ...draft.parties },
    }),
  )
}
