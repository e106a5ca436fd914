import { characters } from '../grammar.ts'
import { type Family, many } from '../header-family.ts'
import type { Parameter } from '../message.ts'
import { error } from '../rule.ts'
import { isQualityValue } from './contact.ts'
import { judgeParameter, type TokenReading, tokenWith, writeToken } from './token-parameters.ts'

const malformed = error('security-mechanism-malformed', 'RFC 3329 2.2')

/** One value of Security-Client, Security-Server or Security-Verify (RFC 3329 2.2). */
export interface SecurityMechanism {
  /** `tls`, `digest`, `ipsec-3gpp`, ... */
  readonly mechanism: string
  readonly preference: number | undefined
  readonly parameters: readonly Parameter[]
}

export const securityMechanisms = (): Family<TokenReading, SecurityMechanism> =>
  many<TokenReading, SecurityMechanism>('RFC 3329 2.2', {
    value: tokenWith(characters.token, malformed, 'a security mechanism', (source, read) =>
      judgeParameter(source, read, 'q', malformed, isQualityValue, '0 to 1 with up to three decimals'),
    ),
    malformed,
    view(read) {
      const q = read.parameter('q')
      return { mechanism: read.token, preference: q === undefined ? undefined : Number(q), parameters: read.parameters }
    },
    write: ({ mechanism, parameters }) => writeToken({ token: mechanism, parameters }),
  })
