import { header } from '#wire/sip'
import { callText, establish, soon, success } from './fuzz-scenes.world.ts'
import type { Bench, Draft } from './raw-peers.world.ts'

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

/** Triggers of private calls at the primary MC service server. */
export const callScenes: Readonly<Record<string, Scene>> = {
  'repeated-invite-starts-call': repeated,
  'cancel-by-call-id': cancelledFromAside,
  'hops-below-zero': withoutHops,
  'any-tag-ends-call': ending({ toTag: 'another', cseq: '2' }),
  'earlier-sequence-taken': ending({ cseq: '1' }, { edits: [['CSeq: 1 INVITE', 'CSeq: 2 INVITE']] }),
  async 'expiry-beyond-timer'(bench) {
    await ringing(bench, { edits: [[/^Contact: /m, 'Expires: 2147484\r\nContact: ']] })
    await bench.peers.client.next('180', soon)
    return [await bench.peers.client.status('INVITE', soon)]
  },
}
