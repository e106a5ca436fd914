export { childOf, childrenOf, type XmlDiagnostic, type XmlDraft, type XmlElement, type XmlReading } from './element.ts'
export { readXml, xmlLimits, type XmlLimits } from './read-xml.ts'
export { isSchemaName, validateXml, type SchemaName, type SchemaViolation } from './validate.ts'
export { writeXml } from './write-xml.ts'
