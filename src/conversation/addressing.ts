import {
  header,
  headers,
  parameter,
  readCSeq,
  readNameAddress,
  readUri,
  readVia,
  splitList,
  type CSeq,
  type NameAddress,
  type SipMessage,
  type Via,
} from '#wire/sip'

// What pairs messages with each other: taken out of their header fields in one place.

export const viasOf = (message: SipMessage): readonly Via[] =>
  headers(message, 'via')
    .flatMap(splitList)
    .map(readVia)
    .filter((via) => via !== undefined)

export const addressOf = (message: SipMessage, name: string): NameAddress | undefined => {
  const value = header(message, name)
  return value === undefined ? undefined : readNameAddress(value)
}

/** All values of Contact, Route, ... that can be read. */
export const addressesOf = (message: SipMessage, name: string): readonly NameAddress[] =>
  headers(message, name)
    .flatMap(splitList)
    .map(readNameAddress)
    .filter((address) => address !== undefined)

export const cseqOf = (message: SipMessage): CSeq | undefined => {
  const value = header(message, 'cseq')
  return value === undefined ? undefined : readCSeq(value)
}

export const callIdOf = (message: SipMessage): string => header(message, 'call-id') ?? ''

export const tagOf = (message: SipMessage, name: 'from' | 'to'): string => {
  const address = addressOf(message, name)
  return address === undefined ? '' : (parameter(address.parameters, 'tag') ?? '')
}

/** The method of a request, or of the request that a response answers. */
export const methodOf = (message: SipMessage): string =>
  message.startLine.kind === 'request' ? message.startLine.method : (cseqOf(message)?.method ?? '')

export const statusOf = (message: SipMessage): number | undefined =>
  message.startLine.kind === 'response' ? message.startLine.status : undefined

/** What people call whoever a URI names: its user part, else its host, else all of it. */
export function shortName(uri: string | undefined): string {
  if (uri === undefined) return 'somebody'
  const read = readUri(uri)
  const name = read?.user ?? (read === undefined || read.host === '' ? uri : read.host)
  return name.length > 40 ? `${name.slice(0, 37)}...` : name
}

/** The values of a comma-separated header field with all its fields together, in lower case. */
export const tokensOf = (message: SipMessage, name: string): readonly string[] =>
  headers(message, name)
    .flatMap(splitList)
    .map((token) => token.toLowerCase())
