import { address, type Software } from './software.ts'

/** A scenario that receives OPTIONS and answers 200; `element/options*` alone. */
export const sipp: Software = {
  command: 'sipp',
  scenarios: 'element/options*',
  rate: 80,
  setUp: (port) => ({
    // Without a large buffer SIPp loses datagrams of its own; without -nostdin it waits for keys.
    start: [
      ...['sipp', '-sf', './options.xml', '-i', address, '-p', String(port), '-t', 'u1', '-nostdin'],
      ...['-mp', String(port + 2), '-buff_size', '4194304'],
    ],
    files: {
      'options.xml': `<?xml version="1.0" encoding="UTF-8"?>
<scenario name="OPTIONS is answered 200">
  <recv request="OPTIONS"/>
  <send>
    <![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[pid]SIPpTag01[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port]>
Allow: OPTIONS
Content-Length: 0

    ]]>
  </send>
</scenario>
`,
    },
  }),
}
