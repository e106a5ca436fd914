import { headers as fieldsOf, header, splitList } from '#wire/sip'
import type { SipMessage } from '#wire/sip'
import { callAnswered, callText, dialogOf, establish, hangUp, soon, success } from './fuzz-scenes.world.ts'
import type { Established } from './fuzz-scenes.world.ts'
import type { Bench, RawPeer } from './raw-peers.world.ts'
import { identities, temporary, user } from './two-mc-systems.world.ts'

type Scene = (bench: Bench) => Promise<readonly string[]>

const offerIn = (text: string): string => /^v=0\r\n(?:[a-z]=.*\r\n)+/m.exec(text)?.[0] ?? ''

/** A re-INVITE with the session that was agreed. */
async function modify(
  bench: Bench,
  { inside }: Established,
  cseq: string,
  ...more: readonly string[]
): Promise<string> {
  const { client } = bench.peers
  const headers = [`Contact: <sip:client@127.0.0.1:${client.port}>`, 'Content-Type: application/sdp', ...more]
  client.send(inside('INVITE', cseq, { headers, body: offerIn(callText(bench)) }))
  const ok = await client.next('200', 1000)
  client.send(inside('ACK', cseq))
  return ok === undefined ? 'silence' : `200 ${header(ok, 'CSeq')}`
}

async function modifiedTwice(bench: Bench): Promise<readonly string[]> {
  const call = await establish(bench)
  const lines = [await modify(bench, call, '2')]
  while ((await bench.peers.client.next('200', 0)) !== undefined);
  return [...lines, await modify(bench, call, '3')]
}

async function hungUpByCalled(bench: Bench): Promise<readonly string[]> {
  const { client, primaryGateway } = bench.peers
  const call = await establish(bench)
  await modify(bench, call, '2', `Record-Route: <sip:127.0.0.1:${client.port};lr>`)
  hangUp(primaryGateway, call.invite)
  return [await heardBy(client)]
}

async function heardBy(client: RawPeer): Promise<string> {
  const bye = await client.next('BYE')
  if (bye === undefined) return 'no BYE'
  return header(bye, 'Route') === undefined ? 'BYE without Route' : 'BYE with Route'
}

async function recordedByCaller(bench: Bench): Promise<readonly string[]> {
  const { client, primaryGateway } = bench.peers
  const line = `Record-Route: <sip:127.0.0.1:${client.port};lr>`
  const call = await establish(bench, { edits: [[/^Contact: /m, `${line}\r\nContact: `]] })
  hangUp(primaryGateway, call.invite)
  return [await heardBy(client)]
}

/** A call out of the MC system that stands, at its gateway server: what the calling side sends inside of it. */
async function callingOut(bench: Bench): Promise<Established> {
  const { partnerGateway, primaryServer } = bench.peers
  const ies = { callingParty: user('bob'), calledParty: temporary('alice'), floorControl: 'true' }
  const text = bench.request('primaryServer', 'private call request', ies)
  primaryServer.send(text)
  const invite = await partnerGateway.next('INVITE')
  if (invite === undefined) throw new Error(`the call did not go on: ${primaryServer.texts.join('\n')}`)
  success(bench, invite, 'peer', partnerGateway)
  const ok = await primaryServer.next('200')
  if (ok === undefined) throw new Error('the call was not answered')
  const inside = dialogOf(bench, text, ok, primaryServer.port)
  primaryServer.send(inside('ACK', '1'))
  await partnerGateway.next('ACK')
  return { ok, invite, inside }
}

const otherOffer = ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', 'm=audio 9 RTP/AVP 96', '']

const requestUriOf = ({ startLine }: SipMessage): string => (startLine.kind === 'request' ? startLine.requestUri : '')

/** A re-INVITE from another contact that is refused for its session, then the called side hangs up. */
async function hungUpAfterRefusal(bench: Bench): Promise<readonly string[]> {
  const { partnerGateway, primaryServer } = bench.peers
  const { inside, invite } = await callingOut(bench)
  const headers = [`Contact: <sip:moved@127.0.0.1:${primaryServer.port}>`, 'Content-Type: application/sdp']
  primaryServer.send(inside('INVITE', '2', { headers, body: otherOffer.join('\r\n') }))
  const status = await primaryServer.status('INVITE')
  primaryServer.send(inside('ACK', '2', { branch: 'in-INVITE-2' }))
  hangUp(partnerGateway, invite)
  const bye = await primaryServer.next('BYE')
  if (bye === undefined) return [status, 'no BYE']
  return [
    status,
    requestUriOf(bye).startsWith('sip:moved@') ? 'BYE to the refused contact' : 'BYE to the first contact',
  ]
}

