import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { header } from '#wire/sip'
import {
  askForMigration,
  authorize,
  callAnswered,
  callText,
  dialogOf,
  establish,
  soon,
  success,
} from './fuzz-scenes.world.ts'
import type { Bench, Draft } from './raw-peers.world.ts'
import { temporary, user } from './two-mc-systems.world.ts'

type Scene = (bench: Bench) => Promise<readonly string[]>

async function repeated(bench: Bench): Promise<readonly string[]> {
  const { client, primaryGateway } = bench.peers
  const text = callText(bench)
  client.send(text)
  await client.next('100')
  client.send(text)
  const branches = new Set<string>()
  for (;;) {
    const invite = await primaryGateway.next('INVITE', soon)
    if (invite === undefined) break
    branches.add(header(invite, 'Via') ?? '')
  }
  return [branches.size === 1 ? '1 INVITE leaves' : `${branches.size} INVITE leave`]
}

/** A call that rings. */
async function ringing(bench: Bench, draft: Draft = {}): Promise<string> {
  const { client, primaryGateway } = bench.peers
  const text = callText(bench, draft)
  client.send(text)
  const invite = await primaryGateway.next('INVITE')
  if (invite !== undefined) primaryGateway.answer(invite, '180 Ringing')
  return text
}

async function cancelledFromAside(bench: Bench): Promise<readonly string[]> {
  const { client } = bench.peers
  const text = await ringing(bench)
  await client.next('180')
  const kept = ['Max-Forwards', 'From', 'To', 'Call-ID'].map((name) => new RegExp(`^${name}: .*$`, 'm').exec(text)?.[0])
  const via = `Via: SIP/2.0/UDP 127.0.0.1:${client.port};branch=z9hG4bK-foreign;rport`
  const [line = ''] = text.split('\r\n', 1)
  const head = [line.replace('INVITE', 'CANCEL'), via, ...kept.map((field) => field?.trimEnd()), 'CSeq: 1 CANCEL']
  client.send([...head, 'Content-Length: 0', '', ''].join('\r\n'))
  return [`CANCEL: ${await client.status('CANCEL')}`, `INVITE: ${await client.status('INVITE', soon)}`]
}

async function withoutHops(bench: Bench): Promise<readonly string[]> {
  const { client, primaryGateway } = bench.peers
  client.send(callText(bench, { edits: [['Max-Forwards: 70', 'Max-Forwards: 0']] }))
  const invite = await primaryGateway.next('INVITE', soon)
  if (invite === undefined) return [await client.status('INVITE'), 'nothing leaves']
  success(bench, invite)
  return [await client.status('INVITE'), `Max-Forwards ${header(invite, 'Max-Forwards')}`]
}

/** A call, and a BYE in it. */
const ending =
  (bye: { readonly toTag?: string; readonly cseq: string }, invite: Draft = {}): Scene =>
  async (bench) => {
    const { client, primaryGateway } = bench.peers
    const { inside } = await establish(bench, invite)
    client.send(inside('BYE', bye.cseq, bye.toTag === undefined ? {} : { toTag: bye.toTag }))
    const passedOn = await primaryGateway.next('BYE', soon)
    if (passedOn !== undefined) primaryGateway.answer(passedOn, '200 OK')
    return [await client.status('BYE'), passedOn === undefined ? 'nothing leaves' : 'BYE leaves']
  }

async function lateProvisional(bench: Bench): Promise<readonly string[]> {
  const { client, primaryGateway } = bench.peers
  const { inside, invite } = await establish(bench)
  primaryGateway.answer(invite, '180 Ringing')
  client.send(inside('BYE', '2'))
  const passedOn = await primaryGateway.next('BYE', soon)
  if (passedOn !== undefined) primaryGateway.answer(passedOn, '200 OK')
  return [await client.status('BYE'), passedOn === undefined ? 'nothing leaves' : 'BYE leaves']
}

