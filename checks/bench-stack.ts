import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { startSipp } from './bench-stack-sipp.ts'
import { type SideReport, type SideTask } from './bench-stack-task.ts'
import { root } from './source-files.ts'

// `npm run bench:stack [-- uac uas options udp tcp memory --calls 60000 --rounds 3 --limit 1000]`: whole calls and OPTIONS with the full
// transaction and dialog layer against SIPp, contenders alternating in one run; `memory` stands for itself. Only the ratios mean anything.

const words = process.argv.slice(2)
const named = (name: string, otherwise: number): number => {
  const at = words.indexOf(`--${name}`)
  return at === -1 ? otherwise : Number(words[at + 1])
}
const calls = named('calls', 60_000)
const rounds = named('rounds', 3)
const limit = named('limit', 1000)
const wants = (word: string, among: readonly string[]): boolean =>
  !among.some((one) => words.includes(one)) || words.includes(word)

interface Measured {
  readonly perSecond: number
  readonly retransmissions: number
  readonly failed: number
  readonly microseconds?: number
  readonly ownMicroseconds?: number
}

let port = 22_000
/** A port that no former round has left connections on. */
const freshPort = (): number => (port = port >= 22_080 ? 22_000 : port + 1)

/** Starts our side; its report comes when it has finished, or when it is told to. */
async function startOurs(task: SideTask): Promise<{ child: ChildProcess; report: Promise<SideReport> }> {
  const side = join(root, 'checks/bench-stack-side.ts')
  const child = spawn(process.execPath, [...process.execArgv, side, JSON.stringify(task)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  let ready: () => void = () => undefined
  const isReady = new Promise<void>((resolve) => (ready = resolve))
  child.stdout.on('data', (octets: Buffer) => {
    text += octets.toString()
    if (text.includes('ready')) ready()
  })
  const report = new Promise<SideReport>((resolve, reject) => {
    const late = setTimeout(() => child.kill('SIGKILL'), 120_000)
    child.once('exit', () => {
      clearTimeout(late)
      ready()
      const line = text.split('\n').find((one) => one.startsWith('{'))
      if (line === undefined) reject(new Error('our side told nothing'))
      else resolve(JSON.parse(line))
    })
  })
  if (task.role === 'uas' || task.role === 'options-server') await isReady
  return { child, report }
}

type Kind = 'calls' | 'options'
const roles = { calls: ['uac', 'uas'], options: ['options-client', 'options-server'] } as const
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** One round: a client and a server, each ours or SIPp. */
async function play(
  kind: Kind,
  transport: 'udp' | 'tcp',
  client: 'ours' | 'sipp',
  server: 'ours' | 'sipp',
): Promise<Measured> {
  const [clientPort, serverPort] = [freshPort(), freshPort()]
  const [clientRole, serverRole] = roles[kind]
  const amount = kind === 'calls' ? calls : calls * 2
  const common = { transport, limit, calls: amount }
  const serving = { ...common, role: serverRole, port: serverPort, remotePort: clientPort }
  const asking = { ...common, role: clientRole, port: clientPort, remotePort: serverPort }
  const ourServer = server === 'ours' ? await startOurs(serving) : undefined
  const sippServer = server === 'sipp' ? startSipp(serving) : undefined
  if (sippServer !== undefined) await pause(400)
  try {
    if (client === 'ours') {
      const { report } = await startOurs(asking)
      const { done, seconds, ...rest } = await report
      return { ...rest, perSecond: done / seconds }
    }
    const { callsPerSecond, retransmissions, failed } = await startSipp(asking).finished
    if (ourServer === undefined) return { perSecond: callsPerSecond, retransmissions, failed }
    ourServer.child.kill('SIGTERM')
    const ours = await ourServer.report
    return {
      perSecond: callsPerSecond,
      retransmissions: ours.retransmissions,
      failed: failed + ours.failed,
      microseconds: ours.microseconds,
      ownMicroseconds: ours.ownMicroseconds,
    }
  } finally {
    await sippServer?.stop()
    if (ourServer?.child.exitCode === null) ourServer.child.kill('SIGTERM')
  }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

async function compare(kind: Kind, transport: 'udp' | 'tcp'): Promise<void> {
  const sipp: Measured[] = []
  const client: Measured[] = []
  const server: Measured[] = []
  for (let round = 0; round < rounds; round += 1) {
    sipp.push(await play(kind, transport, 'sipp', 'sipp'))
    if (wants('uac', ['uac', 'uas'])) client.push(await play(kind, transport, 'ours', 'sipp'))
    if (wants('uas', ['uac', 'uas'])) server.push(await play(kind, transport, 'sipp', 'ours'))
  }
  const base = median(sipp.map(({ perSecond }) => perSecond))
  print(`SIPp client, SIPp server`, sipp, base)
  if (client.length > 0) print(`our client,  SIPp server`, client, base)
  if (server.length > 0) print(`SIPp client, our server `, server, base)

  if (sipp.some(({ retransmissions, failed }) => retransmissions + failed > 0))
    console.log(
      `${kind} ${transport}  SIPp could not keep up with itself: this machine is busy with something else, the ratios mean nothing`,
    )

  function print(name: string, measured: readonly Measured[], against: number): void {
    const all = measured.map(({ perSecond }) => (perSecond / 1000).toFixed(1)).join(' ')
    const middle = median(measured.map(({ perSecond }) => perSecond))
    const sum = (of: (one: Measured) => number): number => measured.reduce((total, one) => total + of(one), 0)
    const cost = median(measured.map(({ microseconds = 0 }) => microseconds))
    const own = median(measured.map(({ ownMicroseconds = 0 }) => ownMicroseconds))
    console.log(
      `${kind} ${transport}  ${name}  ${(middle / 1000).toFixed(1).padStart(6)} k/s  ratio ${(middle / against).toFixed(2)}` +
        `  (${all})  retransmissions ${sum((one) => one.retransmissions)}  failed ${sum((one) => one.failed)}` +
        (cost === 0 ? '' : `  ${cost.toFixed(1)} us of processor each, ${own.toFixed(1)} of its thread`),
    )
  }
}

if (words.includes('memory')) {
  const { measureMemory } = await import('./bench-stack-memory.ts')
  await measureMemory()
} else {
  for (const transport of ['udp', 'tcp'] as const) {
    if (!wants(transport, ['udp', 'tcp'])) continue
    if (wants('calls', ['calls', 'options'])) await compare('calls', transport)
    if (wants('options', ['calls', 'options'])) await compare('options', transport)
  }
}
