import { header, headers, parameter, readNameAddress, sameUri, type SipMessage, splitList } from '#wire/sip'

/** The seconds a 200 grants to a Contact (RFC 3261 10.2.4): those of its own Contact, else of Expires, else what was asked for. */
export function grantedSeconds(response: SipMessage, contact: string, asked: number): number {
  const own = readNameAddress(contact)
  const granted = headers(response, 'contact')
    .flatMap((field) => splitList(field))
    .map((value) => readNameAddress(value))
    .find((one) => one !== undefined && own !== undefined && sameUri(one.uri, own.uri))
  const said = (granted && parameter(granted.parameters, 'expires')) ?? header(response, 'expires')
  return said !== undefined && /^\d{1,10}$/.test(said.trim()) ? Number(said) : asked
}
