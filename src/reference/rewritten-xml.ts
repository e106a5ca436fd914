const documents = /<\?xml [^>]*\?>\s*<([A-Za-z][\w.-]*)(?:\s[^>]*)?>.*?<\/\1>/gs
const tags = /<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>/g
const attributes = /[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*')/g

/** The XML documents in a text with a prefix in place of their default namespace, and attributes in reverse: the same infoset. */
export const rewrittenXml = (text: string): string =>
  text.replaceAll(documents, (document) => (isPlain(document) ? rewritten(document) : document))

/** One default namespace, at the root, and none of the constructs that a change of tags would not leave alone. */
const isPlain = (document: string): boolean =>
  document.match(/\sxmlns=/g)?.length === 1 && !/<!|\sxmlns:other=/.test(document)

const rewritten = (document: string): string =>
  document.replaceAll(tags, (_tag, close: string, name: string, given: string, empty: string) => {
    const reversed = [...given.matchAll(attributes)].map(([attribute]) => attribute.replace(/^xmlns=/, 'xmlns:other='))
    const prefixed = name.includes(':') ? name : `other:${name}`
    return `<${[`${close}${prefixed}`, ...reversed.toReversed()].join(' ')}${empty}>`
  })
