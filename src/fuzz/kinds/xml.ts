import { lureOf, table, type Kind, type Rows } from '../kind.ts'

/** Where a document begins, after its declaration. */
const afterDeclaration = (text: string, what: string): string =>
  text.startsWith('<?xml') ? text.replace('?>', `?>${what}`) : what + text

/** A document type declaration in front, and a use of its entity inside the root. */
const withEntity = (text: string, declarations: string, use: string): string =>
  afterDeclaration(text, `<!DOCTYPE x [${declarations}]>`).replace(/(<[\w:]+[^?!>]*>)/, `$1${use}`)

const billions = (): string => {
  let text = '<!ENTITY a0 "aaaaaaaaaa">'
  for (let level = 1; level < 10; level += 1) text += `<!ENTITY a${level} "${`&a${level - 1};`.repeat(10)}">`
  return text
}

/** Names of the default namespace with a prefix in front of them (Namespaces in XML 6.2): the same document. */
const prefixed = (text: string): string =>
  (text.match(/\sxmlns="/g) ?? []).length === 1
    ? text.replace(/\sxmlns="/, ' xmlns:own="').replace(/<(\/?)(?=[A-Za-z][\w.-]*[\s/>])/g, '<$1own:')
    : text

const inRoot = (text: string, what: string): string => text.replace(/(<[A-Za-z][\w:]*[^>]*>)/, `$1${what}`)

/** Documents that parsers have stumbled over. */
const documents: Rows = {
  'byte order mark': (text) => `\xef\xbb\xbf${text}`,
  'no declaration': (text) => text.replace(/^<\?xml[^>]*>\s*/, ''),
  'declared UTF-16': (text) => text.replace('UTF-8', 'UTF-16'),
  'declared ISO-8859-1': (text) => text.replace('UTF-8', 'ISO-8859-1'),
  'in UTF-16': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').toString('latin1'),
  'version 1.1': (text) => text.replace('version="1.0"', 'version="1.1"'),
  'prefixes throughout': (text) => prefixed(text),
  'two roots': (text) => `${text}<second/>`,
  'text behind the root': (text) => `${text}text`,
  'cut in half': (text) => text.slice(0, text.length >> 1),
  'last tag cut off': (text) => text.slice(0, text.lastIndexOf('</')),
  'mismatched tag': (text) => text.replace(/<\/[\w:]+>$/, '</other>'),
  'reference unknown': (text) => inRoot(text, '&unknown;'),
  'reference to NUL': (text) => inRoot(text, '&#0;'),
  'empty document type': (text) => afterDeclaration(text, '<!DOCTYPE x>'),
  'internal entity': (text) => withEntity(text, '<!ENTITY a "x">', '&a;'),
  'entities, exponential': (text) => withEntity(text, billions(), '&a9;'),
  'entities, quadratic': (text) => withEntity(text, `<!ENTITY a "${'a'.repeat(30_000)}">`, '&a;'.repeat(1500)),
  'parameter entity': (text) => afterDeclaration(text, '<!DOCTYPE x [<!ENTITY % p "<!ENTITY a \'x\'>"> %p;]>'),
  'external entity, file': (text) => withEntity(text, '<!ENTITY a SYSTEM "file:///etc/hostname">', '&a;'),
  'external document type': (text) => afterDeclaration(text, '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'),
  'external entity, page': (text, around) => withEntity(text, `<!ENTITY a SYSTEM "${lureOf(around)}">`, '&a;'),
  'external entity, file in the first identity': (text, { lure }) =>
    afterDeclaration(text, `<!DOCTYPE x [<!ENTITY a SYSTEM "${lure?.file ?? 'file:///dev/null'}">]>`).replace(
      /(sip:)/,
      '$1&a;',
    ),
  'external entity, file in the last identity': (text, { lure }) =>
    afterDeclaration(text, `<!DOCTYPE x [<!ENTITY a SYSTEM "${lure?.file ?? 'file:///dev/null'}">]>`).replace(
      /(.*sip:)/s,
      '$1&a;',
    ),
  'external parameter entity, page': (text, around) =>
    afterDeclaration(text, `<!DOCTYPE x [<!ENTITY % p SYSTEM "${lureOf(around)}"> %p;]>`),
  'external document type, page': (text, around) => afterDeclaration(text, `<!DOCTYPE x SYSTEM "${lureOf(around)}">`),
  'inclusion of a page': (text, around) =>
    inRoot(text, `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="${lureOf(around)}"/>`),
  'schema of a page': (text, around) =>
    text.replace(
      /^((?:<\?[^>]*>\s*)?<[\w:.-]+)/,
      `$1 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x ${lureOf(around)}"`,
    ),
  'style sheet of a page': (text, around) => afterDeclaration(text, `<?xml-stylesheet href="${lureOf(around)}"?>`),
  'style sheet': (text) => afterDeclaration(text, '<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>'),
  'processing instruction with the boundary': (text) => inRoot(text, '<?x --mcx-boundary?>'),
  'comment with the boundary': (text) => inRoot(text, '<!-- mcx-boundary -->'),
  'processing instruction': (text) => inRoot(text, '<?x y?>'),
  comment: (text) => inRoot(text, '<!-- a -->'),
  'elements within each other, 31': (text) => inRoot(text, '<a>'.repeat(29) + '</a>'.repeat(29)),
  'elements within each other, 1000': (text) => inRoot(text, '<a>'.repeat(1000) + '</a>'.repeat(1000)),
  'elements within each other, 7000': (text) => inRoot(text, '<a>'.repeat(7000) + '</a>'.repeat(7000)),
  '4000 attributes': (text) =>
    inRoot(text, `<a ${Array.from({ length: 4000 }, (_, index) => `a${index}=""`).join(' ')}/>`),
  '1000 namespaces': (text) =>
    inRoot(text, `<a ${Array.from({ length: 1000 }, (_, index) => `xmlns:n${index}="urn:n"`).join(' ')}/>`),
  'numeric references, 5000': (text) => inRoot(text, '&#65;'.repeat(5000)),
}

const names: Rows = {
  unknown: 'unknown-element',
  'prefix not declared': (text) => `p:${text}`,
  'MCVideo in place of MCPTT': (text) => text.replace('mcptt', 'mcvideo'),
  'upper case': (text) => text.toUpperCase(),
  'not a name': '1a',
}

const elements: Rows = {
  'unknown element in front': (text) => `<unknown xmlns="urn:unknown"/>${text}`,
  'unknown element behind': (text) => `${text}<unknown xmlns="urn:unknown"/>`,
  'element that names the sender behind': (text, { sender: { sentBy, host } }) =>
    `${text}<unknown xmlns="urn:unknown" at="${sentBy}">${host}</unknown>`,
  'text in front': (text) => `text${text}`,
  'comment inside': (text) => `<!-- a -->${text}`,
  'CDATA around': (text) => `<![CDATA[${text}]]>`,
  'processing instruction inside': (text) => `<?x y?>${text}`,
}

const wholeElements: Rows = {
  'empty tag': (text) => text.replace(/^<([\w:.-]+)[^>]*>[\s\S]*$/, '<$1/>'),
  nil: (text) =>
    text.replace(/^<([\w:.-]+)/, '<$1 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"'),
  'other type': (text) =>
    text.replace(/^<([\w:.-]+)/, '<$1 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="other"'),
  'other namespace': (text) => text.replace(/^<([\w:.-]+)/, '<$1 xmlns="urn:unknown"'),
  'prefix in place of default': (text) => text.replace(/^<([\w:.-]+)/, '<$1 xmlns:p="urn:3gpp:ns:mcpttInfo:1.0"'),
  'duplicate of another user behind': (text, { user, other }) =>
    text + text.replaceAll(user.mcServiceId, other.mcServiceId).replaceAll(user.temporaryId, other.temporaryId),
  'duplicate of another user in front': (text, { user, other }) =>
    text.replaceAll(user.mcServiceId, other.mcServiceId).replaceAll(user.temporaryId, other.temporaryId) + text,
}

const texts: Rows = {
  'white space around': (text) => ` \r\n ${text} \r\n `,
  'comment inside': (text) => `${text.slice(0, 6)}<!-- -->${text.slice(6)}`,
  'CDATA inside': (text) => `${text.slice(0, 6)}<![CDATA[${text.slice(6)}]]>`,
  'processing instruction inside': (text) => `${text.slice(0, 6)}<?x?>${text.slice(6)}`,
  'element inside': (text) => `<a/>${text}`,
  'ampersand inside': (text) => text.replace(/(?<=.)@|$/, (rest) => `&amp;x${rest}`),
  'numeric references': (text) => text.replace(/^./, (first) => `&#${first.charCodeAt(0)};`),
}

const booleans: Rows = { true: 'true', false: 'false', 1: '1', 0: '0', TRUE: 'TRUE', yes: 'yes', spaced: ' true ' }

const attributes: Rows = { Normal: 'Normal', Encrypted: 'Encrypted', unknown: 'Unknown', 'lower case': 'normal' }

const textTypes = ['text', 'uri-text', 'domain-text', 'integer-text', 'token-text', 'boolean-text'] as const

/** XML bodies (5.9). */
export const xmlKinds: readonly Kind[] = [
  table('document', ['document'], documents),
  table('element name', ['element-name'], names),
  table('element', ['element'], elements),
  table('whole element', ['element'], wholeElements, { of: 'whole' }),
  table('XML text', textTypes, texts),
  table('boolean', ['boolean-text'], booleans),
  table('attribute', ['attribute'], attributes),
]
