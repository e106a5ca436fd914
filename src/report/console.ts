import pc from 'picocolors'
import { verdicts, type Finding, type MessageEvent, type RunEvent, type Verdict } from '#verdict'
import { findingLines } from './finding-text.ts'
import { printable } from './printable.ts'
import { standingOf, type Standing } from './run-record.ts'

/** Where the lines go. */
export interface ConsoleOut {
  write(text: string): void
  /** Absent on what is no terminal. */
  readonly isTTY?: boolean | undefined
  /** Width in characters; 80 when unknown. */
  readonly columns?: number | undefined
}

export interface ConsoleOptions {
  readonly out: ConsoleOut
  /** Milliseconds, monotonic. */
  readonly now: () => number
  /** Colours; by default on a terminal unless the environment sets NO_COLOR. */
  readonly colour?: boolean
  /** Where the report will be, printed at the end. */
  readonly report?: string
  /** One line for every case as it ends, and not only for those that did not pass. */
  readonly verbose?: boolean
  /** Findings printed in full; the ones after get one line each. */
  readonly full?: number
}

export interface Console {
  event(event: RunEvent): void
  /** Prints the summary; once. */
  end(): void
}

interface OpenCase {
  role: string
  findings: Finding[]
  messages: Map<number, MessageEvent>
}

const kept = 6

export function createConsole({ out, now, colour, report, verbose = false, full = 20 }: ConsoleOptions): Console {
  const paint = pc.createColors(colour ?? (out.isTTY === true && (process.env.NO_COLOR ?? '') === ''))
  const ink: Record<Verdict, (text: string) => string> = {
    none: paint.dim,
    pass: paint.green,
    inconclusive: paint.yellow,
    fail: paint.red,
    error: paint.magenta,
  }
  const open = new Map<string, OpenCase>()
  const table = new Map<string, Record<Verdict, number>>()
  const standings: Record<Standing, number> = { passed: 0, expected: 0, failed: 0, open: 0 }
  const reasons = new Map<string, number>()
  let expected = 0
  let excluded = 0
  let done = 0
  let [lasted, waited] = [0, 0]
  let printed = 0
  let began = now()
  let shownAt = -Infinity
  let live = 0
  let ended = false
  let interrupted = false

  const wipe = (): void => {
    if (live > 0) out.write('\r\u001b[2K')
    live = 0
  }
  const line = (text = ''): void => {
    wipe()
    out.write(`${text}\n`)
  }
  const counts = (coloured: boolean): string => {
    const total = sum([...table.values()])
    return verdicts
      .toReversed()
      .filter((verdict) => total[verdict] > 0)
      .map((verdict) => (coloured ? ink[verdict] : String)(`${total[verdict]} ${verdict}`))
      .join(', ')
  }

  const progress = (force = false): void => {
    const time = now()
    if (!force && time - shownAt < (out.isTTY ? 100 : 5000)) return
    shownAt = time
    const seconds = Math.max(0.001, (time - began) / 1000)
    const text = `${done} of ${expected} cases  ${seconds < 1 ? '' : `${(done / seconds).toFixed(0)}/s  `}${seconds.toFixed(1)} s`
    if (!out.isTTY) return line(`${text}  ${counts(true)}`)
    wipe()
    const width = (out.columns ?? 80) - 1
    const plain = `${text}  ${counts(false)}`
    const shown = plain.length <= width ? `${text}  ${counts(true)}` : plain.slice(0, width)
    out.write(shown)
    live = shown.length
  }

  const findings = (id: string, of: OpenCase, verdict: Verdict, remark: string): void => {
    line(`${ink[verdict](paint.bold(verdict.toUpperCase()))}  ${printable(id)}${remark}`)
    for (const finding of of.findings) {
      printed += 1
      if (printed > full) {
        line(
          `  ${printable(finding.clause)}  step ${printable(finding.step)}  ${printable(finding.actual).slice(0, 120)}`,
        )
        continue
      }
      const messages = finding.messages.map((seq) => of.messages.get(seq)).filter((message) => message !== undefined)
      for (const text of findingLines({ id }, finding, messages.slice(-kept), 400)) line(text)
    }
    if (printed >= full && printed - of.findings.length < full)
      line(paint.dim('Further findings in short; the report has them in full.'))
    line()
  }

  const caseOf = (id: string): OpenCase => {
    const found = open.get(id) ?? { role: '?', findings: [], messages: new Map() }
    open.set(id, found)
    return found
  }

  const finish = (event: Extract<RunEvent, { event: 'case-finished' }>): void => {
    const of = caseOf(event.case)
    open.delete(event.case)
    done += 1
    lasted += event.duration
    waited += event.waited ?? 0
    const row = table.get(of.role) ?? empty()
    row[event.verdict] += 1
    table.set(of.role, row)
    const standing = standingOf(event.verdict, event.expectedFailure)
    standings[standing] += 1
    if (verbose)
      line(`${ink[event.verdict](event.verdict.padEnd(12))}  ${printable(event.case)}  ${event.duration.toFixed(0)} ms`)
    const declared = event.expectedFailure
    if (standing === 'failed' || standing === 'open')
      findings(event.case, of, event.verdict, declared ? `  declared failure: ${stateInWords[declared.state]}` : '')
  }

  const event = (happened: RunEvent): void => {
    switch (happened.event) {
      case 'run-started':
        began = now()
        expected = Math.max(expected, happened.cases)
        line(
          `${paint.bold(printable(happened.tool.name))} ${printable(happened.tool.version)}  profile ${printable(happened.profile)}  seed ${happened.seed}  ${happened.cases} cases`,
        )
        for (const sut of happened.suts)
          line(`  ${printable(sut.name)}  ${printable(sut.address)}  ${printable(sut.roles.join(', '))}`)
        return
      case 'case-selected':
        caseOf(happened.id).role = happened.role
        return
      case 'case-excluded':
        open.delete(happened.case)
        excluded += 1
        reasons.set(happened.reason, (reasons.get(happened.reason) ?? 0) + 1)
        return
      case 'message': {
        // What comes late, after the verdict, is for the record alone.
        const messages = happened.case === null ? undefined : open.get(happened.case)?.messages
        if (!messages) return
        // Only what a finding may point to: the octets stay in the record.
        messages.set(happened.seq, { ...happened, octets: '' })
        if (messages.size > 64) for (const [seq] of messages) return void messages.delete(seq)
        return
      }
      case 'finding':
        caseOf(happened.case).findings.push(happened.finding)
        return
      case 'case-finished':
        finish(happened)
        progress()
        return
      case 'note':
        if (happened.case === null) line(paint.dim(printable(happened.text)))
        return
      case 'run-finished':
        interrupted = happened.reason === 'interrupted'
        return
      case 'coverage':
      case 'case-started':
      case 'step':
      case 'media':
      case 'crash-point':
    }
  }

  const end = (): void => {
    if (ended) return
    ended = true
    wipe()
    for (const [id, of] of open)
      if (of.findings.length > 0) findings(id, of, 'fail', '  the run ended before a verdict')
    for (const text of summary(table, ink, paint)) line(text)
    const unfinished = open.size
    const seconds = ((now() - began) / 1000).toFixed(1)
    line(`${counted(done, 'case')} in ${seconds} s${interrupted ? paint.yellow(', interrupted') : ''}`)
    if (waited > 0)
      line(
        paint.dim(
          `${Math.round((100 * waited) / lasted)} % of the time of the cases was waiting for what must not come, as the verdicts demand`,
        ),
      )
    if (unfinished > 0)
      line(paint.yellow(`${counted(unfinished, 'case')} selected but not finished: the run ended before a verdict`))
    if (standings.expected > 0)
      line(`${counted(standings.expected, 'declared failure')} met, not counted against the run`)
    if (excluded > 0) line(`${counted(excluded, 'case')} excluded:`)
    for (const [reason, count] of [...reasons].sort((left, right) => right[1] - left[1]).slice(0, 8))
      line(`  ${String(count).padStart(5)}  ${printable(reason)}`)
    if (reasons.size > 8) line(`         ${reasons.size - 8} further reasons in the report`)
    if (report !== undefined) line(`report  ${printable(report)}`)
  }

  return { event, end }
}

