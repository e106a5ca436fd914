import type { XmlDraft } from './element.ts'

/**
 * Writes an XML document: declaration, two spaces of indent a level, lines ended by CR LF, attributes in the order
 * given, an element around a single text element on one line with it. Same draft, same octets. Total: a character that
 * XML cannot carry is written as the reference to its number, which makes the document not well-formed and shows in it
 * what was asked for.
 */
export function writeXml(root: XmlDraft): Uint8Array {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', ...linesOf(root, '', '')]
  return new TextEncoder().encode(lines.join('\r\n'))
}

function linesOf({ name, namespace, attributes = {}, content }: XmlDraft, inherited: string, indent: string): string[] {
  const declaration = namespace === inherited ? '' : ` xmlns="${escaped(namespace)}"`
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`)
  const tag = `${name}${declaration}${given.join('')}`
  if (content.length === 0) return [`${indent}<${tag}/>`]
  if (typeof content === 'string') return [`${indent}<${tag}>${escaped(content)}</${name}>`]
  const [first] = content
  if (content.length === 1 && typeof first?.content === 'string')
    return [`${indent}<${tag}>${linesOf(first, namespace, '').join('')}</${name}>`]
  const inside = content.flatMap((child) => linesOf(child, namespace, `${indent}  `))
  return [`${indent}<${tag}>`, ...inside, `${indent}</${name}>`]
}

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

// Line ends and tabs are written as references too: a parser would normalise them (XML 1.0 2.11 and 3.3.3).
const special = /[&<>"]|[^\x20-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu

const escaped = (text: string): string =>
  text.replace(
    special,
    (character) => named[character] ?? `&#x${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()};`,
  )
