import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { soon } from './fuzz-scenes.world.ts'
import type { Bench, Draft } from './raw-peers.world.ts'
import { document, partner, primary, temporary, token, user } from './two-mc-systems.world.ts'
import type { Ports } from './two-mc-systems.world.ts'

type Scene = (bench: Bench) => Promise<readonly string[]>

const canary = '192.0.2.77'

/** A call into the MC system, which the MC service server refuses. */
async function refusedInside(bench: Bench): Promise<readonly string[]> {
  const { partnerGateway, primaryServer } = bench.peers
  const ies = { callingParty: temporary('alice'), calledParty: user('bob'), automaticCommencement: 'true' }
  partnerGateway.send(bench.request('partnerGateway', 'private call request', ies))
  const invite = await primaryServer.next('INVITE')
  if (invite === undefined) return ['no INVITE']
  primaryServer.answer(invite, '404 Not Found', [
    'Warning: 399 inside "141 user unknown to the participating function"',
  ])
  const status = await partnerGateway.status('INVITE')
  return [status, inside(partnerGateway.texts.join(''), `127.0.0.1:${primaryServer.port}`)]
}

/** What is told of a call into the MC system to which that is said there. */
const answeredBy =
  (line: string, headers: readonly string[] = [], body = ''): Scene =>
  async (bench) => {
    const { primaryGateway, partnerServer } = bench.peers
    const ies = { callingParty: user('bob'), calledParty: temporary('alice'), automaticCommencement: 'true' }
    primaryGateway.send(bench.request('primaryGateway', 'private call request', ies))
    const invite = await partnerServer.next('INVITE')
    if (invite === undefined) return ['no INVITE']
    partnerServer.answer(invite, line, headers, body)
    return [await primaryGateway.status('INVITE'), inside(primaryGateway.texts.join(''), canary)]
  }

const inside = (text: string, address: string): string =>
  text.includes(address) ? 'the address of the inside' : 'nothing of the inside'

/** A call out of the MC system that says more than it should. */
const callingOut =
  (edits: Draft['edits']): Scene =>
  async (bench) => {
    const { partnerGateway, primaryServer } = bench.peers
    const ies = { callingParty: user('bob'), calledParty: temporary('alice'), floorControl: 'true' }
    primaryServer.send(bench.request('primaryServer', 'private call request', ies, { edits: edits ?? [] }))
    const invite = await partnerGateway.next('INVITE', soon)
    return [invite ? 'INVITE leaves' : 'nothing leaves', inside(partnerGateway.texts.join(''), canary)]
  }

/** A migration request out of the MC system, which the next hop does not answer. */
async function silentHop(bench: Bench): Promise<readonly string[]> {
  const { partnerGateway } = bench.peers
  const ies = { mcServiceId: user('bob'), partnerSystem: partner, temporaryId: temporary('bob') }
  partnerGateway.send(bench.request('partnerGateway', 'migration request', ies))
  const status = await partnerGateway.status('MESSAGE', 6000)
  return [status === 'silence' ? status : 'an error']
}

/** A migration request for a user of a sub-domain, who is at home somewhere else. */
async function ofSubDomain(bench: Bench): Promise<readonly string[]> {
  const { partnerGateway, primaryServer } = bench.peers
  const ies = { mcServiceId: user('bob', `sub.${primary}`), partnerSystem: partner, temporaryId: temporary('bob') }
  partnerGateway.send(bench.request('partnerGateway', 'migration request', ies))
  const passedOn = await primaryServer.next('MESSAGE', soon)
  if (passedOn !== undefined) primaryServer.answer(passedOn, '200 OK')
  return [await partnerGateway.status('MESSAGE'), passedOn === undefined ? 'nothing leaves' : 'MESSAGE leaves']
}

