import { address } from './elements.ts'
import { launchKamailio } from './kamailio.ts'
import type { Program } from './program.ts'

/** What it does with private calls to users who have migrated, besides passing everything on. */
export interface RedirectServer {
  /** Where it answers instead of whoever is behind it. */
  readonly port: number
  /** The Contact of its 302, as its script has it: `$var(moved)` is the identity in the partner MC system. */
  readonly contact: string
}

/**
 * Starts Kamailio as a record-routing stateful proxy: what comes to one of its ports, UDP or TCP, goes to the one it stands for.
 */
export const startKamailioInFront = (
  ports: ReadonlyMap<number, number>,
  redirects?: RedirectServer,
): Promise<Program> => launchKamailio(script(ports, redirects), [...ports.keys()][0] ?? 0)

const modules = 'tm sl rr pv maxfwd textops textopsx siputils sanity htable kex'.split(' ')

// One process for the datagrams of each port: with several a 200 may overtake its 180.
const script = (ports: ReadonlyMap<number, number>, redirects: RedirectServer | undefined): string => `#!KAMAILIO
debug=0
log_stderror=yes
fork=yes
children=1
tcp_children=2
auto_aliases=no
maxbuffer=4194304
udp_mtu=65000
tcp_rd_buf_size=65536
${[...ports.keys()].flatMap((port) => [`listen=udp:${address}:${port}`, `listen=tcp:${address}:${port}`]).join('\n')}
${modules.map((name) => `loadmodule "${name}.so"`).join('\n')}
modparam("htable", "htable", "migrated=>size=10;")

request_route {
  if (!mf_process_maxfwd_header("70")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("OPTIONS") && $rU == $null) { sl_send_reply("200", "OK"); exit; }
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  if (has_totag() && loose_route()) { t_relay(); exit; }
  if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
  t_check_trans();
${redirects === undefined ? '' : redirecting(redirects)}
  if (is_method("INVITE|SUBSCRIBE")) record_route();
  switch ($Rp) {
${cases(ports, ([own, theirs]) => [own, `$du = "sip:${address}:${theirs};transport=" + $proto`])}
  }
  # Who gets it answers, and calls back, where it came from.
  switch ($sel(via.port)) {
${cases(ports, ([own, theirs]) => [theirs, `$fs = $proto + ":${address}:${own}"`])}
  }
  t_relay();
}
`

const cases = (
  ports: ReadonlyMap<number, number>,
  one: (pair: readonly [number, number]) => readonly [number, string],
): string =>
  [...ports]
    .map((pair) => one(pair))
    .map(([port, act]) => `    case ${port}: ${act}; break;`)
    .join('\n')

/**
 * It learns from the migration requests that it passes on who has migrated, and by which identity, and answers calls to them by 302. It asks nobody
 * whether the caller may call.
 */
const redirecting = ({ port, contact }: RedirectServer): string => `
  if ($Rp == ${port} && is_method("MESSAGE") && $rb =~ "migration-service-authorization-request") {
    $var(user) = ${found('primary-[a-z]*-id[^<]*<[^>]*>', uri)};
    $var(moved) = ${found('partner-[a-z]*-id[^<]*<[^>]*>', uri)};
    if ($var(user) =~ "^sip:" && $var(moved) =~ "^sip:") $sht(migrated=>$var(user)) = $var(moved);
  }
  if ($Rp == ${port} && is_method("INVITE") && !has_totag()) {
    $var(called) = ${found('entry uri=.', uri)};
    if ($sht(migrated=>$var(called)) != $null) {
      $var(moved) = $sht(migrated=>$var(called));
      $var(security) = "";
      if ($rb =~ "end-to-end-security")
        $var(security) = "<PrivateCallKMSURI><PrivateCallKMSURI><uri-entry>https://kms." + $(var(moved){s.select,1,@})
          + "/keymanagement/identity/v1</uri-entry></PrivateCallKMSURI></PrivateCallKMSURI>";
      append_to_reply("Contact: <${contact}>\\r\\n");
      set_reply_body("<?xml version='1.0' encoding='UTF-8'?><mcpttinfo xmlns='urn:3gpp:ns:mcpttInfo:1.0'><mcptt-Params><mcptt-request-uri type='Normal'><mcpttURI>$fu</mcpttURI></mcptt-request-uri><anyExt><request-type>forward-private-call-request</request-type><forwarded-by-mcptt-id>$var(called)</forwarded-by-mcptt-id><forwarding-target-orig-id>$var(called)</forwarding-target-orig-id><forwarding-reason>migrated</forwarding-reason>$var(security)</anyExt></mcptt-Params></mcpttinfo>", "application/vnd.3gpp.mcptt-info+xml");
      t_newtran();
      t_reply("302", "Moved Temporarily");
      exit;
    }
  }
`

const uri = 'sip:[a-zA-Z0-9@.-]*'

/** What stands in the body after that; the whole body when that is not there. */
const found = (before: string, wanted: string): string => `$(rb{re.subst,/^.*${before}(${wanted}).*$/\\1/s})`
