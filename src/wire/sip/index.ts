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
export { header, headerField, headerFields, headers, headerValue, headerValues } from './header-field.ts'
export { readMessage } from './read-message.ts'
export { writeMessage } from './write-message.ts'
export { splitList } from './list.ts'
export { parameter, readParameters } from './parameters.ts'
export { readUri, sameUri } from './uri.ts'
export { readNameAddress } from './headers/name-address.ts'
export { magicCookie, readVia } from './headers/via.ts'
export { readCSeq } from './headers/cseq.ts'
export { readWarning } from './headers/warning.ts'
export { readMediaType } from './headers/media-type.ts'
export { createFramer } from './framer.ts'
export type { Framed, Framer, FramerLimits } from './framer.ts'
