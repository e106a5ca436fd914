import { characters } from '../grammar.ts'
import { type Family, one, viewOf } from '../header-family.ts'
import type { Parameter } from '../message.ts'
import { error } from '../rule.ts'
import { type TokenReading, tokenWith, writeToken } from './token-parameters.ts'

const malformed = error('answer-mode-malformed', 'RFC 5373 4.2')

/** Answer-Mode and Priv-Answer-Mode (RFC 5373 4.2). */
export interface AnswerMode {
  /** `Auto`, `Manual` or an extension, as it came. */
  readonly mode: string
  readonly require: boolean
  readonly parameters: readonly Parameter[]
}

export const answerMode = (): Family<TokenReading, AnswerMode> =>
  one<TokenReading, AnswerMode>('RFC 5373 4.2', {
    value: tokenWith(characters.token, malformed, 'Auto or Manual'),
    malformed,
    view: viewOf<TokenReading, AnswerMode>({
      mode: (read) => read.token,
      require: (read) => read.parameter('require') !== undefined,
      parameters: (read) => read.parameters,
    }),
    write: ({ mode, parameters }) => writeToken({ token: mode, parameters }),
  })