const stateInWords: Record<'met' | 'surprise-pass' | 'other-failure' | 'expired', string> = {
  met: 'met',
  'surprise-pass': 'it passed; take the declaration away',
  'other-failure': 'it failed otherwise than declared',
  expired: 'the declaration has expired',
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const empty = (): Record<Verdict, number> => ({ none: 0, pass: 0, inconclusive: 0, fail: 0, error: 0 })

function sum(rows: readonly Record<Verdict, number>[]): Record<Verdict, number> {
  const total = empty()
  for (const row of rows) for (const verdict of verdicts) total[verdict] += row[verdict]
  return total
}

/** Role by verdict, with totals. */
function summary(
  table: ReadonlyMap<string, Record<Verdict, number>>,
  ink: Record<Verdict, (text: string) => string>,
  paint: ReturnType<typeof pc.createColors>,
): string[] {
  if (table.size === 0) return ['Nothing was judged.']
  const columns = ['pass', 'fail', 'inconclusive', 'error', 'none'] as const
  const rows = [...table].sort(([left], [right]) => (left < right ? -1 : 1))
  const width = Math.max(8, ...rows.map(([role]) => printable(role).length))
  const cell = (verdict: Verdict, count: number): string => {
    const text = String(count || '-').padStart(Math.max(6, verdict.length + 2))
    return count > 0 ? ink[verdict](text) : paint.dim(text)
  }
  const rowOf = (name: string, row: Record<Verdict, number>): string =>
    `${printable(name).padEnd(width)}${columns.map((verdict) => cell(verdict, row[verdict])).join('')}${String(columns.reduce((all, verdict) => all + row[verdict], 0)).padStart(8)}`
  const head = `${'role'.padEnd(width)}${columns.map((verdict) => verdict.padStart(Math.max(6, verdict.length + 2))).join('')}${'total'.padStart(8)}`
  return [
    '',
    paint.bold(head),
    ...rows.map(([role, row]) => rowOf(role, row)),
    rowOf('total', sum([...table.values()])),
    '',
  ]
}
