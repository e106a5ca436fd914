import { address, nextPort } from './elements.ts'
import { type Program, startProgram, temporaryFolder } from './program.ts'

export interface Baresip {
  readonly port: number
  readonly program: Program
  /** Where `ctrl_tcp` takes commands. */
  readonly controlPort: number
}

/** Starts the user agent baresip: it registers with that registrar and answers calls by itself. */
export function startBaresip(registrarPort: number, transport: 'udp' | 'tcp', domain: string): Baresip {
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
    accounts: `<sip:alice@${domain};transport=${transport}>;auth_user=alice;auth_pass=password;outbound="${proxy}";regint=60;answermode=auto\n`,
    contacts: '',
  })
  return { port, controlPort, program: startProgram('baresip', ['-f', folder, '-v'], folder) }
}
