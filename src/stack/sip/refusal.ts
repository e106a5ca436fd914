import type { SipMessage } from '#wire/sip'
import type { OutgoingResponse } from './stack.ts'

/** The answer to a request that breaks a rule (RFC 3261 21.4.1, 21.5.6); `undefined` when it breaks none. The reason phrase names the rule. */
export function refusalOf(message: SipMessage): OutgoingResponse | undefined {
  const broken = message.diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
  const first = broken.find(({ rule }) => rule === 'version-not-supported') ?? broken[0]
  if (first === undefined) return undefined
  const [status, phrase] =
    first.rule === 'version-not-supported' ? [505, 'Version Not Supported'] : [400, 'Bad Request']
  return { status, reason: `${phrase}: ${first.rule}, ${first.clause}`, headers: [] }
}
