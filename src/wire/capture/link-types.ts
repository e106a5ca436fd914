import type { LinkType } from './capture.ts'

/** Numbers of the registry of link types (LINKTYPE_...), as both file formats carry them. */
export const linkTypes: ReadonlyMap<number, LinkType> = new Map<number, LinkType>([
  [0, 'loopback'],
  [1, 'ethernet'],
  [12, 'raw-ip'],
  [14, 'raw-ip'],
  [101, 'raw-ip'],
  [108, 'loopback'],
  [113, 'linux-cooked'],
  [228, 'raw-ip'],
  [229, 'raw-ip'],
  [276, 'linux-cooked-2'],
])
