import { hash } from 'node:crypto'
import { canonical, type Json } from './json.ts'

/**
 * Where an edit is made: `m` in the information elements, before anything is signed or encoded; `a` in the structure of the
 * message, whole parts of it in the place of others; `b` in its octets; `f` in its framing and transport.
 */
export type Layer = 'm' | 'a' | 'b' | 'f'

/** What becomes of a length or a signature that no longer fits after an edit. */
type Repair = 'recompute' | 'freeze' | 'strip'

/** One change to one message. What it names need not be there: then it changes nothing, and that is recorded. */
export interface Edit {
  /** Step of the scenario whose message is changed. */
  readonly at: string
  /** Part of the message: `From.tag`, `Request-URI.host`, `body[0]/mcptt-Params/mcptt-client-id`. */
  readonly path: string
  readonly kind: string
  readonly p?: string | number
  readonly layer: Layer
  /** Of Content-Length; recomputed unless said. */
  readonly repair?: Repair
}

/** One change to the course of a flow. */
export interface FlowOperation {
  readonly op: string
  readonly at: string
  readonly p?: Json
}

/** One case, as plain JSON: everything that decides which octets leave, but the identifiers drawn when it is played. */
export interface FuzzCase {
  readonly v: 1
  readonly scenario: string
  /** Named valid variation of the information elements. */
  readonly baseline: string
  readonly edits: readonly Edit[]
  readonly ops: readonly FlowOperation[]
}

/** The canonical text of a case: the same case, the same text. */
export const canonicalCase = (one: FuzzCase): string => canonical(one as unknown as Json)

/** A short name of a case that depends on nothing but the case. */
export const hashOf = (one: FuzzCase): string => hash('sha256', canonicalCase(one)).slice(0, 16)

/** A case as people read it: `migration/...@partnerServer: From.tag empty`. */
export function titleOf({ scenario, edits, ops }: FuzzCase): string {
  const changes = [
    ...edits.map(({ path, kind, p }) => `${path} ${kind}${p === undefined ? '' : ` ${short(p)}`}`),
    ...ops.map(({ op, at, p }) => `${op} at ${at}${p === undefined ? '' : ` ${short(p)}`}`),
  ]
  return `${scenario}: ${changes.length === 0 ? 'as it is' : changes.join(' + ')}`
}

const short = (value: Json): string => {
  const text = typeof value === 'string' ? value : canonical(value)
  const shown = JSON.stringify(text).slice(1, -1)
  return shown.length > 40 ? `${shown.slice(0, 37)}...` : shown
}

/** Reads a case as `case.json` has it; throws an `Error` of one line that names the key. */
export function readCase(value: unknown): FuzzCase {
  const one = value as Partial<FuzzCase> | null
  const fault = (key: string, expected: string): never => {
    throw new Error(`case.json: ${key}: expected ${expected}`)
  }
  if (typeof one !== 'object' || one === null) return fault('the document', 'an object')
  if (one.v !== 1) return fault('v', '1')
  if (typeof one.scenario !== 'string') return fault('scenario', 'the name of a scenario')
  const { scenario, baseline = 'plain', edits = [], ops = [] } = one
  if (!Array.isArray(edits) || edits.some((each) => !isEdit(each))) return fault('edits', 'a list of edits')
  if (!Array.isArray(ops) || ops.some((each) => !isOperation(each))) return fault('ops', 'a list of flow operations')
  return { v: 1, scenario, baseline, edits, ops }
}

const isEdit = (value: unknown): boolean => {
  const edit = value as Partial<Edit> | null
  return (
    [edit?.at, edit?.path, edit?.kind].every((one) => typeof one === 'string') && 'mabf'.includes(edit?.layer ?? '-')
  )
}

const isOperation = (value: unknown): boolean => {
  const operation = value as Partial<FlowOperation> | null
  return typeof operation?.op === 'string' && typeof operation.at === 'string'
}
