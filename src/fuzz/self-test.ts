import type { FuzzCase } from './case.ts'
import { openLab, type LabOptions } from './lab.ts'
import type { ReferenceTarget } from './target.ts'
import type { Places } from './world.ts'

/** A defect of the reference system, and a case that shows it. */
interface Proof {
  readonly defect: string
  readonly one: FuzzCase
}

const proof = (defect: string, scenario: string, edits: FuzzCase['edits']): Proof => ({
  defect,
  one: { v: 1, scenario, baseline: 'plain', edits, ops: [] },
})
const [authorization, migration] = [
  'migration/service-authorization@partnerServer/1',
  'migration/service-authorization@primaryServer/5',
]
const token = 'body[0]/mcpttinfo/mcptt-Params/mcptt-access-token/mcpttString.text'

/** One for each oracle that a campaign rests on: class of the answer, other legs, order of things, and what a server fails at. */
const proofs: readonly Proof[] = [
  proof('token-signature-unchecked', authorization, [
    { at: '1', path: token, kind: 'token forged', p: 'signature empty', layer: 'a' },
  ]),
  proof('temporary-identity-lost', authorization, []),
  proof('request-leaves-after-local-refusal', authorization, [
    { at: '1', path: token, kind: 'token says', p: 'other issuer', layer: 'm' },
  ]),
  proof('grants-before-answer', authorization, []),
  proof('unknown-user-accepted', migration, [
    {
      at: '5',
      path: 'body[0]/mcpttinfo/anyExt/primary-mcptt-id/mcpttURI.text',
      kind: 'identity',
      p: 'unknown user',
      layer: 'a',
    },
  ]),
]

export interface SelfTestOptions extends Pick<LabOptions, 'now'> {
  /** A reference system that shows these defects. */
  readonly startTarget: (own: Places) => Promise<ReferenceTarget>
}

/** Whether what is known to be wrong is still found; says what was not. A fuzzer that finds nothing must be one that could have. */
export async function selfTest({ now, startTarget }: SelfTestOptions): Promise<readonly string[]> {
  let show: ((defects: readonly string[]) => Promise<void>) | undefined
  const lab = await openLab({
    now,
    async startTarget(own) {
      const target = await startTarget(own)
      show = target.show
      return target
    },
  })
  const missed: string[] = []
  try {
    for (const { defect, one } of proofs) {
      await show?.([])
      const right = await lab.alone(one)
      if (right.complaints.length > 0)
        missed.push(`${defect}: the right system is complained of: ${right.complaints[0]?.what}`)
      await show?.([defect])
      let found = false
      for (let attempt = 0; attempt < 3 && !found; attempt += 1) found = (await lab.alone(one)).complaints.length > 0
      if (!found) missed.push(`${defect} is not found`)
    }
  } finally {
    await lab.close()
  }
  return missed
}
