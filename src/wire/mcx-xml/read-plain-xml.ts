import type { XmlElement } from './element.ts'

interface Open {
  readonly prefix: string
  readonly name: string
  readonly namespace: string
  readonly attributes: Record<string, string>
  readonly children: XmlElement[]
  readonly namespaces: Namespaces
  text: string
  readonly start: number
  readonly contentStart: number
}

/** What an element declares, and what those around it do. */
interface Namespaces {
  /** By prefix; the default one by the empty one. */
  readonly declared: ReadonlyMap<string, string>
  readonly around?: Namespaces
}

const declaration = /^<\?xml version="1\.0" encoding="UTF-8"\?>/
const tag = /<([A-Za-z_][\w.-]*)(?::([A-Za-z_][\w.-]*))?((?:[ \t\r\n]+[\w:.-]+="[^"<\t\r\n]*")*)[ \t\r\n]*(\/?)>/y
const attribute = /[ \t\r\n]+(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)="([^"]*)"/y
const endTag = /<\/(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)[ \t\r\n]*>/y

/** Octets of what is not plain: other characters than those of ASCII, references, comments, sections, instructions. */
const special = /[^\t\r\n\x20-\x7e]|&|<!|<\?|\]\]>/
const blank = /^[ \t\r\n]*$/
const none: Namespaces = { declared: new Map([['', '']]) }

/**
 * The root of a document in which nothing but elements, attributes and text of ASCII stands, as nearly all have it; `undefined` where there is anything else, or anything is
 * wrong: whoever reads everything looks then. It says the same of what it reads, and takes a tenth of the time.
 */
export function readPlainXml(text: string, offset: number, depth: number): XmlElement | undefined {
  const first = declaration.exec(text)?.[0].length ?? 0
  const rest = first === 0 ? text : text.slice(first)
  if (special.test(rest)) return undefined
  const open: Open[] = []
  let root: XmlElement | undefined
  let at = first
  for (;;) {
    const next = text.indexOf('<', at)
    const between = text.slice(at, next === -1 ? text.length : next)
    const inside = open.at(-1)
    if (inside === undefined) {
      if (!blank.test(between)) return undefined
      if (next === -1) return root
    } else if (next === -1) return undefined
    else inside.text += between.includes('\r') ? between.replace(/\r\n?/g, '\n') : between
    if (text[next + 1] === '/') {
      endTag.lastIndex = next
      const [whole, prefix = '', name] = endTag.exec(text) ?? []
      const closed = open.pop()
      if (whole === undefined || closed === undefined || closed.name !== name || closed.prefix !== prefix)
        return undefined
      at = next + whole.length
      const element = elementOf(closed, next, at, offset)
      const parent = open.at(-1)
      if (parent === undefined) root = element
      else parent.children.push(element)
      continue
    }
    if (inside === undefined && root !== undefined) return undefined
    tag.lastIndex = next
    const found = tag.exec(text)
    if (found === null || open.length === depth) return undefined
    at = next + found[0].length
    const begun = opened(found, next, at, inside?.namespaces ?? none)
    if (begun === undefined) return undefined
    if (found[4] === '') {
      open.push(begun)
      continue
    }
    const element = elementOf(begun, at, at, offset)
    if (inside === undefined) root = element
    else inside.children.push(element)
  }
}

function opened(found: RegExpExecArray, start: number, contentStart: number, around: Namespaces): Open | undefined {
  const [, one = '', two, list = ''] = found
  const [prefix, name] = two === undefined ? ['', one] : [one, two]
  const attributes: Record<string, string> = {}
  const names = new Set<string>()
  const prefixes: string[] = []
  // Not copied: a message may hold thousands of them.
  let declared: Map<string, string> | undefined
  attribute.lastIndex = 0
  for (let at = 0; at < list.length; at = attribute.lastIndex) {
    attribute.lastIndex = at
    const [whole, before, local = '', value = ''] = attribute.exec(list) ?? []
    // Two of one name may be the same one by their namespaces.
    if (whole === undefined || names.has(local)) return undefined
    names.add(local)
    const declares = before === 'xmlns' ? local : before === undefined && local === 'xmlns' ? '' : undefined
    if (declares !== undefined) {
      if (/^xml/i.test(declares) || reserved.has(value) || value.includes(' ') || (declares !== '' && value === ''))
        return undefined
      declared = (declared ?? new Map<string, string>()).set(declares, value)
    } else {
      if (before !== undefined) prefixes.push(before)
      attributes[before === undefined ? local : `${before}:${local}`] = value
    }
  }
  const namespaces = declared === undefined ? around : { declared, around }
  const namespace = namespaceOf(prefix, namespaces)
  if (namespace === undefined || prefixes.some((each) => namespaceOf(each, namespaces) === undefined)) return undefined
  return { prefix, name, namespace, attributes, children: [], namespaces, text: '', start, contentStart }
}

const namespaceOf = (prefix: string, { declared, around }: Namespaces): string | undefined =>
  declared.get(prefix) ?? (around && namespaceOf(prefix, around))

/** Bound to `xml` and `xmlns` alone (Namespaces in XML 1.0, 3). */
const reserved: ReadonlySet<string> = new Set(['http://www.w3.org/XML/1998/namespace', 'http://www.w3.org/2000/xmlns/'])

const elementOf = (
  { name, namespace, attributes, children, text, start, contentStart }: Open,
  contentEnd: number,
  end: number,
  offset: number,
): XmlElement => ({
  name,
  namespace,
  attributes,
  children,
  text,
  span: { start: start + offset, end: end + offset },
  contentSpan: { start: contentStart + offset, end: contentEnd + offset },
})
