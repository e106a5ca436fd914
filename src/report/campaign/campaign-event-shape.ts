import { z } from 'zod'

const text = z.string()
const number = z.number()
const edits = z.array(
  z.object({ at: text, path: text, kind: text, p: z.union([text, number]).optional(), layer: text }),
)
const ops = z.array(z.object({ op: text, at: text }))
const fuzzCase = z.object({ v: z.literal(1), scenario: text, baseline: text, edits, ops })
const severity = z.enum(['security', 'robustness', 'legality', 'advisory'])

const shape = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('campaign-began'),
    time: text.optional(),
    tool: z.object({ name: text, version: text }).optional(),
    seed: number,
    budget: number,
    scenarios: z.array(text),
    defects: z.array(text),
  }),
  z.object({
    event: z.literal('cells-planned'),
    cells: z.array(z.object({ scenario: text, state: text, field: text, kind: text, planned: number })),
  }),
  z.object({
    event: z.literal('execution'),
    at: number,
    case: text,
    scenario: text,
    edits,
    ops: ops.optional(),
    expected: text,
    answer: text,
    ms: number,
  }),
  z.object({ event: z.literal('batch-survived'), at: number, executions: number, window: number }),
  z.object({
    event: z.literal('finding'),
    signature: text,
    case: fuzzCase,
    complaint: z.object({ oracle: text, clause: text, severity, what: text, expected: text, observed: text }),
    executions: number,
    after: number,
    octets: text,
  }),
  z.object({
    event: z.literal('finding-examined'),
    signature: text,
    title: text,
    case: fuzzCase,
    explanation: z.array(text),
    reproduced: z.object({ times: number, of: number, afresh: z.boolean().optional() }),
    directory: text,
    replay: text,
  }),
  z.object({ event: z.literal('not-shown-again'), at: number, case: fuzzCase, what: z.array(text) }),
  z.object({
    event: z.literal('campaign-ended'),
    executions: number,
    findings: number,
    milliseconds: number,
    notTested: text.optional(),
    undecided: z.array(z.object({ scenario: text, why: text })).optional(),
    cut: text.optional(),
  }),
])

/** The rule a value breaks as an event of a campaign, or undefined when it is one. */
export function problemOfCampaignEvent(value: unknown): string | undefined {
  const result = shape.safeParse(value)
  if (result.success) return undefined
  const [issue] = result.error.issues
  return `not an event of a campaign: ${issue?.path.join('.') || 'line'}: ${issue?.message ?? ''}`
}
