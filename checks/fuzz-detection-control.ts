import { openFlowStage, openLab, startReferenceTarget, type FuzzCase, type Lab } from '#fuzz'

/** A reference system with the defects named, or with none, to which cases are shown that another one is complained of for. */
export interface Control {
  /** What is complained of, of so many times; that it cannot be played is a complaint too. */
  complaints(one: FuzzCase, times: number): Promise<readonly string[]>
  close(): Promise<void>
}

/** What is said of a system that did not live to show anything. */
export const [isNotServing, servesNoLonger] = [
  'no valid flow goes its way, before anything was changed',
  'it no longer serves',
]

/** Milliseconds after which it is not shown once more: what waits for a timer takes 40 s. */
const longest = 30_000

/** Started when it is first asked, and once for all roles that single messages go to; flows have a stage for each role. */
export function createControl(role: string, defects: readonly string[]): Control {
  let lab: Promise<Lab> | undefined
  let isUsed = false
  const open = (): Promise<Lab> =>
    openLab({
      now: () => performance.now(),
      startTarget: (own) => startReferenceTarget({ defects, own }),
      startFlows: () => openFlowStage({ roles: [role], defects }),
    })
  return {
    async complaints(one, times) {
      const opened = await (lab ??= open())
      const under = await opened.under(one)
      // What is derived of a flow has few users.
      if (isUsed) await under.restart()
      isUsed = true
      if (!(await under.serves())) return [isNotServing]
      const seen: string[] = []
      const began = performance.now()
      for (let attempt = 0; attempt < times && performance.now() - began < longest; attempt += 1) {
        const { complaints } = await opened.alone(one)
        seen.push(...complaints.map(({ what }) => what))
      }
      if (under.ended() !== undefined || !(await under.serves())) seen.push(servesNoLonger)
      return seen
    },
    async close() {
      await (await lab)?.close()
    },
  }
}
