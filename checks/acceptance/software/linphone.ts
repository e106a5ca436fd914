import { address, type Software } from './software.ts'

/** Linphonec, answers by itself; each time with a home that is empty. */
export const linphone: Software = {
  command: 'linphonec',
  scenarios: 'element/*',
  rate: 80,
  setUp: (port) => ({
    // What it keeps in its home may end it at each start that follows. It asks for answers at a terminal: what it reads stays open and empty.
    start: ['sh', './start.sh'],
    files: {
      'start.sh': `rm -rf home
mkdir -p home/.local/share/linphone
cp linphonerc home/linphonerc
HOME=$PWD/home TERM=dumb exec linphonec -a -c home/linphonerc
`,
      linphonerc: `[sip]
sip_port=${port}
sip_tcp_port=0
sip_tls_port=0
bind_address=${address}
guess_hostname=0
contact=sip:alice@${address}:${port}
use_ipv6=0
[rtp]
audio_rtp_port=${port + 2}
`,
    },
  }),
}
