import { type Family, many, refused, ended } from '../header-family.ts'
import { characters } from '../grammar.ts'
import { error } from '../rule.ts'
import { endOfSet, octetAt, skipWhite, trimEnd } from '../source.ts'

const malformed = error('service-identifier-malformed', 'RFC 6050 4.1')

const urn = /^urn:urn-[1-9]\d*:[A-Za-z0-9][\w.:%+-]*$/i

const imsService = 'urn:urn-7:3gpp-service.'

function isImsService(octets: Buffer, start: number, end: number): boolean {
  for (let at = 0; at < imsService.length; at += 1) {
    if (octets[start + at] !== imsService.charCodeAt(at)) return false
  }
  return end > start + imsService.length && endOfSet(octets, start + imsService.length, characters.host) === end
}

/** P-Preferred-Service and P-Asserted-Service (RFC 6050 4.1): `urn:urn-7:3gpp-service.ims.icsi.mcptt`. */
export const serviceIdentifiers = (clause: string): Family<string> =>
  many<string>(clause, {
    value(source, from, end) {
      const { octets } = source
      const start = skipWhite(source, from, end)
      let stop = start
      while (stop < end && octetAt(octets, stop) !== 0x2c) stop += 1
      // The one prefix in use is known without a regular expression.
      const serviceEnd = trimEnd(octets, start, stop)
      if (isImsService(octets, start, serviceEnd))
        return ended(source, stop, end, source.judging ? '' : source.cut(start, serviceEnd))
      const service = source.cut(start, serviceEnd)
      return urn.test(service)
        ? ended(source, stop, end, service)
        : refused(source, malformed, start, stop, 'a service URN like urn:urn-7:3gpp-service.ims.icsi.mcptt')
    },
    malformed,
    cuts: true,
    write: (service) => service,
  })
