import { table, type Kind, type Rows } from '../kind.ts'

/** Lines of SDP (5.8). */
const lines: Rows = {
  'unknown letter': (text) => text.replace(/^./, 'x'),
  'space before': (text) => ` ${text}`,
  'space behind': (text) => `${text} `,
  'space around =': (text) => text.replace('=', ' = '),
  'empty value': (text) => text.slice(0, 2),
  'NUL inside': (text) => `${text}\0`,
  'another media behind': (text) => `${text}\r\nm=audio 0 RTP/AVP 0`,
  '65 media behind': (text) => text + '\r\nm=audio 0 RTP/AVP 0'.repeat(65),
  '65 crypto behind': (text) => text + '\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA'.repeat(65),
  'payload clash behind': (text) => `${text}\r\na=rtpmap:0 OTHER/8000\r\na=rtpmap:0 PCMU/8000`,
  'clock 0 behind': (text) => `${text}\r\na=rtpmap:96 AMR/0`,
  'direction contradicted behind': (text) => `${text}\r\na=sendonly\r\na=recvonly`,
  'connection at the sender behind': (text, { sender: { host } }) => `${text}\r\nc=IN IP4 ${host}`,
  'control at the sender behind': (text, { sender: { host } }) => `${text}\r\na=control:rtsp://${host}/a`,
  'candidate at the sender behind': (text, { sender: { host } }) =>
    `${text}\r\na=candidate:1 1 UDP 1 ${host} 40000 typ host`,
  'fmtp without parameters behind': (text) => `${text}\r\na=fmtp:96`,
  'rtpmap without encoding behind': (text) => `${text}\r\na=rtpmap:96`,
  'attribute without name behind': (text) => `${text}\r\na=`,
  'bandwidth negative behind': (text) => `${text}\r\nb=AS:-1`,
}

const values: Rows = {
  'port 0': (text) => text.replace(/^(\S+) \d+/, '$1 0'),
  'port 65535': (text) => text.replace(/^(\S+) \d+/, '$1 65535'),
  'port 65536': (text) => text.replace(/^(\S+) \d+/, '$1 65536'),
  'number of ports': (text) => text.replace(/^(\S+ \d+)/, '$1/2'),
  'transport unknown': (text) => text.replace(/RTP\/\w+|UDP|udp/, 'UNKNOWN'),
  'no formats': (text) => text.replace(/^(\S+ \d+ \S+).*/, '$1'),
  'format twice': (text) => `${text} 96 96`,
  'format 4294967296': (text) => text.replace(/\d+$/, '4294967296'),
  'media of 1024': (text) => text.replace(/^\S+/, 'a'.repeat(1024)),
  'IPv6 in IPv4': (text) => text.replace(/\d+\.\d+\.\d+\.\d+/, '::1'),
  multicast: (text) => text.replace(/\d+\.\d+\.\d+\.\d+/, '224.2.1.1/127'),
  '0.0.0.0': (text) => text.replace(/\d+\.\d+\.\d+\.\d+/, '0.0.0.0'),
  'a name': (text) => text.replace(/\d+\.\d+\.\d+\.\d+/, 'third.invalid'),
  'version 2^63': (text) => text.replace(/^(\S+ \d+) \d+/, '$1 9223372036854775808'),
  'stop before start': '2 1',
  'named after the sender': (text, { sender: { host } }) => text.replace(/\S+$/, host),
  'first word alone': (text) => text.replace(/ .*/, ''),
  'last word missing': (text) => text.replace(/ \S+$/, ''),
  'no value': (text) => text.replace(/:.*/, ':'),
}

export const sdpKinds: readonly Kind[] = [
  table('SDP line', ['sdp-line'], lines),
  table('SDP value', ['sdp-value'], values),
]
