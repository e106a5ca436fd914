import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { address } from './bench-stack-task.ts'

// SIPp as the other side, with the flags without which a comparison would flatter us: a large socket buffer and a bounded window.

export interface SippTask {
  readonly role: 'uac' | 'uas' | 'options-client' | 'options-server'
  readonly transport: 'udp' | 'tcp'
  readonly port: number
  readonly remotePort: number
  readonly calls: number
  readonly limit: number
}

export interface SippReport {
  readonly callsPerSecond: number
  readonly retransmissions: number
  readonly failed: number
}

export interface Sipp {
  /** When it has made its calls. */
  readonly finished: Promise<SippReport>
  stop(): Promise<SippReport>
}

const optionsClient = `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="OPTIONS client">
  <send retrans="500"><![CDATA[

      OPTIONS sip:[service]@[remote_ip]:[remote_port] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: sipp <sip:sipp@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
      To: [service] <sip:[service]@[remote_ip]:[remote_port]>
      Call-ID: [call_id]
      CSeq: 1 OPTIONS
      Max-Forwards: 70
      Content-Length: 0

  ]]></send>
  <recv response="200"></recv>
</scenario>
`
const optionsServer = `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="OPTIONS server">
  <recv request="OPTIONS"></recv>
  <send><![CDATA[

      SIP/2.0 200 OK
      [last_Via:]
      [last_From:]
      [last_To:];tag=[pid]SIPpTag01[call_number]
      [last_Call-ID:]
      [last_CSeq:]
      Contact: <sip:[local_ip]:[local_port];transport=[transport]>
      Content-Length: 0

  ]]></send>
</scenario>
`

/** Starts SIPp; rejects with what to install where there is none. */
export function startSipp(task: SippTask): Sipp {
  const folder = mkdtempSync(join(tmpdir(), 'bench-stack-'))
  const statistics = join(folder, 'statistics.csv')
  const client = task.role === 'uac' || task.role === 'options-client'
  const options = ['-i', address, '-p', String(task.port), '-t', task.transport === 'udp' ? 'u1' : 't1', '-nostdin']
  options.push('-buff_size', '4194304', '-trace_stat', '-stf', statistics, '-fd', '1', '-cp', String(task.port + 900))
  options.push('-mp', String(22_600 + (task.port % 100)))
  if (client) options.push('-r', '1000000', '-rp', '1000', '-l', String(task.limit), '-m', String(task.calls))
  options.push(...scenario(task, folder))
  if (client) options.push(`${address}:${task.remotePort}`)
  const child = spawn('sipp', options, { cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] })
  const gone = exit(child).then(() => {
    const report = readStatistics(statistics)
    rmSync(folder, { recursive: true, force: true })
    return report
  })
  return {
    finished: gone,
    stop() {
      child.kill('SIGTERM')
      const hard = setTimeout(() => child.kill('SIGKILL'), 3000)
      return gone.finally(() => clearTimeout(hard))
    },
  }
}

function scenario({ role }: SippTask, folder: string): readonly string[] {
  if (role === 'uac' || role === 'uas') return ['-sn', role]
  const file = join(folder, `${role}.xml`)
  writeFileSync(file, role === 'options-client' ? optionsClient : optionsServer)
  return ['-sf', file]
}

const exit = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new Error('sipp cannot be started: install the package sip-tester', { cause })),
    )
    child.once('exit', () => resolve())
  })

function readStatistics(file: string): SippReport {
  let lines: readonly string[] = []
  try {
    lines = readFileSync(file, 'utf8').trim().split('\n')
  } catch {
    // A server that was stopped early has written none.
  }
  const names = (lines[0] ?? '').split(';')
  const values = (lines.at(-1) ?? '').split(';')
  const value = (name: string): number => Number(values[names.indexOf(name)] ?? 0)
  return {
    callsPerSecond: value('CallRate(C)'),
    retransmissions: value('Retransmissions(C)'),
    failed: value('FailedCall(C)'),
  }
}
