import type { Kind } from '../kind.ts'
import { genericKinds } from './generic.ts'
import { integerKinds } from './integer.ts'

/** Every way to change a part of a message. */
export const kinds: readonly Kind[] = [...integerKinds, ...genericKinds]

const byName = new Map(kinds.map((kind) => [kind.name, kind]))
export const kindNamed = (name: string): Kind | undefined => byName.get(name)
