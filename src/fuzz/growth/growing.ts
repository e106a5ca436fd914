import type { FuzzCase } from '../case.ts'

/** The operation of what shows over a whole campaign alone: no single case brings it about. */
export const growing = 'a whole campaign'

export const isGrowing = ({ ops }: FuzzCase): boolean => ops.some(({ op }) => op === growing)
