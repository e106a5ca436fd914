import type { Clock } from '#stack/sip'

/** Milliseconds: longer than anything else that the reference system ever does in one turn. */
const ages = 2000

/** Does nothing else for a while, as a loop does whose end never comes (only ever by a defect). */
export function stall(clock: Clock): void {
  const end = clock.now() + ages
  while (clock.now() < end);
}
