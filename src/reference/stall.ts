import type { Clock } from '#stack/sip'

/** Milliseconds: longer than anything else that the reference system ever does in one turn. */
const ages = 2500

/** Does nothing else for so many milliseconds, as a loop does whose end does not come (only ever on demand). */
export function stall(clock: Clock, ms = ages): void {
  const end = clock.now() + ms
  while (clock.now() < end);
}
