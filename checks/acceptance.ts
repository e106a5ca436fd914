import type { Row } from './acceptance/row.ts'

// `npm run acceptance [-- row [what it takes]]`: what the product must show, each row as a stranger would see it, by child processes.

const rows = {
  cases: () => import('./acceptance/cases.ts'),
  seeds: () => import('./acceptance/seeds.ts'),
  'same-octets': () => import('./acceptance/same-octets.ts'),
  kill: () => import('./acceptance/kill.ts'),
  others: () => import('./acceptance/others.ts'),
  'two-testers': () => import('./acceptance/two-testers.ts'),
  'media-truth': () => import('./acceptance/media-truth.ts'),
  'crash-points': () => import('./acceptance/crash-points.ts'),
  'wrong-use': () => import('./acceptance/wrong-use.ts'),
  'two-systems': () => import('./acceptance/two-systems.ts'),
  interrupt: () => import('./acceptance/interrupt.ts'),
  'mutated-answers': () => import('./acceptance/mutated-answers.ts'),
  'fuzz-smoke': () => import('./acceptance/fuzz-smoke.ts'),
  'fuzz-clean': () => import('./acceptance/fuzz-clean.ts'),
  'real-software': () => import('./acceptance/real-software.ts'),
  'fuzz-growth': () => import('./acceptance/fuzz-growth.ts'),
  'fuzz-decoys': () => import('./acceptance/fuzz-decoys.ts'),
  'fresh-clone': () => import('./acceptance/fresh-clone.ts'),
} as const satisfies Readonly<Record<string, () => Promise<{ readonly row: Row }>>>

const isRow = (name: string): name is keyof typeof rows => name in rows

async function hold(name: keyof typeof rows, args: readonly string[]): Promise<boolean> {
  const { row } = await rows[name]()
  console.log(`${name}: ${row.shows}`)
  let faults: readonly string[]
  try {
    faults = await row.look(args, (line) => console.log(line))
  } catch (problem) {
    faults = [problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)]
  }
  for (const fault of faults.slice(1)) console.log(`fault: ${fault}`)
  console.log(faults.length === 0 ? `${name} held\n` : `${name} NOT HELD: ${faults[0]}\n`)
  return faults.length === 0
}

const [name, ...args] = process.argv.slice(2)
if (name !== undefined && !isRow(name)) {
  console.error(`no row is called ${name}; rows: ${Object.keys(rows).join(', ')}`)
  process.exit(2)
}
const held: boolean[] = []
for (const one of name === undefined ? Object.keys(rows).filter(isRow) : [name]) held.push(await hold(one, args))
process.exitCode = held.every(Boolean) ? 0 : 1