/** Two BYEs of the same side, the second when the first has been answered. */
async function endedTwice(bench: Bench): Promise<readonly string[]> {
  const { partnerGateway, primaryServer } = bench.peers
  const { inside } = await callingOut(bench)
  primaryServer.send(inside('BYE', '2'))
  const passedOn = await partnerGateway.next('BYE')
  if (passedOn !== undefined) partnerGateway.answer(passedOn, '200 OK')
  const first = await primaryServer.status('BYE')
  primaryServer.send(inside('BYE', '3'))
  return [first, await primaryServer.status('BYE')]
}

/** A call that stands for longer than the invitation to it was good for. */
async function outlastingInvitation(bench: Bench): Promise<readonly string[]> {
  await establish(bench, { edits: [[/^Contact: /m, 'Expires: 1\r\nContact: ']] })
  return [(await bench.peers.client.next('BYE', 1500)) === undefined ? 'the call stands' : 'BYE']
}

/** Two elements are between the called side and us: in which order they stand in the ACK. */
async function recordedTwice(bench: Bench): Promise<readonly string[]> {
  const { client, primaryGateway } = bench.peers
  client.send(callText(bench))
  const invite = await primaryGateway.next('INVITE')
  if (invite === undefined) return ['no INVITE']
  const at = `127.0.0.1:${primaryGateway.port};lr`
  const recorded = `Record-Route: <sip:first@${at}>, <sip:second@${at}>`
  primaryGateway.answer(invite, '200 OK', [`Contact: <sip:called@127.0.0.1:${primaryGateway.port}>`, recorded])
  const ack = await primaryGateway.next('ACK')
  const routes = ack === undefined ? [] : fieldsOf(ack, 'Route').flatMap(splitList)
  return [routes.map((route) => /first|second/.exec(route)?.[0]).join(', ')]
}

/** The called side says twice that it has answered. */
async function answeredTwice(bench: Bench): Promise<readonly string[]> {
  const { primaryGateway } = bench.peers
  const { invite } = await callAnswered(bench)
  const first = await primaryGateway.next('ACK')
  success(bench, invite)
  const second = await primaryGateway.next('ACK', soon)
  return [first, second].map((ack) => (ack === undefined ? 'silence' : 'ACK'))
}

/** An offer with a stream that no MC system takes, in front of the others. */
async function offeringMore(bench: Bench): Promise<readonly string[]> {
  await callAnswered(bench, { edits: [[/^m=audio/m, 'm=message 7394 TCP/MSRP *\r\nm=audio']] })
  const ok = await bench.peers.client.next('200')
  const streams = Buffer.from(ok?.body ?? [])
    .toString()
    .matchAll(/^m=(\S+)/gm)
  return [ok === undefined ? 'silence' : '200', [...streams].map(([, type]) => type).join(' ')]
}

/** A call of a client, which is told twice at the same time where the called user is: how many calls it makes then. */
async function redirectedTwice(bench: Bench): Promise<readonly string[]> {
  const { primaryServer } = bench.peers
  const ies = { callingParty: user('bob'), calledParty: user('alice'), floorControl: 'true' }
  const towards = {
    transport: 'udp',
    address: '127.0.0.1',
    port: primaryServer.port,
    identity: identities.primaryServer,
  } as const
  void bench.reference
    .system()
    .stimulate({ action: 'private call request', service: 'mcptt', alternative: 'publish', ies, towards })
  const invite = await primaryServer.next('INVITE')
  if (invite === undefined) return ['no INVITE']
  const told = {
    callingParty: user('bob'),
    calledParty: user('alice'),
    redirectedTo: temporary('alice'),
    reason: 'migrated',
  }
  const parties = { user: user('bob'), inReplyTo: header(invite, 'Call-ID') ?? '', leg: 'to-client' } as const
  for (const as of ['once', 'again'])
    primaryServer.send(bench.request('primaryServer', 'private call redirection', told, { as, parties }))
  const cancel = await primaryServer.next('CANCEL')
  if (cancel !== undefined) primaryServer.answer(cancel, '200 OK')
  primaryServer.answer(invite, '487 Request Terminated')
  const calls = new Set<string | undefined>()
  for (
    let next = await primaryServer.next('INVITE', soon);
    next !== undefined;
    next = await primaryServer.next('INVITE', 300)
  )
    calls.add(header(next, 'Call-ID'))
  return [`${[...calls].filter((callId) => callId !== header(invite, 'Call-ID')).length} more`]
}

/** Triggers inside of a call that stands, and behind its end. */
export const sessionScenes: Readonly<Record<string, Scene>> = {
  'reinvite-answered-from-cache': modifiedTwice,
  'route-set-replaced': hungUpByCalled,
  'refused-reinvite-moves-target': hungUpAfterRefusal,
  'dialog-outlives-bye': endedTwice,
  'route-set-not-reversed': recordedTwice,
  'route-set-of-caller-forgotten': recordedByCaller,
  'repeated-success-not-acknowledged': answeredTwice,
  'refused-streams-left-out': offeringMore,
  'redirection-followed-again': redirectedTwice,
  'expiry-ends-answered-call': outlastingInvitation,
}
