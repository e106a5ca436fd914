import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasProgram } from './interoperability/program.ts'

// boofuzz as a peer of `npm run bench:fuzz`, where whoever runs it has installed it: nothing of it is here.

/** As it comes it writes all its logs and its database; at its best it only sends, and notes nothing on the disk. */
export type BoofuzzMode = 'as it comes' | 'at its best'

/** OPTIONS with four texts that are changed. The clock begins with the first case, behind what boofuzz counts before; the result leaves at descriptor 3. */
const program = `
import os, signal, socket, sys, time
from boofuzz import Request, Session, Static, String, Target, UDPSocketConnection

port, seconds, best = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3] == 'at its best'
probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
probe.bind(('127.0.0.1', 0))
own = probe.getsockname()[1]
probe.close()

begun = None

def begin(target, fuzz_data_logger, session, sock):
    global begun
    if begun is None:
        begun = (time.monotonic(), session.num_cases_actually_fuzzed)
        signal.setitimer(signal.ITIMER_REAL, seconds)

def over(*_):
    cases = session.num_cases_actually_fuzzed - begun[1]
    os.write(3, str(cases / (time.monotonic() - begun[0])).encode())
    os._exit(0)

signal.signal(signal.SIGALRM, over)
quiet = dict(receive_data_after_each_request=False, receive_data_after_fuzz=False, check_data_received_each_request=False,
             fuzz_loggers=[], web_port=None, reuse_target_connection=True, db_filename=':memory:')
connection = UDPSocketConnection('127.0.0.1', port, bind=('127.0.0.1', own))
session = Session(target=Target(connection=connection), pre_send_callbacks=[begin], **(quiet if best else {}))
session.connect(Request('OPTIONS', children=(
    Static('line', 'OPTIONS sip:element@127.0.0.1:%d SIP/2.0\\r\\nMax-Forwards: 70\\r\\nCSeq: 1 OPTIONS\\r\\n' % port),
    Static('via', 'Via: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bKboofuzz\\r\\nFrom: "' % own),
    String('name', 'Somebody'), Static('from', '" <sip:a@127.0.0.1>;tag=1\\r\\nTo: <sip:'),
    String('user', 'b'), Static('to', '@127.0.0.1>\\r\\nCall-ID: '),
    String('call', '1234567890'), Static('host', '@127.0.0.1\\r\\nUser-Agent: '),
    String('agent', 'boofuzz'), Static('end', '\\r\\nContent-Length: 0\\r\\n\\r\\n'),
)))
session.fuzz()
`

export const hasBoofuzz = (): boolean =>
  hasProgram('python3') && spawnSync('python3', ['-c', 'import boofuzz'], { stdio: 'ignore' }).status === 0

/** Cases that boofuzz plays each second against the element at that port of this machine. */
export async function measureBoofuzz(port: number, seconds: number, mode: BoofuzzMode): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'mcx-bench-boofuzz-'))
  const child = spawn('python3', ['-c', program, String(port), String(seconds), mode], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  let told = ''
  child.stdio[3]?.on('data', (text) => (told += String(text)))
  const giveUp = setTimeout(() => child.kill('SIGKILL'), (seconds + 30) * 1000)
  await once(child, 'close')
  clearTimeout(giveUp)
  rmSync(folder, { recursive: true, force: true })
  if (told === '') throw new Error('boofuzz ended without a result: look at it by python3 -c "import boofuzz"')
  return Number(told)
}
