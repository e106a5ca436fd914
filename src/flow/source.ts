/** Where a text comes from: a contribution under study, a published specification, an IETF RFC, or a default of ours. */
export type Basis = 'seed' | 'published' | 'rfc' | 'default-binding'

/** A clause of a document and the weight it has: `{ doc: 'TR 23.781', clause: '6.x.1', basis: 'seed' }`. */
export interface Source {
  readonly doc: string
  readonly clause: string
  readonly basis: Basis
}