/** A call that came by way of a proxy. */
async function recorded(bench: Bench): Promise<readonly string[]> {
  const route = '<sip:proxy.primary.example;lr>'
  const { ok } = await establish(bench, { edits: [[/^To: /m, `Record-Route: ${route}\r\nTo: `]] })
  return [header(ok, 'Record-Route') === route ? 'the proxy is named' : 'no proxy is named']
}

async function forked(bench: Bench): Promise<readonly string[]> {
  const { client, primaryGateway } = bench.peers
  client.send(callText(bench))
  const invite = await primaryGateway.next('INVITE')
  if (invite === undefined) return ['no INVITE']
  success(bench, invite)
  await primaryGateway.next('ACK')
  success(bench, invite, 'fork')
  const said = async (method: string): Promise<string> => {
    const came = await primaryGateway.next(method, soon)
    return came !== undefined && header(came, 'To')?.endsWith('tag=fork') === true ? `${method} of the fork` : 'silence'
  }
  return [await said('ACK'), await said('BYE')]
}

async function briefInterval(bench: Bench): Promise<readonly string[]> {
  const { client, primaryGateway } = bench.peers
  client.send(callText(bench, { edits: [[/^Contact: /m, 'Session-Expires: 60\r\nContact: ']] }))
  const invite = await primaryGateway.next('INVITE', soon)
  if (invite !== undefined) success(bench, invite)
  return [await client.status('INVITE'), invite === undefined ? 'nothing leaves' : 'INVITE leaves']
}

/** RFC 3261 9.1. */
export function cancelOf(invite: string): string {
  const fields = ['Via', 'Max-Forwards', 'From', 'To', 'Call-ID'].map((name) =>
    new RegExp(`^${name}: .*$`, 'm').exec(invite),
  )
  const line = invite.slice(0, invite.indexOf('\r\n')).replace('INVITE', 'CANCEL')
  const head = [line, ...fields.map((field) => field?.[0].trimEnd()), 'CSeq: 1 CANCEL', 'Content-Length: 0']
  return [...head, '', ''].join('\r\n')
}

/** A call to a visitor that is cancelled while it rings, and another one. */
async function calledAgain(bench: Bench): Promise<readonly string[]> {
  const { client, partnerGateway } = bench.peers
  await authorize(bench, 'alice')
  const call = (as: string): string =>
    bench.request(
      'partnerGateway',
      'private call request',
      { callingParty: user('bob'), calledParty: temporary('alice') },
      { as },
    )
  partnerGateway.send(call('once'))
  const invite = await client.next('INVITE')
  if (invite === undefined) return [await partnerGateway.status('INVITE')]
  client.answer(invite, '180 Ringing')
  await partnerGateway.next('180')
  partnerGateway.send(cancelOf(call('once')))
  const cancel = await client.next('CANCEL')
  if (cancel !== undefined) client.answer(cancel, '200 OK')
  client.answer(invite, '487 Request Terminated')
  const first = await partnerGateway.next('487')
  partnerGateway.send(call('again'))
  const second = await client.next('INVITE', soon)
  return [
    first === undefined ? 'silence' : '487',
    second === undefined ? await partnerGateway.status('INVITE') : 'INVITE leaves',
  ]
}

/** A call to whoever has not migrated there. */
async function calledAbsent(bench: Bench): Promise<readonly string[]> {
  const { partnerGateway } = bench.peers
  const ies = { callingParty: user('bob'), calledParty: temporary('alice') }
  partnerGateway.send(bench.request('partnerGateway', 'private call request', ies))
  return [await partnerGateway.status('INVITE')]
}

async function refusedInSilence(bench: Bench): Promise<readonly string[]> {
  const { client, primaryGateway } = bench.peers
  client.send(callText(bench))
  const invite = await primaryGateway.next('INVITE')
  if (invite !== undefined) primaryGateway.answer(invite, '486 Busy Here')
  const [first, second] = [await client.next('486', soon), await client.next('486', soon)]
  return [first, second].map((refusal) => (refusal === undefined ? 'silence' : '486'))
}

