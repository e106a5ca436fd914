import { afterAll, inject, test } from 'vitest'
import { playingFor } from './playing.ts'

// vitest runs this file once for a whole run: every case is a concurrent test over the tester's few sockets.
const playing = await playingFor(inject('run'))
afterAll(() => playing.close())

for (const planned of playing.cases)
  test.concurrent(planned.id, { timeout: 600_000 }, async () => {
    await playing.play(planned)
  })
