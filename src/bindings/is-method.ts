import type { SipMessage } from '#wire/sip'

export const isMethod = ({ startLine }: SipMessage, method: string): boolean =>
  startLine.kind === 'request' && startLine.method === method