async function cancelledTooLate(bench: Bench): Promise<readonly string[]> {
  const { client, primaryGateway } = bench.peers
  await establish(bench)
  client.send(cancelOf(callText(bench)))
  const status = await client.status('CANCEL')
  const bye = await primaryGateway.next('BYE', soon)
  return [`CANCEL: ${status}`, bye === undefined ? 'the call stands' : 'BYE']
}

async function crossed(bench: Bench): Promise<readonly string[]> {
  const { client, primaryGateway } = bench.peers
  const text = callText(bench)
  client.send(text)
  const invite = await primaryGateway.next('INVITE')
  if (invite === undefined) return ['no INVITE']
  primaryGateway.answer(invite, '180 Ringing')
  await client.next('180')
  client.send(cancelOf(text))
  await primaryGateway.next('CANCEL')
  success(bench, invite)
  const said = async (method: string): Promise<string> =>
    (await primaryGateway.next(method, soon)) === undefined ? 'silence' : method
  return [await client.status('INVITE'), await said('ACK'), await said('BYE')]
}

/** Longer than 64*T1 of the bench. */
const beyondTimers = 4300

async function neverAnswered(bench: Bench): Promise<readonly string[]> {
  const { primaryGateway } = bench.peers
  await askForMigration(bench)
  await pause(beyondTimers)
  const before = primaryGateway.texts.length
  await pause(1000)
  return [primaryGateway.texts.length === before ? 'falls silent' : 'goes on']
}

/** How often a migration response comes in 64*T1. */
async function timesUnanswered(bench: Bench): Promise<readonly string[]> {
  const { primaryGateway } = bench.peers
  await askForMigration(bench)
  await pause(beyondTimers)
  const times = primaryGateway.texts.filter((text) => text.startsWith('MESSAGE')).length
  return [times > 20 ? 'at one pace' : 'more and more slowly']
}

