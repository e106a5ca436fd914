import { characters, firstOutside } from '../grammar.ts'
import { error, type JudgeField, quoted } from '../rule.ts'

const malformed = error('call-id-malformed', 'RFC 3261 20.8')

/** Call-ID (RFC 3261 20.8): word [ "@" word ]. */
export const judgeCallId: JudgeField = (field, report) => {
  const at = field.value.indexOf('@')
  const words = at === -1 ? [field.value] : [field.value.slice(0, at), field.value.slice(at + 1)]
  if (words.some((word) => word === '' || firstOutside(word, characters.word) !== -1)) {
    report(malformed, `expected word or word@word, came ${quoted(field.value)}`)
  }
}
