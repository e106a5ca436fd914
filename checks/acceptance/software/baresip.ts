import { address, type Software } from './software.ts'

/** One account without registration, answers by itself; its sound is made up, 8 000 Hz. */
export const baresip: Software = {
  command: 'baresip',
  scenarios: 'element/*',
  rate: 150,
  setUp: (port) => ({
    start: ['baresip', '-f', '.'],
    files: {
      // "lo" would not do: the interface is named by its address.
      config: `sip_listen ${address}:${port}
net_interface ${address}
call_max_calls 0
call_local_timeout 5
audio_player aubridge,nil
audio_source ausine,440
audio_alert aubridge,nil
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
module_path /usr/lib/baresip/modules
module g711.so
module ausine.so
module aubridge.so
module uuid.so
module_app account.so
module_app menu.so
`,
      accounts: `<sip:alice@${address}:${port}>;regint=0;answermode=auto\n`,
      contacts: '',
    },
  }),
}
