import { connect } from 'node:net'
import { address, nextPort } from './elements.ts'
import { type Program, startProgram, temporaryFolder } from './program.ts'

export interface Baresip {
  readonly port: number
  readonly program: Program
  /** Where `ctrl_tcp` takes commands. */
  readonly controlPort: number
}

/** Starts the user agent baresip: it registers a user, whose password is `password`, with that registrar and answers calls by itself, unless `manual`. */
export function startBaresip(
  registrarPort: number,
  transport: 'udp' | 'tcp',
  domain: string,
  user = 'alice',
  answers: 'auto' | 'manual' = 'auto',
): Baresip {
  // It takes the port after its own for TLS, asked or not.
  const [port, , controlPort] = [nextPort(), nextPort(), nextPort()]
  const proxy = `sip:${address}:${registrarPort};transport=${transport}`
  const folder = temporaryFolder({
    // "lo" would not do: the interface is named by its address.
    config: `sip_listen ${address}:${port}
net_interface ${address}
call_max_calls 4
audio_player aubridge,nil
audio_source aubridge,nil
audio_alert aubridge,nil
rtp_ports 21993-21999
module_path /usr/lib/baresip/modules
module g711.so
module aubridge.so
module uuid.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen ${address}:${controlPort}
`,
    accounts: `<sip:${user}@${domain};transport=${transport}>;auth_user=${user};auth_pass=password;outbound="${proxy}";regint=60;answermode=${answers}\n`,
    contacts: '',
  })
  return { port, controlPort, program: startProgram('baresip', ['-f', folder, '-v'], folder) }
}

/** A command of baresip's ctrl_tcp: JSON in a netstring. */
export function command(port: number, name: string, params = ''): Promise<void> {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify({ command: name, params, token: 't' })
    const socket = connect(port, address, () => socket.write(`${text.length}:${text},`))
    socket.setTimeout(5000, () => socket.destroy(new Error(`baresip did not answer ${name}`)))
    let answer = ''
    socket.on('data', (octets) => {
      answer += octets.toString()
      if (answer.includes('"response":true')) socket.destroy()
    })
    socket.on('error', reject)
    socket.on('close', () => resolve())
  })
}
