import { type Family, many, refused, ended } from '../header-family.ts'
import { error } from '../rule.ts'
import { skipWhite, trimEnd } from '../source.ts'

const malformed = error('service-identifier-malformed', 'RFC 6050 4.1')

const urn = /^urn:urn-[1-9]\d*:[A-Za-z0-9][\w.:%+-]*$/i

/** P-Preferred-Service and P-Asserted-Service (RFC 6050 4.1): `urn:urn-7:3gpp-service.ims.icsi.mcptt`. */
export const serviceIdentifiers = (clause: string): Family<string> =>
  many<string>(clause, {
    value(source, from, end) {
      const { text } = source
      const start = skipWhite(source, from, end)
      let stop = start
      while (stop < end && text.charCodeAt(stop) !== 0x2c) stop += 1
      const service = source.cut(start, trimEnd(text, start, stop))
      return urn.test(service)
        ? ended(source, stop, end, service)
        : refused(source, malformed, start, stop, 'a service URN like urn:urn-7:3gpp-service.ims.icsi.mcptt')
    },
    malformed,
    write: (service) => service,
  })
