export { acknowledge } from './acknowledgement.ts'
export type {
  Alternative,
  Binding,
  Decoded,
  HttpRequestBinding,
  HttpResponseBinding,
  IeValues,
  ImpliedBinding,
  Mapping,
  Media,
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
export { compareProfiles, type MessageDifference, type ProfileComparison } from './compare-profiles.ts'
export { decodeRequest } from './decode-request.ts'
export {
  defaultValues,
  isConfigurable,
  profileValues,
  valuesOf,
  type ConfigurableValues,
  type ProfileValue,
  type ProfileValues,
} from './profile-values.ts'
export {
  callRefusals,
  groupRefusals,
  readRefusal,
  type CallRefusal,
  type ReceivedRefusal,
  type Refusal,
} from './refusal.ts'
export { profileRefusals, type ProfileRefusal } from './user-profile-response.ts'
export { brokenDocumentIn } from './received-body.ts'
export { sessionDescriptionIn } from './session-description.ts'
export { isService, serviceOf, services, type Service, type ServiceFacts } from './service.ts'
export { bindingOf, decodeExample, exampleMessages, exampleOctets, type ExampleMessage } from './example-messages.ts'
export { bindingsOf, profiles, rel18, rel18Moved } from './rel-18.ts'
export { defaultBindings, type DefaultBinding } from './sources.ts'
