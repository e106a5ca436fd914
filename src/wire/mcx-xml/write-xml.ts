import type { XmlDraft } from './element.ts'

/**
 * Writes an XML document: declaration, two spaces of indent a level, lines ended by CR LF, attributes in the order
 * given. Same draft, same octets. Total: a character that XML cannot carry is written as the reference to its number,
 * which makes the document not well-formed and shows in it what was asked for.
 */
export function writeXml(root: XmlDraft): Uint8Array {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>']
  writeElement(root, '', '', lines)
  return new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join(''))
}

function writeElement(element: XmlDraft, inherited: string, indent: string, lines: string[]): void {
  const { name, namespace, attributes = {}, content } = element
  const declaration = namespace === inherited ? '' : ` xmlns="${escaped(namespace)}"`
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`)
  const tag = `${name}${declaration}${given.join('')}`
  if (content.length === 0) lines.push(`${indent}<${tag}/>`)
  else if (typeof content === 'string') lines.push(`${indent}<${tag}>${escaped(content)}</${name}>`)
  else {
    lines.push(`${indent}<${tag}>`)
    for (const child of content) writeElement(child, namespace, `${indent}  `, lines)
    lines.push(`${indent}</${name}>`)
  }
}

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

// Line ends and tabs are written as references too: a parser would normalise them (XML 1.0 2.11 and 3.3.3).
const special = /[&<>"]|[^\x20-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu

const escaped = (text: string): string =>
  text.replace(
    special,
    (character) => named[character] ?? `&#x${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()};`,
  )
