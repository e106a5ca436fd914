import { header, parameter, readParameters, type SipMessage } from '#wire/sip'

/** The value of Replaces (RFC 3891 6.1), or of Target-Dialog (RFC 4538 7), seen from him who reads it. */
export interface DialogReference {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  readonly earlyOnly: boolean
}

/**
 * "The to-tag parameter is compared to the local tag, and the from-tag parameter is compared to the remote tag" (RFC 3891 3); the same for
 * Target-Dialog with its local-tag and remote-tag, which are those of the sender (RFC 4538 7). A tag of `0` stands for none.
 */
export function readDialogReference(
  message: SipMessage,
  name: 'replaces' | 'target-dialog',
): DialogReference | 'malformed' | undefined {
  const value = header(message, name)
  if (value === undefined) return undefined
  const semicolon = value.indexOf(';')
  const callId = (semicolon === -1 ? value : value.slice(0, semicolon)).trim()
  const parameters = semicolon === -1 ? [] : readParameters(value.slice(semicolon))
  const [ours, theirs] = name === 'replaces' ? ['to-tag', 'from-tag'] : ['remote-tag', 'local-tag']
  const localTag = parameter(parameters, ours)
  const remoteTag = parameter(parameters, theirs)
  if (callId === '' || localTag === undefined || remoteTag === undefined || value.includes(',')) return 'malformed'
  return { callId, localTag, remoteTag, earlyOnly: parameter(parameters, 'early-only') !== undefined }
}

/** What stands at the other end of a Replaces (RFC 3891 3). */
export interface ReplacesCandidate {
  readonly state: 'early' | 'confirmed' | 'ended'
  readonly initiatedByUs: boolean
}

/** The refusal of a Replaces by its match; `undefined`: it may replace. */
export function refusalOfReplaces(
  candidate: ReplacesCandidate | undefined,
  earlyOnly: boolean,
): readonly [status: number, reason: string] | undefined {
  if (candidate === undefined) return [481, 'Call/Transaction Does Not Exist']
  // "If the Replaces header field matches a dialog that has already terminated, the UA SHOULD decline the request with a 603."
  if (candidate.state === 'ended') return [603, 'Declined']
  // "If [...] the dialog is confirmed and the early-only flag is present, it MUST return a 486."
  if (candidate.state === 'confirmed' && earlyOnly) return [486, 'Busy Here']
  // "If the Replaces header field matches an early dialog that was not initiated by this UA, it returns a 481."
  if (candidate.state === 'early' && !candidate.initiatedByUs) return [481, 'Call/Transaction Does Not Exist']
  return undefined
}
