import { setTimeout } from 'node:timers/promises'

/**
 * Responses end what was prepared, and what follows may come by another socket and overtake them: nothing tells that a
 * response was taken in, and a system under test that is busy takes its time.
 */
export async function settle(): Promise<void> {
  // A machine that stands still for a while makes one of the parts longer, and none of the others shorter.
  for (let part = 0; part < parts; part += 1) await setTimeout(ofPart)
}

const parts = 10
/** Milliseconds. */
const ofPart = 20
