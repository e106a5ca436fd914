import { isToken } from '../grammar.ts'
import { splitList } from '../list.ts'
import { error, type JudgeField, quoted } from '../rule.ts'

const notToken = error('token-list-malformed', 'RFC 3261 7.3.1')

/** Allow, Supported, Require, Proxy-Require, Unsupported, Content-Encoding (RFC 3261 20.5, 20.37, 20.32, ...): tokens and commas. */
export const judgeTokenList: JudgeField = (field, report) => {
  for (const value of splitList(field.value)) {
    if (!isToken(value)) report(notToken, `expected tokens between commas, came ${quoted(value)}`)
  }
}
