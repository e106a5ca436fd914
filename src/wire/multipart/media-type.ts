/** A Content-Type value (RFC 2045 5.1): `multipart/mixed;boundary="a b"`. */
export interface MediaType {
  /** Type and subtype in lower case: `multipart/mixed`. */
  readonly essence: string
  /** Names in lower case, quotes and escapes taken off the values. The first of a name holds. */
  readonly parameters: ReadonlyMap<string, string>
}

const token = /^[^\s()<>@,;:\\"/[\]?=\x00-\x20\x7f-\uffff]+$/ // oxlint-disable-line no-control-regex

/** Reads a Content-Type value; `undefined` when it names no type and subtype. Never throws, linear in its length. */
export function readMediaType(value: string): MediaType | undefined {
  const sections = splitOutsideQuotes(value)
  const [type = '', subtype = '', ...rest] = (sections[0] ?? '').trim().split('/')
  if (rest.length > 0 || !token.test(type.trim()) || !token.test(subtype.trim())) return undefined
  const parameters = new Map<string, string>()
  for (const section of sections.slice(1)) {
    const equals = section.indexOf('=')
    if (equals === -1) continue
    const name = section.slice(0, equals).trim().toLowerCase()
    if (!parameters.has(name)) parameters.set(name, unquote(section.slice(equals + 1).trim()))
  }
  return { essence: `${type.trim()}/${subtype.trim()}`.toLowerCase(), parameters }
}

/** The parameter as it may stand in a Content-Type value: as a token when it is one, else quoted. */
export function writeParameter(name: string, value: string): string {
  return token.test(value) ? `${name}=${value}` : `${name}="${value.replace(/["\\]/g, '\\$&')}"`
}

function splitOutsideQuotes(value: string): string[] {
  const sections: string[] = []
  let quoted = false
  let start = 0
  for (let index = 0; index < value.length; index += 1) {
    const character = value[index]
    if (quoted && character === '\\') index += 1
    else if (character === '"') quoted = !quoted
    else if (character === ';' && !quoted) {
      sections.push(value.slice(start, index))
      start = index + 1
    }
  }
  sections.push(value.slice(start))
  return sections
}

function unquote(value: string): string {
  if (!value.startsWith('"')) return value
  const closed = value.length > 1 && value.endsWith('"')
  return value.slice(1, closed ? -1 : undefined).replace(/\\(.)/gs, '$1')
}
