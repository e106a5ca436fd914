import type { IeValues } from '#bindings'
import type { DefectName } from './defects.ts'

const identities = new Set(['mcServiceId', 'temporaryId', 'callingParty', 'calledParty', 'groupId', 'redirectedTo'])

/** The identities of a request as a defect reads them. */
export function flawedIdentities(ies: IeValues, defective: (name: DefectName) => boolean): IeValues {
  const noCase = defective('user-part-without-case')
  const cut = defective('user-part-cut-at-nul')
  const cased = defective('domain-with-case')
  if (!noCase && !cut && !cased) return ies
  const read = (uri: string): string => {
    // Of nobody who is known here.
    if (cased && /@.*[A-Z]/.test(uri)) return `${uri}.invalid`
    const whole = cut ? uri.replace(/%00[^@]*(?=@)/, '') : uri
    return noCase ? whole.replace(/^[^@]*(?=@)/, (user) => user.toLowerCase()) : whole
  }
  return Object.fromEntries(Object.entries(ies).map(([key, value]) => [key, identities.has(key) ? read(value) : value]))
}
