export type {
  CSeq,
  Diagnostic,
  HeaderField,
  MediaType,
  NameAddress,
  Parameter,
  SipDraft,
  SipMessage,
  Span,
  StartLine,
  Uri,
  Via,
  Warning,
} from './message.ts'
export { statusOf } from './message.ts'
export { compactName } from './compact-forms.ts'
export { header, headerField, headerFields, headers, headerValue, headerValues } from './header-field.ts'
export { readFragment, readMessage } from './read-message.ts'
export { writeMessage } from './write-message.ts'
export { rewriteMessage, type Edit } from './rewrite-message.ts'
export { splitList } from './list.ts'
export { parameter, readParameters } from './parameters.ts'
export { readUri, sameUri } from './uri.ts'
export { readNameAddress, writeNameAddress } from './headers/name-address.ts'
export { magicCookie, readVia, writeVia } from './headers/via.ts'
export { readCSeq } from './headers/cseq.ts'
export { readWarning, writeWarning } from './headers/warning.ts'
export { readMediaType } from './headers/media-type.ts'
export { spanOf } from './span-of.ts'
export { judgeMessage, type Conformance } from './conformance.ts'
export { mostDiagnostics } from './judge-message.ts'
export { inspectMessage, type Element, type Inspection } from './inspect-message.ts'
export type { HeaderName, HeaderValue } from './headers/families.ts'
export { writeHeaderValue } from './write-header-value.ts'
export { writeParameters } from './parameters.ts'
export { writeCredentials, type Credentials } from './headers/credentials.ts'
export { createFramer } from './framer.ts'
export type { Framed, Framer, FramerLimits } from './framer.ts'