/** A migration request for a user with an ampersand in the name. */
async function ofAmpersand(bench: Bench): Promise<readonly string[]> {
  const { partnerGateway, primaryServer } = bench.peers
  const ies = { mcServiceId: user('b&ob'), partnerSystem: partner, temporaryId: temporary('bob') }
  partnerGateway.send(bench.request('partnerGateway', 'migration request', ies))
  const passedOn = await primaryServer.next('MESSAGE', soon)
  return [/sip:b.*?ob@/.exec(Buffer.from(passedOn?.body ?? []).toString())?.[0] ?? 'nothing leaves']
}

/** In a process of its own: a connection that is reset while the primary MC system is asked. */
async function resetWhileAsked(bench: Bench): Promise<readonly string[]> {
  const program = fileURLToPath(new URL('../cli/mcx.ts', import.meta.url))
  const defects = bench.reference.defects().flatMap((name) => ['--defect', name])
  const child = spawn(process.execPath, [program, 'reference', '--control', '127.0.0.1:0', ...defects], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const gone = once(child, 'exit').then(() => 'gone')
  try {
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
    const url = line.slice(line.indexOf('http'))
    const ports = Object.fromEntries(Object.entries(bench.peers).map(([role, { port }]) => [role, port])) as Ports
    const topology = { partnerGateway: true, primaryGateway: true }
    const body = JSON.stringify(document({ ...ports, partnerServer: 0 }, topology, 'udp', ['partnerServer']))
    const provisioned = await fetch(`${url}/provision`, { method: 'POST', body })
    const { functions } = (await provisioned.json()) as { functions: { local: { port: number } }[] }
    const socket = connect(functions[0]?.local.port ?? 0, '127.0.0.1')
    await once(socket, 'connect')
    socket.write(await authorizationOverTcp(bench))
    await bench.peers.partnerGateway.next('MESSAGE')
    socket.resetAndDestroy()
    return [await Promise.race([gone, pause(1500).then(() => 'alive')])]
  } finally {
    child.kill()
  }
}

async function authorizationOverTcp(bench: Bench): Promise<string> {
  const mcServiceId = user('alice')
  const credentials = await token({ sub: mcServiceId, mcptt_id: temporary('alice') })
  const ies = { mcServiceId, credentials, temporaryId: temporary('alice') }
  const name = 'migration service authorization request'
  return bench.request('client', name, ies, {
    parties: { from: mcServiceId, user: mcServiceId },
    edits: [['SIP/2.0/UDP', 'SIP/2.0/TCP']],
  })
}

/** Triggers at a gateway server, and those that end the process. */
export const gatewayScenes: Readonly<Record<string, Scene>> = {
  'inner-via-on-refusals': refusedInside,
  'inner-host-in-warning': refusedInside,
  'reason-phrase-passed-on': answeredBy(`404 Not Found at ${canary}`),
  'body-of-refusal-passed-on': answeredBy('480 Unavailable', ['Content-Type: text/plain'], `said at ${canary}`),
  'identity-written-unescaped': ofAmpersand,
  'redirected-call-taken-for-answered': answeredBy('302 Moved Temporarily'),
  'inner-address-of-second-stream': callingOut([['a=fmtp:MCPTT', `c=IN IP4 ${canary}\r\na=fmtp:MCPTT`]]),
  'unknown-part-passed-on': callingOut([
    [/--mcx-boundary--/, `--mcx-boundary\r\nContent-Type: text/plain\r\n\r\nfrom ${canary}\r\n--mcx-boundary--`],
  ]),
  'user-agent-passed-on': callingOut([[/^Contact: /m, `User-Agent: mc/1.0 (${canary})\r\nContact: `]]),
  'silent-hop-leaves-request-unanswered': silentHop,
  'unlisted-header-passed-on': callingOut([[/^Contact: /m, `Alert-Info: <http://${canary}/ring>\r\nContact: `]]),
  'home-domain-as-suffix': ofSubDomain,
  'lost-connection-unhandled': resetWhileAsked,
}
