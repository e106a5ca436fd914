import { openFlowStage, openLab, replayIn, startReferenceTarget, type FuzzCase, type Lab } from '#fuzz'

/** A reference system with the defects named, or with none, to which cases are shown that another one is complained of for. */
export interface Control {
  /** What is complained of, of so many times; that it cannot be played is a complaint too. */
  complaints(one: FuzzCase, times: number): Promise<readonly string[]>
  close(): Promise<void>
}

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
      if (isUsed) await (await opened.under(one)).restart()
      isUsed = true
      const { outcome, complaints, why } = await replayIn(opened, { one, complaint: undefined }, times)
      if (outcome === 'error') return [why ?? 'it cannot be played']
      return complaints.map(({ what }) => what)
    },
    async close() {
      await (await lab)?.close()
    },
  }
}
