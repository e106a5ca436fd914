import { type CallEnd, createUserAgent, openSipStack, type SipStack, type UserAgent } from '#stack/sip'
import type { Endpoint, TransportName } from '#transport'
import { address, type SideReport, type SideTask } from './bench-stack-task.ts'

// One side of a benchmark, ours, in a process of its own: `node checks/bench-stack-side.ts '{"role":"uac",...}'`. It prints one line of JSON.

const task: SideTask = JSON.parse(process.argv[2] ?? '{}')
const description = {
  type: 'application/sdp',
  octets: Buffer.from(
    `v=0\r\no=user1 53655765 2353687637 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\nm=audio 6000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n`,
  ),
}
const target: Endpoint = { transport: task.transport, address, port: task.remotePort }
const uri = `sip:service@${address}:${task.remotePort}${task.transport === 'udp' ? '' : ';transport=tcp'}`

const { stack, agent } = await open(task.port, task.transport)
const cpu = process.cpuUsage()
const own = process.threadCpuUsage()
let done = 0
let failed = 0
let begun = 0
let ended = 0

function count(good: boolean): void {
  done += 1
  if (!good) failed += 1
  ended = performance.now()
}

/** The first few calls that went wrong are told of. */
function explain(end: CallEnd): void {
  if (failed < 3) process.stderr.write(`${JSON.stringify({ ...end, message: undefined })}\n`)
}

function report(): void {
  const used = process.cpuUsage(cpu)
  const main = process.threadCpuUsage(own)
  const told: SideReport = {
    done,
    failed,
    seconds: (ended - begun) / 1000,
    microseconds: (used.user + used.system) / Math.max(done, 1),
    ownMicroseconds: (main.user + main.system) / Math.max(done, 1),
    retransmissions: stack.count.retransmissions,
  }
  process.stdout.write(`${JSON.stringify(told)}\n`)
  agent.close()
  void stack.close().then(() => process.exit(0))
}

/** Keeps so many under way until all have been. */
function closedLoop(begin: (next: (good: boolean) => void) => void): void {
  let started = 0
  const next = (good: boolean): void => {
    count(good)
    if (done === task.calls) report()
    else start()
  }
  const start = (): void => {
    if (started === task.calls) return
    started += 1
    begin(next)
  }
  begun = performance.now()
  for (let index = 0; index < task.limit; index += 1) start()
}

switch (task.role) {
  case 'uac':
    closedLoop((next) => {
      const call = agent.invite(uri, { target, body: description })
      call.onAnswered = () => call.hangUp()
      call.onEnded = (end) => {
        if (end.by !== 'us' || end.message === undefined) explain(end)
        next(end.by === 'us' && end.message !== undefined)
      }
    })
    break
  case 'options-client':
    closedLoop((next) => {
      agent.request('OPTIONS', uri, { target }, { onFinal: (outcome) => next(outcome.kind === 'response') })
    })
    break
  case 'options-server':
    agent.onRequest = () => {
      if (begun === 0) begun = performance.now()
      count(true)
      // Answered as an OPTIONS is.
      return false
    }
    serve()
    break
  case 'uas':
    agent.onInvite = (call) => {
      if (begun === 0) begun = performance.now()
      call.onEnded = ({ by }) => count(by === 'peer')
      call.ring()
      call.accept({ body: description })
    }
    serve()
    break
}
function serve(): void {
  process.stdout.write('ready\n')
  process.once('SIGTERM', report)
}
process.once('SIGINT', () => process.exit(1))

async function open(port: number, transport: TransportName): Promise<{ stack: SipStack; agent: UserAgent }> {
  const opened = await openSipStack({ address, port, onRequest: () => undefined })
  return { stack: opened, agent: createUserAgent(opened, { address: `sip:tester@${address}`, transport }) }
}
