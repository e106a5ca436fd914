import { isToken, splitOutside } from '../grammar.ts'
import { error, type JudgeField, quoted } from '../rule.ts'

const malformed = error('credentials-malformed', 'RFC 3261 25.1')

/** Authorization, WWW-Authenticate and their proxy kin (RFC 3261 20.7, 20.44): a scheme, then name=value pairs or a token. */
export const judgeCredentials: JudgeField = (field, report) => {
  const space = field.value.indexOf(' ')
  const scheme = space === -1 ? field.value : field.value.slice(0, space)
  const rest = space === -1 ? '' : field.value.slice(space + 1).trim()
  if (!isToken(scheme) || rest === '') {
    report(malformed, `expected a scheme and its parameters, came ${quoted(field.value)}`)
    return
  }
  // A bearer token is one word without a comma (RFC 8898): only lists of pairs are judged further.
  if (!rest.includes(',')) return
  for (const pair of splitOutside(rest, ',')) {
    const equals = pair.indexOf('=')
    if (equals === -1 || !isToken(pair.slice(0, equals).trim())) {
      report(malformed, `expected name=value between commas, came ${quoted(pair)}`)
    }
  }
}
