import type { TlsIdentity, TransportName } from '#transport'
import { address, draft, element, nextPort } from './elements.ts'
import { type Program, removeFolders, startProgram, temporaryFolder } from './program.ts'

export interface Kamailio {
  /** Of UDP and TCP. */
  readonly port: number
  readonly tlsPort: number
  readonly program: Program
}

/** Domain whose users need no password, and domain whose users do. The password of everybody is `password`. */
export const openDomain = 'open.test'
export const closedDomain = 'closed.test'

export interface KamailioOptions {
  readonly identity: TlsIdentity
  readonly algorithm?: 'MD5' | 'SHA-256' | undefined
  readonly nonceSeconds?: number | undefined
}

/**
 * Starts Kamailio as registrar, proxy and redirect server: users whose name begins with `moved` are redirected to their contact. Requests for
 * `closed.test` are challenged, 401 for REGISTER and 407 for others.
 */
export async function startKamailio(options: KamailioOptions): Promise<Kamailio> {
  const { identity } = options
  const [port, tlsPort] = [nextPort(), nextPort()]
  const folder = temporaryFolder({
    'certificate.pem': identity.certificate,
    'key.pem': identity.key,
    'authorities.pem': identity.authorities.join('\n'),
  })
  const settings = temporaryFolder({ 'tls.cfg': tlsProfiles(folder) })
  const program = await launchKamailio(script(port, tlsPort, `${settings}/tls.cfg`, options), port, folder, [settings])
  return { port, tlsPort, program }
}

/** Starts Kamailio with a script and waits until it serves at that port. Both it and the folders go when it is stopped. */
export async function launchKamailio(
  text: string,
  port: number,
  folder = temporaryFolder({}),
  folders: readonly string[] = [],
): Promise<Program> {
  const scripts = temporaryFolder({ 'kamailio.cfg': text })
  // -x fm: the default allocator is for debugging, and slow.
  const words = ['-DD', '-E', '-x', 'fm', '-m', '256', '-M', '8', '-Y', folder, '-P', `${folder}/pid`]
  const started = startProgram('kamailio', [...words, '-f', `${scripts}/kamailio.cfg`], folder)
  const program: Program = {
    ...started,
    async stop() {
      await started.stop()
      removeFolders([...folders, scripts])
    },
  }
  try {
    await waitUntilServing(port, program)
  } catch (error) {
    await program.stop()
    throw error
  }
  return program
}

/** Requests it is asked with, of 3.2 s each. */
const patience = 8

async function waitUntilServing(port: number, program: Program): Promise<void> {
  const asker = await element({ timers: { t1: 50, t2: 400, t4: 500 } })
  const uri = `sip:${address}:${port}`
  // On a machine with much else to do it takes more than the 64*T1 of one request until it listens. Datagrams and connections have processes of
  // their own.
  const serves = async (transport: TransportName): Promise<boolean> => {
    for (let tries = 0; tries < patience; tries++) {
      const { final } = asker.request(draft('OPTIONS', 'sip:check@open.test', uri), { transport, address, port })
      const outcome = await final
      if (outcome.kind === 'response') return true
      if (outcome.kind !== 'timeout') await new Promise((resolve) => setTimeout(resolve, 500))
    }
    return false
  }
  const served = (await serves('udp')) && (await serves('tcp'))
  await asker.close()
  if (!served) throw new Error(`Kamailio does not serve; it said: ${program.output().slice(-3000)}`)
}

const tlsProfiles = (folder: string): string =>
  ['server', 'client']
    .map(
      (side) => `[${side}:default]
method = TLSv1.2+
verify_certificate = yes
require_certificate = yes
certificate = ${folder}/certificate.pem
private_key = ${folder}/key.pem
ca_list = ${folder}/authorities.pem
`,
    )
    .join('\n')

const modules = 'tls tm sl rr pv maxfwd usrloc registrar textops siputils auth sanity corex path kex'.split(' ')

const script = (
  port: number,
  tlsPort: number,
  tlsConfiguration: string,
  { algorithm = 'MD5', nonceSeconds = 300 }: KamailioOptions,
): string => `#!KAMAILIO
debug=0
log_stderror=yes
fork=yes
children=2
tcp_children=2
auto_aliases=no
maxbuffer=4194304
enable_tls=yes
listen=udp:${address}:${port}
listen=tcp:${address}:${port}
listen=tls:${address}:${tlsPort}
alias="${openDomain}"
alias="${closedDomain}"
${modules.map((name) => `loadmodule "${name}.so"`).join('\n')}
modparam("tls", "config", "${tlsConfiguration}")
modparam("usrloc", "db_mode", 0)
modparam("registrar", "use_path", 1)
modparam("registrar", "path_mode", 1)
modparam("registrar", "min_expires", 60)
modparam("auth", "algorithm", "${algorithm}")
modparam("auth", "nonce_expire", ${nonceSeconds})
modparam("auth", "nonce_count", 1)
modparam("auth", "qop", "auth")

request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (!sanity_check("17895", "7")) exit;
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  if (has_totag()) {
    if (loose_route()) { t_relay(); exit; }
    if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
    sl_send_reply("404", "Not Here");
    exit;
  }
  t_check_trans();
  if (is_method("REGISTER")) {
    if ($td == "${closedDomain}") {
      if (!pv_www_authenticate("$td", "password", "0")) { www_challenge("$td", "1"); exit; }
      consume_credentials();
    }
    save("location");
    exit;
  }
  if (is_method("OPTIONS") && $rU == $null) { sl_send_reply("200", "OK"); exit; }
  if ($rd == "${closedDomain}") {
    if (!pv_proxy_authenticate("$fd", "password", "0")) { proxy_challenge("$fd", "1"); exit; }
    consume_credentials();
  }
  if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
  if ($tU =~ "^moved") {
    append_to_reply("Contact: <$ru>\\r\\n");
    sl_send_reply("302", "Moved Temporarily");
    exit;
  }
  if (is_method("INVITE|SUBSCRIBE")) record_route();
  t_relay();
}
`
