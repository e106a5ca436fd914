import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCapture } from '#wire/capture'
import { expect, test } from 'vitest'
import { runCampaign } from './campaign.ts'
import { examine } from './examine.ts'
import { directoryOf, writeFinding } from './finding-directory.ts'
import { silentJournal } from './journal.ts'
import { readRecorded, replay } from './replay.ts'
import { scenarios } from './scenarios/index.ts'
import { startReferenceTarget } from './target.ts'

const options = (defects: readonly string[]) => ({
  now: () => performance.now(),
  startTarget: (own: Parameters<typeof startReferenceTarget>[0]['own']) => startReferenceTarget({ defects, own }),
})

test('what is found is made simple, written down, and plays again', { timeout: 240_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'mcx-fuzz-'))
  const defect = 'user-part-taken-for-granted'
  let place = ''
  try {
    await runCampaign({
      ...options([defect]),
      scenarios: scenarios.filter(({ role }) => role === 'primaryServer'),
      seed: 1,
      budget: 120_000,
      journal: silentJournal,
      say: () => undefined,
      isEnough: () => true,
      async afterwards([finding], lab) {
        if (finding === undefined) return
        const one = await examine(finding, { lab, now: () => performance.now(), limit: 20_000 })
        expect(one.reproduced).toEqual({ times: 3, of: 3, afresh: true })
        expect(one.minimal.edits).toHaveLength(1)
        place = join(directory, directoryOf(one))
        writeFinding(place, one, 'mcx replay here')
      },
    })
    expect(readdirSync(place)).toEqual(
      expect.arrayContaining(['case.json', 'finding.json', 'finding.md', 'capture.pcap']),
    )
    const { packets } = readCapture(readFileSync(join(place, 'capture.pcap')))
    expect(packets.length).toBeGreaterThanOrEqual(2)
    const recorded = readRecorded(place)
    expect((await replay(recorded, 2, options([defect]))).outcome).toBe('still fails')
    expect((await replay(recorded, 1, options([]))).outcome).toBe('fixed')
  } finally {
    rmSync(directory, { recursive: true })
  }
})
