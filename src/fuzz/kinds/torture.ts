import { existsSync, globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Kind } from '../kind.ts'

const folder = fileURLToPath(new URL('../../../fixtures/vectors/', import.meta.url))

/** The torture messages of RFC 4475 and RFC 5118: `rfc4475/valid/wsinv`; none where their octets are not at hand. */
export const tortureNames: readonly string[] = ['rfc4475', 'rfc5118']
  .filter((rfc) => existsSync(folder + rfc))
  .flatMap((rfc) => globSync(`${rfc}/**/*.dat`, { cwd: folder }))
  .map((name) => name.replaceAll('\\', '/').replace(/\.dat$/, ''))
  .toSorted()

/** Those that are right in every octet: nobody may call them malformed. */
export const isWellFormed = (name: string): boolean =>
  name.startsWith('rfc4475/valid/') ||
  /^rfc5118\/(?:ipv6-good|ipv6-correct|port-|mult-ip|ipv4-mapped|ipv6-in-sdp)/.test(name)

const known = new Map<string, string>()
function octetsOf(name: string): string {
  const found = known.get(name) ?? readFileSync(`${folder}${name}.dat`, 'latin1')
  known.set(name, found)
  return found
}

/**
 * One of them in the place of the message. A Via of ours stands above its own, as if it came by a proxy, so that its answer comes back; and its Call-ID
 * is one that nobody had before, so that it is not taken for the one before (RFC 3261 8.2.2.2).
 */
export const torture: Kind = {
  name: 'torture',
  layer: 'f',
  on: ['message'],
  of: 'whole',
  parameters: () => tortureNames,
  apply(text, p, { canary, sender }) {
    if (!tortureNames.includes(String(p))) return text
    const via = `Via: SIP/2.0/UDP ${sender.sentBy};rport;branch=z9hG4bK${canary}`
    return octetsOf(String(p))
      .replace(/\r\n/, `\r\n${via}\r\n`)
      .replace(/^((?:Call-ID|i)[ \t]*:\s*)/im, `$1${canary}-`)
  },
}