/** Two requests of two senders, of which the second has the branch of the first. */
async function withOneBranch(bench: Bench): Promise<readonly string[]> {
  const { client } = bench.peers
  const seen: string[] = []
  for (const sender of [client.port, client.port + 1]) {
    client.send(
      [
        `OPTIONS sip:127.0.0.1:${bench.port} SIP/2.0`,
        `Via: SIP/2.0/UDP 127.0.0.1:${sender};rport;branch=z9hG4bK-one`,
        'Max-Forwards: 70',
        `From: <sip:of-${sender}@client.example>;tag=1`,
        'To: <sip:server@primary.example>',
        `Call-ID: of-${sender}`,
        'CSeq: 1 OPTIONS',
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    )
    seen.push(await client.status('OPTIONS', soon, `of-${sender}`))
  }
  return seen
}

/** A call of which the caller says nothing more. */
async function unacknowledged(bench: Bench): Promise<readonly string[]> {
  const { client } = bench.peers
  await callAnswered(bench)
  const first = await client.status('INVITE')
  const next = await client.status('INVITE', soon)
  return [first, next === first ? `${next} again` : next]
}

/** A call that nobody acknowledges yet. */
async function givenUp(bench: Bench): Promise<readonly string[]> {
  const { client } = bench.peers
  await callAnswered(bench)
  await client.next('200')
  return [(await client.next('BYE', 1500)) === undefined ? 'the call stands' : 'BYE']
}

/** A 2xx whose ACK has the number of the request before. */
async function misnumbered(bench: Bench): Promise<readonly string[]> {
  const { client } = bench.peers
  const { text } = await callAnswered(bench)
  const ok = await client.next('200')
  if (ok === undefined) return ['no 200']
  client.send(dialogOf(bench, text, ok, client.port)('ACK', '0'))
  await pause(50)
  const before = client.texts.length
  await pause(soon)
  return [client.texts.length > before ? 'again' : 'no more']
}

/** The tags of a 2xx that comes again for want of its ACK. */
async function tagsOfSuccess(bench: Bench): Promise<readonly string[]> {
  const { client } = bench.peers
  await callAnswered(bench)
  const [first, next] = [await client.next('200'), await client.next('200', soon)]
  const tagOf = (message: typeof first): string => /tag=.*/.exec((message && header(message, 'To')) ?? '')?.[0] ?? ''
  return [tagOf(first) === tagOf(next) ? 'the same tag' : 'another tag']
}

async function acknowledged(bench: Bench): Promise<readonly string[]> {
  const { ok } = await establish(bench)
  const status = ok.startLine.kind === 'response' ? String(ok.startLine.status) : ''
  const next = await bench.peers.client.status('INVITE', soon)
  return [status, next === status ? `${next} again` : next]
}

async function halfMessage(bench: Bench): Promise<readonly string[]> {
  const text = callText(bench)
  const socket = connect(bench.port, '127.0.0.1')
  socket.on('error', () => undefined)
  const closed = new Promise<string>((resolve) => socket.on('close', () => resolve('is closed')))
  await once(socket, 'connect')
  socket.write(text.slice(0, text.length / 2))
  const outcome = await Promise.race([closed, pause(beyondTimers).then(() => 'stays')])
  socket.destroy()
  return [`the connection ${outcome}`]
}

/** Two requests at once over TCP. */
async function twoAtOnce(bench: Bench): Promise<readonly string[]> {
  const socket = connect(bench.port, '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  let came = ''
  socket.on('data', (octets) => (came += octets.toString('latin1')))
  const options = (name: string): string => {
    const via = `SIP/2.0/TCP 127.0.0.1:${bench.peers.client.port};branch=z9hG4bK-${name}`
    const lines = [`Via: ${via}`, 'Max-Forwards: 70', 'From: <sip:a@a.example>;tag=a', 'To: <sip:b@b.example>']
    const head = [
      'OPTIONS sip:b@b.example SIP/2.0',
      ...lines,
      `Call-ID: ${name}`,
      'CSeq: 1 OPTIONS',
      'Content-Length: 0',
    ]
    return `${head.join('\r\n')}\r\n\r\n`
  }
  socket.write(options('one') + options('other'))
  await pause(soon / 2)
  socket.destroy()
  return [`${came.split('SIP/2.0 200').length - 1} answered`]
}

/** Triggers of private calls at the primary MC service server. */
export const callScenes: Readonly<Record<string, Scene>> = {
  'repeated-invite-starts-call': repeated,
  'cancel-by-call-id': cancelledFromAside,
  'hops-below-zero': withoutHops,
  'record-route-not-mirrored': recorded,
  'any-tag-ends-call': ending({ toTag: 'another', cseq: '2' }),
  'earlier-sequence-taken': ending({ cseq: '1' }, { edits: [['CSeq: 1 INVITE', 'CSeq: 2 INVITE']] }),
  async 'expiry-beyond-timer'(bench) {
    await ringing(bench, { edits: [[/^Contact: /m, 'Expires: 2147484\r\nContact: ']] })
    await bench.peers.client.next('180', soon)
    return [await bench.peers.client.status('INVITE', soon)]
  },
  'late-cancel-ends-call': cancelledTooLate,
  'refusal-sent-once': refusedInSilence,
  'cancelled-call-engages-user': calledAgain,
  'absent-visitor-unhandled': calledAbsent,
  'late-provisional-reopens': lateProvisional,
  'forked-success-left': forked,
  'session-interval-too-small-taken': briefInterval,
  'crossing-answer-kept': crossed,
  'sent-by-unmatched': withOneBranch,
  'success-sent-once': unacknowledged,
  'acknowledgement-ignored': acknowledged,
  'request-repeated-without-end': neverAnswered,
  'request-repeated-at-one-pace': timesUnanswered,
  'half-message-kept': halfMessage,
  'acknowledgement-awaited-briefly': givenUp,
  'acknowledgement-of-any-number-taken': misnumbered,
  'second-message-of-segment-lost': twoAtOnce,
  'repeated-success-with-another-tag': tagsOfSuccess,
}
