import { z } from 'zod'
import { phases, verdicts } from '#verdict'

const text = z.string()
const number = z.number()
const texts = z.array(text)
const phase = z.enum(phases)
const verdict = z.enum(verdicts)
const endpoint = z.object({ address: text, port: number })

const ladderStep = z.object({
  step: text,
  kind: z.enum(['message', 'check', 'record', 'outcome']),
  from: text,
  to: text,
  label: text,
  altered: text.optional(),
})

const finding = z.object({
  requirement: text,
  clause: text,
  basis: z.enum(['seed', 'published', 'rfc', 'default-binding']),
  verdict: z.enum(['inconclusive', 'fail', 'error']),
  phase,
  step: text,
  role: text,
  field: text.optional(),
  expected: texts,
  actual: text,
  messages: z.array(number),
  span: z.object({ start: number, end: number }).optional(),
  replay: text,
})

const fieldComparison = z.object({
  field: text,
  expected: text,
  actual: text,
  result: z.enum(['same', 'different', 'missing', 'learnt', 'unexpected']),
})

const timeLine = z.object({
  from: number,
  to: number,
  lanes: z.array(
    z.object({
      talker: text,
      listener: text,
      spans: z.array(z.object({ from: number, to: number, path: text, packets: number })),
      gaps: z.array(z.object({ from: number, to: number, ofOurMaking: number })),
      figures: z.object({
        sent: number,
        received: number,
        lost: number,
        duplicated: number,
        reordered: number,
        longestGap: number,
        ofOurMaking: number,
        onOldPath: number,
        onBothPaths: number,
      }),
    }),
  ),
  marks: z.array(z.object({ at: number, kind: z.enum(['signalling', 'floor', 'disturbance']), text })),
})

/** Every event as it stands in a line of the record. Keys that are not named here are let through. */
export const eventShape = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('run-started'),
    format: z.literal(1),
    time: text,
    run: text,
    seed: number,
    profile: text,
    profileSelected: z.boolean(),
    tool: z.object({ name: text, version: text, digest: text }),
    runtime: text,
    configuration: text,
    suts: z.array(
      z.object({
        name: text,
        roles: texts,
        address: text,
        version: text.optional(),
        claims: z.record(text, z.union([z.boolean(), text, number])),
      }),
    ),
    cases: number,
  }),
  z.object({
    event: z.literal('case-selected'),
    id: text,
    title: text,
    purpose: text,
    flow: text,
    clause: text,
    role: text,
    sut: text,
    variant: text,
    variation: z.enum(['positive', 'negative']),
    service: text,
    profile: text,
    binding: text,
    transport: text,
    tags: texts,
    actors: z.record(text, text),
    ladder: z.array(ladderStep),
  }),
  z.object({ event: z.literal('case-excluded'), case: text, reason: text }),
  z.object({
    event: z.literal('coverage'),
    rows: z.array(
      z.object({
        flow: text,
        step: text,
        clause: text,
        requirement: text,
        roles: z.record(text, z.union([texts, text])),
      }),
    ),
  }),
  z.object({ event: z.literal('case-started'), case: text, at: number }),
  z.object({
    event: z.literal('message'),
    seq: number,
    at: number,
    case: text.nullable(),
    phase,
    direction: z.enum(['sent', 'received']),
    role: text,
    peer: text,
    transport: z.enum(['udp', 'tcp', 'tls']),
    local: endpoint,
    remote: endpoint,
    octets: text,
    length: number,
    retransmission: z.boolean(),
    summary: text,
    step: text.optional(),
  }),
  z.object({
    event: z.literal('step'),
    at: number,
    case: text,
    phase,
    step: text,
    outcome: z.enum(['done', 'diverged', 'missing', 'refused', 'not-reached', 'not-observable']),
    text,
    message: number.optional(),
    fields: z.array(fieldComparison).optional(),
  }),
  z.object({ event: z.literal('finding'), at: number, case: text, finding }),
  z.object({ event: z.literal('media'), at: number, case: text, timeLine }),
  z.object({
    event: z.literal('crash-point'),
    at: number,
    case: text,
    flow: text,
    role: text,
    step: text,
    peer: text,
    disturbance: text,
    outcome: z.enum(['survived', 'fell', 'left-behind', 'not-swept']),
    judged: texts,
    why: texts,
  }),
  z.object({ event: z.literal('note'), at: number, case: text.nullable(), text }),
  z.object({
    event: z.literal('case-finished'),
    at: number,
    case: text,
    verdict,
    phases: z.object({ preamble: verdict, body: verdict, postamble: verdict }),
    duration: number,
    waited: number.optional(),
    expectedFailure: z
      .object({
        message: text,
        reason: text,
        owner: text,
        expires: text,
        state: z.enum(['met', 'surprise-pass', 'other-failure', 'expired']),
      })
      .optional(),
    sentDigest: text,
  }),
  z.object({
    event: z.literal('run-finished'),
    at: number,
    time: text,
    reason: z.enum(['completed', 'interrupted']),
  }),
])

/** The rule a value breaks as an event, or undefined when it is one. */
export function problemOfEvent(value: unknown): string | undefined {
  const result = eventShape.safeParse(value)
  if (result.success) return undefined
  const [issue] = result.error.issues
  return issue ? `not an event: ${issue.path.join('.') || 'line'}: ${issue.message}` : 'not an event'
}
