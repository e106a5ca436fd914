import { readFileSync } from 'node:fs'
import {
  ParseOption,
  XmlBufferInputProvider,
  XmlDocument,
  XmlLibError,
  xmlRegisterInputProvider,
  XsdValidator,
} from 'libxml2-wasm'
import { readXml } from './read-xml.ts'
import type { XmlReading } from './element.ts'

/** The schemas of our own, written from the published descriptions of the bodies. */
const schemaFiles = {
  'affiliation-command': 'affiliation-command.xsd',
  'conference-info': 'conference-info.xsd',
  'location-info': 'location-info.xsd',
  'mcdata-info': 'mcdata-info.xsd',
  'mcptt-info': 'mcptt-info.xsd',
  'mcvideo-info': 'mcvideo-info.xsd',
  pidf: 'pidf.xsd',
  'poc-settings': 'poc-settings.xsd',
  'resource-lists': 'resource-lists.xsd',
} as const

export type SchemaName = keyof typeof schemaFiles

export const isSchemaName = (name: string): name is SchemaName => Object.hasOwn(schemaFiles, name)

/** What the schema does not allow, in the words of libxml2. */
export interface SchemaViolation {
  readonly message: string
  /** Line of the document, from 1. */
  readonly line: number
}

/** Schemas that others import, by the name they import them by. */
const imported = ['affiliation.xsd']
const octetsOf = (file: string): Uint8Array => readFileSync(new URL(`./${file}`, import.meta.url))

const compiled = new Map<SchemaName, XsdValidator>()

function validatorOf(name: SchemaName): XsdValidator {
  const existing = compiled.get(name)
  if (existing !== undefined) return existing
  // libxml2 opens no file here: what a schema imports is given to it while that schema is compiled.
  const provider = new XmlBufferInputProvider(Object.fromEntries(imported.map((file) => [file, octetsOf(file)])))
  xmlRegisterInputProvider(provider)
  const document = XmlDocument.fromBuffer(octetsOf(schemaFiles[name]))
  try {
    const validator = XsdValidator.fromDoc(document)
    compiled.set(name, validator)
    return validator
  } finally {
    document.dispose()
    for (const file of imported) provider.removeBuffer(file)
  }
}

/** Documents that were valid, whoever is named in them: an identity behind a hyphen and before `@`, and a token, are to every type of our schemas like any other. */
const valid = new Set<string>()
const anybody = /-[0-9a-f]{6,12}@|eyJ[\w-]+\.[\w-]+\.[\w-]+/g
const mostValid = 4096

/**
 * Validates a document against one of our schemas; of no violations it is valid. Never throws. A document that
 * `readXml` refuses (not well-formed, with a document type declaration, too large) is not handed to libxml2 at all.
 *
 * @param reading what `readXml` says of the same octets, where that is known already
 */
export function validateXml(
  octets: Uint8Array,
  schema: SchemaName,
  reading: XmlReading = readXml(octets),
): readonly SchemaViolation[] {
  const refused = reading.diagnostics[0]
  if (refused !== undefined) return [{ message: refused.message, line: 1 }]
  const text = Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1')
  const name = `${schema} ${text.replace(anybody, '-@')}`
  if (valid.has(name)) return []
  const violations = violationsOf(octets, schema)
  if (violations.length > 0) return violations
  if (valid.size === mostValid) valid.clear()
  valid.add(name)
  return violations
}

function violationsOf(octets: Uint8Array, schema: SchemaName): readonly SchemaViolation[] {
  const validator = validatorOf(schema)
  let document: XmlDocument | undefined
  try {
    document = XmlDocument.fromBuffer(octets, { option: ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE })
    validator.validate(document)
    return []
  } catch (problem) {
    if (!(problem instanceof XmlLibError) || problem.details.length === 0)
      return [{ message: String(problem), line: 1 }]
    return problem.details.map(({ message, line }) => ({ message: message.trim(), line }))
  } finally {
    document?.dispose()
  }
}
