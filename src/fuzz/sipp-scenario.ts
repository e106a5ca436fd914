import { correlationIn } from './correlation.ts'

/**
 * A scenario of SIPp that sends the same request, with identifiers of its own; `undefined` where SIPp cannot: it writes lines of text, and puts words in
 * brackets in the place of others.
 */
export function sippScenario(octets: Uint8Array, title: string): string | undefined {
  const text = Buffer.from(octets).toString('latin1')
  if (/[^\t\r\n\x20-\x7e]|[[\]]|\]\]>/.test(text) || /(^|[^\r])\n/.test(text)) return undefined
  const correlation = correlationIn(text)
  const own = correlation === undefined ? text : text.replaceAll(correlation, 'sipp-[call_number]-[pid]')
  const [head = '', ...body] = own.split('\r\n\r\n')
  const request = [head.replace(/(Via: SIP\/2\.0\/UDP )[\d.]+:\d+/, '$1[local_ip]:[local_port]'), ...body].join(
    '\r\n\r\n',
  )
  return [
    '<?xml version="1.0" encoding="ISO-8859-1" ?>',
    '<!DOCTYPE scenario SYSTEM "sipp.dtd">',
    `<scenario name="${title.replace(/[<>&"]/g, ' ')}">`,
    '  <send><![CDATA[',
    request.replaceAll('\r\n', '\n'),
    '  ]]></send>',
    '  <recv response="200" optional="true" />',
    '  <timewait milliseconds="1000" />',
    '</scenario>',
    '',
  ].join('\n')
}
