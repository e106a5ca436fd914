import { fileURLToPath } from 'node:url'
import { resultsIn } from './printed-verdicts.ts'
import type { Row } from './row.ts'
import { freePorts, mcx, withScratch } from './stranger.ts'

const configuration = fileURLToPath(new URL('two-systems.config.ts', import.meta.url))

/** A defect in one of the systems, and who must be named for it where both are under test. */
const defective = [
  { env: { MCX_DEFECT_A: 'redirection-without-security-domain' }, role: 'primaryServer', step: '3' },
  { env: { MCX_DEFECT_B: 'partner-server-floor-control-dropped' }, role: 'partnerServer', step: '5d' },
] as const

/** Ports of the tester and of both systems lie in one block after the other. */
const blocks = 60

export const row: Row = {
  shows: 'systems A and B both under test in the same cases: right verdicts, the right one blamed, no cross-talk',
  async look(_, say) {
    const port = String(Math.min(await freePorts(), 20_000 - blocks))
    const run = (directory: string, env: Readonly<Record<string, string>>, ...ids: readonly string[]) =>
      mcx(['run', '-c', configuration, '-o', directory, ...ids], { env: { ...env, MCX_PORT: port } })
    const faults: string[] = []
    await withScratch(async (directory) => {
      const ended = await run(directory, {}, '*,together')
      const { cases } = resultsIn(directory)
      const passed = cases.filter(({ verdict }) => verdict === 'pass').length
      say(
        `both as they should be: exit ${ended.code}, ${passed} of ${cases.length} cases pass in ${ended.seconds.toFixed(1)} s`,
      )
      if (ended.code !== 0 || cases.length < 100) faults.push(`exit ${ended.code} of ${cases.length} cases`)
    })
    for (const { env, role, step } of defective)
      await withScratch(async (directory) => {
        const ended = await run(directory, env, 'redirection/private-call@*/as-written#mcptt*')
        const found = resultsIn(directory).cases.flatMap((one) =>
          one.findings.map((finding) => ({ ...finding, id: one.id })),
        )
        const blamed = found.filter((finding) => finding.verdict === 'fail')
        say(
          `${Object.values(env).join()}: exit ${ended.code}, blamed ${[...new Set(blamed.map((one) => `${one.role} at step ${one.step}`))].join(', ')}`,
        )
        if (!blamed.some((one) => one.id.includes('together') && one.role === role && one.step === step))
          faults.push(`no case of both systems blames ${role} at step ${step} for ${Object.values(env).join()}`)
        for (const one of blamed) if (one.role !== role) faults.push(`${one.id} blames ${one.role} at step ${one.step}`)
      })
    return faults
  },
}
