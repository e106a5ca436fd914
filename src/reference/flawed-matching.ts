import type { SipMessage } from '#wire/sip'
import { boundedTable } from './bounded-table.ts'
import { branchOf, nameOf } from './received-request.ts'

const mostBranches = 20_000

/** Whether a request with its branch and method came before that is none of its transaction, for its sender is another (only ever asked by a defect). */
export function flawedMatching(): (request: SipMessage) => boolean {
  const first = boundedTable<string>(mostBranches)
  return (request) => {
    const key = `${branchOf(request)} ${request.startLine.kind === 'request' ? request.startLine.method : ''}`
    const known = first.get(key)
    if (known === undefined) first.set(key, nameOf(request))
    return known !== undefined && known !== nameOf(request)
  }
}
