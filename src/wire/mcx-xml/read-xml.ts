import { SaxesParser } from 'saxes'
import type { Span, XmlDiagnostic, XmlElement, XmlReading } from './element.ts'
import { readPlainXml } from './read-plain-xml.ts'

export interface XmlLimits {
  /** Octets of a document. */
  readonly size: number
  /** Elements inside each other. */
  readonly depth: number
}

export const xmlLimits: XmlLimits = { size: 262_144, depth: 32 }

interface OpenElement {
  name: string
  namespace: string
  attributes: Record<string, string>
  children: XmlElement[]
  text: string
  start: number
  contentStart: number
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Ends the reading: nothing that follows counts. */
class Refused extends Error {
  readonly rule: XmlDiagnostic['rule']
  readonly at: number
  constructor(rule: XmlDiagnostic['rule'], message: string, at: number) {
    super(message)
    this.rule = rule
    this.at = at
  }
}

/**
 * Reads an XML 1.0 document with namespaces into a tree. Never throws. A document type declaration is refused, and
 * with it every entity but the five predefined ones: bodies come from the network (RFC 7303 10).
 *
 * @param offset what to add to every span: where `octets` starts in the whole message
 */
export function readXml(octets: Uint8Array, offset = 0, limits: XmlLimits = xmlLimits): XmlReading {
  const refuse = (rule: XmlDiagnostic['rule'], message: string, { start, end }: Span): XmlReading => ({
    diagnostics: [{ rule, message, span: { start: start + offset, end: end + offset } }],
  })
  const whole = { start: 0, end: octets.length }
  if (octets.length > limits.size)
    return refuse('size', `${octets.length} octets of XML, at most ${limits.size} are read`, whole)
  let text: string
  try {
    text = utf8.decode(octets)
  } catch {
    return refuse('encoding', 'the octets are not UTF-8', whole)
  }
  const plain = readPlainXml(text, offset, limits.depth)
  return plain === undefined ? readWhole(text, octets.length, offset, limits, refuse) : { root: plain, diagnostics: [] }
}

/** Whatever may stand in a document, and what is wrong with it. */
function readWhole(
  text: string,
  octets: number,
  offset: number,
  limits: XmlLimits,
  refuse: (rule: XmlDiagnostic['rule'], message: string, span: Span) => XmlReading,
): XmlReading {
  const octetAt = octetIndex(text, octets)
  try {
    return { root: parse(text, (index) => octetAt(index) + offset, limits), diagnostics: [] }
  } catch (problem) {
    if (problem instanceof Refused) {
      const at = octetAt(problem.at)
      return refuse(problem.rule, problem.message, { start: at, end: at })
    }
    return refuse('well-formed', String(problem), { start: 0, end: octets })
  }
}

function parse(text: string, octetAt: (index: number) => number, limits: XmlLimits): XmlElement {
  const parser = new SaxesParser({ xmlns: true, position: false })
  const open: OpenElement[] = []
  let root: XmlElement | undefined
  const refuse = (rule: XmlDiagnostic['rule'], message: string): never => {
    throw new Refused(rule, message, Math.min(parser.position, text.length))
  }

  parser.on('error', (error) => refuse('well-formed', error.message.trimEnd()))
  parser.on('doctype', () => refuse('doctype', 'a document type declaration is refused'))
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && !/^(?:utf-8|us-ascii)$/i.test(encoding))
      refuse('encoding', `encoding ${JSON.stringify(encoding)} is declared, only UTF-8 is read`)
  })
  parser.on('opentagstart', () => {
    if (open.length === limits.depth) refuse('depth', `more than ${limits.depth} elements inside each other`)
    const start = text.lastIndexOf('<', parser.position - 1)
    open.push({ name: '', namespace: '', attributes: {}, children: [], text: '', start, contentStart: start })
  })
  parser.on('opentag', (tag) => {
    const element = open.at(-1)
    if (element === undefined) return
    element.name = tag.local
    element.namespace = tag.uri
    element.contentStart = parser.position
    for (const [name, { value, prefix }] of Object.entries(tag.attributes))
      if (prefix !== 'xmlns' && name !== 'xmlns') element.attributes[name] = value
  })
  const addText = (data: string): void => {
    const element = open.at(-1)
    if (element !== undefined) element.text += data
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', (tag) => {
    const closed = open.pop()
    if (closed === undefined) return
    const end = parser.position
    const contentEnd = tag.isSelfClosing ? closed.contentStart : text.lastIndexOf('</', end - 1)
    const element: XmlElement = {
      name: closed.name,
      namespace: closed.namespace,
      attributes: closed.attributes,
      children: closed.children,
      text: closed.text,
      span: { start: octetAt(closed.start), end: octetAt(end) },
      contentSpan: { start: octetAt(closed.contentStart), end: octetAt(contentEnd) },
    }
    const parent = open.at(-1)
    if (parent === undefined) root = element
    else parent.children.push(element)
  })
  parser.write(text).close()
  return root ?? refuse('well-formed', 'there is no root element')
}

/** Index of a UTF-16 code unit to index of its octet. Documents are nearly always ASCII, where both are the same. */
function octetIndex(text: string, octets: number): (index: number) => number {
  if (octets === text.length) return (index) => index
  const starts = new Uint32Array(text.length + 1)
  let octet = 0
  for (let index = 0; index < text.length; index += 1) {
    starts[index] = octet
    const unit = text.charCodeAt(index)
    if (unit < 0x80) octet += 1
    else if (unit < 0x800) octet += 2
    // Both halves of a surrogate pair: four octets together.
    else octet += unit >= 0xd800 && unit <= 0xdfff ? 2 : 3
  }
  starts[text.length] = octet
  return (index) => starts[Math.min(index, text.length)] ?? octets
}
