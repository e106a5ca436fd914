import { address, type Software } from './software.ts'

const modules = ['sl', 'pv', 'maxfwd', 'usrloc', 'registrar', 'textops', 'siputils', 'sanity', 'tm']

/** Registrar without a database; `sanity_check()`; anything but REGISTER and ACK is answered 200. */
export const kamailio: Software = {
  command: 'kamailio',
  scenarios: 'element/*',
  rate: 150,
  setUp: (port) => ({
    // -x fm: the default allocator is for debugging, and slow.
    start: 'kamailio -DD -E -x fm -m 128 -M 8 -Y . -P ./pid -f ./kamailio.cfg'.split(' '),
    files: {
      'kamailio.cfg': `#!KAMAILIO
debug=0
log_stderror=yes
fork=yes
children=1
disable_tcp=yes
auto_aliases=no
listen=udp:${address}:${port}
${modules.map((name) => `loadmodule "${name}.so"`).join('\n')}
modparam("usrloc", "db_mode", 0)

request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (!sanity_check("17895", "7")) exit;
  if (is_method("ACK")) exit;
  if (is_method("REGISTER")) { save("location"); exit; }
  sl_send_reply("200", "OK");
}
`,
    },
  }),
}
