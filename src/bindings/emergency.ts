import type { Source } from '#verdict'
import { headerField, type SipMessage } from '#wire/sip'
import type { XmlDraft } from '#wire/mcx-xml'
import type { IeValues, Mapping, Problem, WireField, WireRule } from './binding.ts'
import { contentElement } from './information-document.ts'
import type { ProfileValues } from './profile-values.ts'
import { services, type Service } from './service.ts'
import { defaultBinding, sourcesOf } from './sources.ts'
import { problem } from './wire-rule.ts'

// What an INVITE has where the communication is an emergency one (TS 24.379 6.2.8.1 and 6.2.8.3).

export type EmergencyCall = 'group' | 'private'

/** Elements of the Params; of an emergency no alert is sent along. */
export const emergencyElements = (service: Service, { emergencyIndicator }: IeValues): readonly XmlDraft[] =>
  emergencyIndicator === undefined
    ? []
    : [
        contentElement(service, 'emergency-ind', 'Boolean', emergencyIndicator),
        contentElement(service, 'alert-ind', 'Boolean', 'false'),
      ]

export const resourcePriority = (
  { emergencyIndicator }: IeValues,
  { emergencyResourcePriority }: ProfileValues,
): readonly (readonly [name: string, value: string])[] =>
  emergencyIndicator === undefined ? [] : [['Resource-Priority', emergencyResourcePriority]]

const sourceOf = (service: Service, call: EmergencyCall, fromClient: boolean): Source => {
  if (!fromClient) return defaultBinding('emergency')
  const { emergencyGroupCall, emergencyPrivateCall } = sourcesOf(service)
  return call === 'group' ? emergencyGroupCall : emergencyPrivateCall
}

/** The value is that of the service configuration, and is not judged. */
export const resourcePriorityRule = (service: Service, call: EmergencyCall, fromClient: boolean): WireRule => ({
  field: 'Resource-Priority',
  requirement: 'The INVITE of an emergency communication has a Resource-Priority',
  source: sourceOf(service, call, fromClient),
  expected: ['Resource-Priority: <namespace>.<priority> of the service configuration'],
})

export function judgeResourcePriority(
  message: SipMessage,
  { emergencyIndicator }: IeValues,
  service: Service,
  call: EmergencyCall,
  fromClient: boolean,
): readonly Problem[] {
  if (emergencyIndicator !== 'true' || headerField(message, 'Resource-Priority') !== undefined) return []
  return [problem(resourcePriorityRule(service, call, fromClient), 'no Resource-Priority')]
}

export const resourcePriorityField = (
  { service, emergencyResourcePriority }: ProfileValues,
  call: EmergencyCall,
): WireField => ({
  name: 'Resource-Priority',
  value: `${emergencyResourcePriority}, in an emergency communication`,
  source: sourceOf(service, call, true),
})

export const emergencyRow = (service: Service): Mapping => {
  const { prefix } = services[service]
  return {
    ie: 'emergencyIndicator',
    status: 'C',
    carriedIn: `${prefix}-Params/emergency-ind/${prefix}Boolean`,
    meaning: "'true': the communication is an emergency one",
    source: sourcesOf(service).element,
  }
}
