import type { SipMessage } from '#wire/sip'
import type { Alternative, Decoded, Problem, Profile, RequestBinding, Unrecognised } from './binding.ts'
import { typeRule } from './migration-message.ts'
import { describedMigrationRequest } from './migration-request.ts'
import { describedMigrationResponse } from './migration-response.ts'
import type { ProfileValues } from './profile-values.ts'
import { receivedBody } from './received-body.ts'
import { bindingsOf } from './rel-18.ts'
import type { Service } from './service.ts'
import { problem } from './wire-rule.ts'

/**
 * Reads a request as the message of the profile that it is meant as, or says why it is none. `values` are those of the
 * service (`valuesOf`). Never throws.
 */
export function decodeRequest(
  profile: Profile,
  service: Service,
  alternative: Alternative,
  message: SipMessage,
  values: ProfileValues,
): Decoded | Unrecognised {
  const bindings = bindingsOf(profile, service, alternative).filter(
    (binding): binding is RequestBinding => binding.carrier === 'request',
  )
  const meant = bindings.find((binding) => binding.recognises(message, values))
  return meant?.decode(message, values) ?? unrecognised(bindings, message, values)
}

function unrecognised(bindings: readonly RequestBinding[], message: SipMessage, values: ProfileValues): Unrecognised {
  const { startLine } = message
  if (startLine.kind !== 'request') return { unrecognised: 'it is no request', problems: [] }
  const likely = bindings.filter(({ method }) => method === startLine.method)
  if (likely.length === 0) {
    const methods = [...new Set(bindings.map(({ method }) => method))].join(', ')
    return { unrecognised: `${startLine.method} is no method of the profile, which has ${methods}`, problems: [] }
  }
  const reasons = likely.map((binding) => `no ${binding.message}: ${binding.mismatch(message, values)}`)
  const problems: Problem[] = [...receivedBody(message, values.service).problems]
  if (startLine.method === 'MESSAGE') {
    const { info } = receivedBody(message, values.service)
    for (const described of [describedMigrationRequest, describedMigrationResponse]) {
      const rule = typeRule(described, values)
      problems.push(problem(rule, `no ${rule.field} of that value`, info?.span ?? message.bodySpan))
    }
  }
  return { unrecognised: reasons.join('; '), problems }
}
