export { readMediaType, writeParameter, type MediaType } from './media-type.ts'
export {
  maximalBoundary,
  maximalPartHeaders,
  maximalParts,
  partHeader,
  type Multipart,
  type MultipartDiagnostic,
  type Part,
  type PartHeader,
} from './multipart.ts'
export { readMultipart } from './read-multipart.ts'
export { writeMultipart, type PartDraft, type WrittenMultipart } from './write-multipart.ts'
