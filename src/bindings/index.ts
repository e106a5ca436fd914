export { acknowledge } from './acknowledgement.ts'
export type {
  Alternative,
  Binding,
  Decoded,
  IeValues,
  Mapping,
  Parties,
  Problem,
  Profile,
  RequestBinding,
  ResponseBinding,
  Span,
  Unrecognised,
  WireField,
  WireRequest,
  WireResponse,
  WireRule,
} from './binding.ts'
export { decodeRequest } from './decode-request.ts'
export { defaultValues, profileValues, type ProfileValue, type ProfileValues } from './profile-values.ts'
export { bindingOf, decodeExample, exampleMessages, exampleOctets, type ExampleMessage } from './example-messages.ts'
export { profiles, rel18 } from './rel-18.ts'
export { defaultBindings, type DefaultBinding } from './sources.ts'
