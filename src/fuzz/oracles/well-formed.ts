import { statusOf } from '#wire/sip'
import { isWellFormed, torture } from '../kinds/torture.ts'
import { complaint, lineOf, type Oracle } from '../oracle.ts'

/** What asks for something that MC services have elements for, which a torture message lacks: they may find fault with that. */
const asked: ReadonlySet<string> = new Set(['INVITE', 'REGISTER', 'MESSAGE', 'SUBSCRIBE', 'PUBLISH'])

/** A torture message that is right in every octet may be refused for what it asks, and is not malformed (RFC 4475 3.1.1, RFC 5118 4). */
export const wellFormed: Oracle = ({ one: { edits }, scenario, read, observation: { finals } }) => {
  const [edit] = edits
  const [first] = finals
  if (edits.length !== 1 || edit?.kind !== torture.name || !isWellFormed(String(edit.p)) || first === undefined)
    return []
  if (statusOf(first) !== 400 || read.violations.some(({ level }) => level === 'sip')) return []
  const { startLine } = read.message
  const lacks = startLine.kind !== 'request' || asked.has(startLine.method)
  if (lacks && scenario.mayRefuse !== true) return []
  const what = `${String(edit.p)} is called malformed`
  return [complaint('class', 'RFC 4475 3.1.1', 'legality', what, 'any answer but 400', lineOf(first))]
}
