import { type Family, one, type ReadValue, refused, viewOf } from '../header-family.ts'
import { scanParameters, writeParameters } from '../parameters.ts'
import type { Parameter } from '../message.ts'
import { error, type Rule } from '../rule.ts'
import { skipWhite, trimEnd } from '../source.ts'
import { endOfCallId } from './call-id.ts'
import { requireParameter, TokenReading } from './token-parameters.ts'

/** Replaces (RFC 3891 6.1), Join (RFC 3911 7.1) and Target-Dialog (RFC 4538 7): another dialog, as its receiver sees it. */
export interface DialogIdentifier {
  readonly callId: string
  /** `to-tag`; `local-tag` in Target-Dialog. */
  readonly localTag: string
  /** `from-tag`; `remote-tag` in Target-Dialog. */
  readonly remoteTag: string
  /** `early-only` of Replaces. */
  readonly earlyOnly: boolean
  readonly parameters: readonly Parameter[]
}

const dialogIdentifier = (
  clause: string,
  malformed: Rule,
  local: string,
  remote: string,
): Family<TokenReading, DialogIdentifier> => {
  const value: ReadValue<TokenReading> = (source, from, end) => {
    const start = skipWhite(source, from, end)
    const stop = endOfCallId(source, start, end)
    if (stop === -1) return refused(source, malformed, start, end, 'a Call-ID and two tags')
    const parameters = skipWhite(source, stop, end)
    const at = scanParameters(source, parameters, end, clause)
    source.at = at
    const read = new TokenReading(source, start, stop, parameters, trimEnd(source.octets, parameters, at))
    requireParameter(source, read, local, malformed)
    requireParameter(source, read, remote, malformed)
    return read
  }
  return one<TokenReading, DialogIdentifier>(clause, {
    value,
    malformed,
    view: viewOf<TokenReading, DialogIdentifier>({
      callId: (read) => read.token,
      localTag: (read) => read.parameter(local) ?? '',
      remoteTag: (read) => read.parameter(remote) ?? '',
      earlyOnly: (read) => read.parameter('early-only') !== undefined,
      parameters: (read) => read.parameters,
    }),
    write: ({ callId, localTag, remoteTag, parameters }) => {
      const others = parameters.filter(({ name }) => ![local, remote].includes(name.toLowerCase()))
      const tags = [
        { name: local, value: localTag },
        { name: remote, value: remoteTag },
      ]
      return `${callId}${writeParameters([...tags, ...others])}`
    },
  })
}

export const replaces = dialogIdentifier(
  'RFC 3891 6.1',
  error('replaces-malformed', 'RFC 3891 6.1'),
  'to-tag',
  'from-tag',
)
export const join = dialogIdentifier('RFC 3911 7.1', error('join-malformed', 'RFC 3911 7.1'), 'to-tag', 'from-tag')
export const targetDialog = dialogIdentifier(
  'RFC 4538 7',
  error('target-dialog-malformed', 'RFC 4538 7'),
  'local-tag',
  'remote-tag',
)
