export type {
  FieldName,
  FieldValues,
  Location,
  OctetAndSpare,
  RejectCause,
  SessionIdentity,
  Subchannel,
  TrackInfo,
} from './field-values.ts'
export { fieldValue, type Field, type FloorControlDiagnostic, type FloorControlMessage } from './floor-control.ts'
export { denyCauses, floorIndicators, revokeCauses, sources } from './code-points.ts'
export { fieldNamed, fieldNumbered } from './fields.ts'
export {
  isControlName,
  messageOf,
  messages,
  newestRelease,
  type ControlName,
  type MessageDefinition,
  type Release,
} from './message-table.ts'
export { readFloorControl, type FloorControlReading } from './read-floor-control.ts'
export { writeFloorControl } from './write-floor-control.ts'
export { judgeFloorControl } from './judge-floor-control.ts'
