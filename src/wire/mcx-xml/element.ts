/** Octets `start` up to, not including, `end`. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** An element as it was read. */
export interface XmlElement {
  /** Local name. */
  readonly name: string
  /** Namespace name, `''` when there is none. */
  readonly namespace: string
  /** Attributes without the namespace declarations; prefix as written. */
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  /** Character data directly inside, references resolved. */
  readonly text: string
  /** From `<` of the start tag to `>` of the end tag. */
  readonly span: Span
  /** Between the tags. */
  readonly contentSpan: Span
}

/** Something an XML body must not have, and where. */
export interface XmlDiagnostic {
  readonly rule: 'well-formed' | 'doctype' | 'encoding' | 'depth' | 'size'
  readonly message: string
  readonly span: Span
}

export interface XmlReading {
  /** Absent when the document was refused. */
  readonly root?: XmlElement
  readonly diagnostics: readonly XmlDiagnostic[]
}

/** An element to be written. Content is either text or children. */
export interface XmlDraft {
  readonly name: string
  /** Written as a default namespace declaration when it differs from the parent's. */
  readonly namespace: string
  readonly attributes?: Readonly<Record<string, string>>
  readonly content: string | readonly XmlDraft[]
}

/** The first child of that name and namespace. */
export const childOf = (parent: XmlElement | undefined, namespace: string, name: string): XmlElement | undefined =>
  parent?.children.find((child) => child.name === name && child.namespace === namespace)

/** All children of that name and namespace, in order. */
export const childrenOf = (parent: XmlElement | undefined, namespace: string, name: string): readonly XmlElement[] =>
  parent?.children.filter((child) => child.name === name && child.namespace === namespace) ?? []
