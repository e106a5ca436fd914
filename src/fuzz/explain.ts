import type { Edit, FuzzCase } from './case.ts'
import { kindNamed } from './kinds/index.ts'
import type { Place } from './place.ts'

/** How other cases are tried. */
export interface Tried {
  /** Which of the cases show the same finding. */
  readonly failing: (cases: readonly FuzzCase[]) => Promise<readonly FuzzCase[]>
  readonly timeLeft: () => boolean
}

export interface ExplainOptions extends Tried {
  readonly placeAt: (path: string) => Place | undefined
  readonly textOf: (place: Place) => string
}

/** What of each edit matters, by trying others in its place: `any number above 255`, `this one alone`. */
export async function explainCase(one: FuzzCase, options: ExplainOptions): Promise<readonly string[]> {
  const said: string[] = []
  for (const [index, edit] of one.edits.entries()) {
    if (!options.timeLeft()) break
    const withEdit = (other: Edit): FuzzCase => ({ ...one, edits: one.edits.with(index, other) })
    const why = await explainEdit(edit, withEdit, options)
    if (why !== undefined) said.push(`${edit.path}: ${why}`)
  }
  return said
}

/** So many other parameters are tried. */
const mostOthers = 12

async function explainEdit(
  edit: Edit,
  withEdit: (other: Edit) => FuzzCase,
  options: ExplainOptions,
): Promise<string | undefined> {
  const kind = kindNamed(edit.kind)
  const place = options.placeAt(edit.path)
  if (kind === undefined || place === undefined || edit.p === undefined) return undefined
  if (edit.kind === 'number') return explainNumber(edit, withEdit, options)
  const others = kind.parameters(options.textOf(place), place).filter((p) => p !== edit.p)
  const step = Math.max(1, Math.floor(others.length / mostOthers))
  const some = others.filter((_, index) => index % step === 0).slice(0, mostOthers)
  const cases = some.map((p) => withEdit({ ...edit, p }))
  const failing = await options.failing(cases)
  const names = some.filter((_, index) => failing.includes(cases[index] as FuzzCase))
  return namesOf(
    edit.kind,
    JSON.stringify(edit.p),
    some.length,
    names.map((name) => JSON.stringify(name)),
  )
}

/** One of a kind and so many others were tried, and these others show the same. */
export function namesOf(kind: string, own: string, tried: number, others: readonly string[]): string {
  const words = (...parts: readonly string[]): string => parts.filter(Boolean).join(' ')
  if (others.length === 0) return `${words(kind, own)} alone, of ${1 + tried} tried`
  if (others.length === tried) return `any ${words(kind, `of ${1 + tried}`)} tried`
  return `${words(kind, [own, ...others].join(', '))}, of ${1 + tried} tried`
}

/** Where numbers begin to matter: halving between the greatest that is taken well and the one that is not. */
async function explainNumber(
  edit: Edit,
  withEdit: (other: Edit) => FuzzCase,
  { failing, timeLeft }: ExplainOptions,
): Promise<string | undefined> {
  const text = String(edit.p)
  if (!/^\d+$/.test(text)) return undefined
  const fails = async (numbers: readonly bigint[]): Promise<readonly boolean[]> => {
    const cases = numbers.map((number) => withEdit({ ...edit, p: String(number) }))
    const bad = await failing(cases)
    return cases.map((one) => bad.includes(one))
  }
  const value = BigInt(text)
  const above = [value + 1n, value * 2n + 1n, value + 1000n]
  const aboveFail = (await fails(above)).every(Boolean)
  let least = 0n
  let most = value
  const [zeroFails = false] = value === 0n ? [true] : await fails([0n])
  while (!zeroFails && most - least > 1n && timeLeft()) {
    const part = (most - least) / 8n
    const points = part === 0n ? [(least + most) / 2n] : [1n, 2n, 3n, 4n, 5n, 6n, 7n].map((n) => least + n * part)
    const bad = await fails(points)
    const first = bad.indexOf(true)
    if (first === -1) least = points.at(-1) ?? least
    else {
      most = points[first] ?? most
      least = points[first - 1] ?? least
    }
  }
  if (zeroFails) return aboveFail ? 'any number' : `numbers up to ${value}`
  return aboveFail ? `any number above ${most - 1n}` : `${most}${most === value ? '' : ` to ${value}`}, not all above`
}
