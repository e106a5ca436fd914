import type { HeardPacket, PathChange, PathFigures, streamFigures } from '#stack/media'
import type { Source } from '#verdict'
import type { Configuration } from '../configuration.ts'
import type { Find } from './media-leg.ts'

/** Holds what was heard against the limits of the configuration. */
export function judgeFigures(
  figures: ReturnType<typeof streamFigures> & {
    readonly gap: number
    readonly ofTo: number
    readonly strangers: number
  },
  limits: Configuration['media'],
  find: Find,
): void {
  const { sent, lost, duplicated, gap, ofTo, strangers } = figures
  const limit: Source = { doc: 'docs/configuration.md', clause: 'media', basis: 'default-binding' }
  if (ofTo === 0) return find('media', 'media is forwarded', `${sent} packets`, 'none')
  if (lost > sent * limits.lost)
    find(
      'media',
      'no more packets are lost than the limit allows',
      `at most ${limits.lost * 100} %`,
      `${lost} of ${sent}`,
      limit,
    )
  if (duplicated > sent * limits.duplicated)
    find(
      'media',
      'no more packets come twice than the limit allows',
      `at most ${limits.duplicated * 100} %`,
      `${duplicated} of ${sent}`,
      limit,
    )
  if (gap > limits.longestGap)
    find(
      'pause',
      'no pause is longer than the limit allows',
      `at most ${limits.longestGap} ms`,
      `${Math.round(gap)} ms`,
      limit,
      { milliseconds: patience },
    )
  if (strangers > 0) find('media', 'nobody else is heard', '0 packets', `${strangers} packets`)
}

/** Holds the paths that media took against the one that it has to take since the change. */
export function judgePaths(paths: PathFigures, { at, allowance }: PathChange, find: Find): void {
  const { onOldPath, lastOnOldPath = at, onBothPaths } = paths
  const late = lastOnOldPath - at
  if (onOldPath > 0)
    find(
      'media',
      'media goes to the participating server that serves the user now, and to the former one no longer',
      '0 packets by the former path',
      `${onOldPath} packets, the last ${Math.round(late)} ms after the change`,
      undefined,
      { since: at, milliseconds: late - allowance },
    )
  if (onBothPaths > 0)
    find('media', 'one participating server at a time has the media', '0 packets', `${onBothPaths} packets by both`)
}

/** Milliseconds for which the tester may stand still while it listens. */
const patience = 100

/** Packets of talkers other than the one. */
export const strangersIn = (heard: readonly HeardPacket[], talker: number): number =>
  heard.filter((one) => one.talker !== undefined && one.talker !== talker).length
