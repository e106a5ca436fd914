export { contentTypes } from './data-message.ts'
export type {
  DataDiagnostic,
  DataMessage,
  DataPayload,
  DataReading,
  Disposition,
  OtherElement,
  Payload,
  SdsSignalling,
} from './data-message.ts'
export { readDataMessage } from './read-data-message.ts'
export { writeDataPayload, writeSdsSignalling } from './write-data-message.ts'
