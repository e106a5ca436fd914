import type { Verdict } from './verdict.ts'

/** Where a requirement comes from. Only the first three can carry a `fail` by themselves. */
export type Basis = 'seed' | 'published' | 'rfc' | 'default-binding'

/** A place in a document: `{ doc: 'TR 23.781', clause: '6.x.1' }`. */
export interface Clause {
  readonly doc: string
  readonly clause: string
}

/** A clause together with the weight it has in a verdict. */
export interface Source extends Clause {
  readonly basis: Basis
}

export const cite = ({ doc, clause }: Clause): string => `${doc} ${clause}`

/**
 * The rule of basis: what rests on a default binding of ours is a `fail` only when the operator selected that
 * profile; else it is inconclusive, since no published text was broken.
 */
export const weigh = (basis: Basis, profileSelected: boolean): Extract<Verdict, 'fail' | 'inconclusive'> => {
  switch (basis) {
    case 'seed':
    case 'published':
    case 'rfc':
      return 'fail'
    case 'default-binding':
      return profileSelected ? 'fail' : 'inconclusive'
  }
}
