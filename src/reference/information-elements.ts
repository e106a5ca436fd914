import type { Decoded, IeValues } from '#bindings'
import { serverKeyOf } from './communication-name.ts'
import { readMcServiceId } from './mc-service-id.ts'

const profileIndex = /^\d{1,10}$/
const systemName = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/

/** What makes a value of an information element unusable, by its key; a key without a row takes any text. */
const usable: Readonly<Record<string, (value: string) => boolean>> = {
  mcServiceId: (value) => readMcServiceId(value) !== undefined,
  temporaryId: (value) => readMcServiceId(value) !== undefined,
  partnerSystem: (value) => systemName.test(value),
  userProfileIndex: (value) => profileIndex.test(value),
  callingParty: (value) => readMcServiceId(value) !== undefined,
  calledParty: (value) => readMcServiceId(value) !== undefined,
  otherUser: (value) => readMcServiceId(value) !== undefined,
  formerServer: (value) => serverKeyOf(value) !== undefined,
  newServer: (value) => serverKeyOf(value) !== undefined,
  controllingServer: (value) => serverKeyOf(value) !== undefined,
  groupId: (value) => readMcServiceId(value) !== undefined,
  redirectedTo: (value) => readMcServiceId(value) !== undefined,
  securityDomain: (value) => /^[a-z][a-z0-9+.-]*:[^\s<>"]{1,500}$/i.test(value),
  endToEndSecurity: (value) => value === 'true',
  result: (value) => value === 'accepted' || value === 'refused',
}

/** The first thing wrong with a message, as a clause without a full stop; `undefined` when it can be used. */
export function faultIn(decoded: Decoded, mandatory: readonly string[]): string | undefined {
  const missing = mandatory.find((ie) => decoded.ies[ie] === undefined)
  if (missing !== undefined) return `${missing} is missing`
  const bad = Object.entries(decoded.ies).find(([ie, value]) => usable[ie]?.(value) === false)
  if (bad !== undefined) return `${bad[0]} cannot be used`
  const problem = decoded.problems[0]
  return problem === undefined ? undefined : `${problem.field}: ${problem.requirement}`
}

/** The elements that are there, without those that are `undefined`. */
export const present = (ies: Readonly<Record<string, string | undefined>>): IeValues =>
  Object.fromEntries(Object.entries(ies).filter((entry): entry is [string, string] => entry[1] !== undefined))

/** Whether a message says that its communication is an emergency one. */
export const isEmergency = (ies: IeValues): boolean => ies['emergencyIndicator'] === 'true'
