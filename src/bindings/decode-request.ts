import type { SipMessage } from '#wire/sip'
import type { Alternative, Binding, Decoded, Problem, Profile, RequestBinding, Unrecognised } from './binding.ts'
import { madeOnce } from './made-once.ts'
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
  const { startLine } = message
  if (startLine.kind !== 'request') return { unrecognised: 'it is no request', problems: [] }
  const byMethod = requestsOf(bindingsOf(profile, service, alternative))
  const likely = byMethod.get(startLine.method)
  if (likely === undefined) {
    const methods = [...byMethod.keys()].join(', ')
    return { unrecognised: `${startLine.method} is no method of the profile, which has ${methods}`, problems: [] }
  }
  const meant = likely.find((binding) => binding.recognises(message, values))
  return meant?.decode(message, values) ?? unrecognised(startLine.method, likely, message, values)
}

const requestsOf = madeOnce((bindings: readonly Binding[]) =>
  Map.groupBy(
    bindings.filter((binding) => binding.carrier === 'request'),
    ({ method }) => method,
  ),
)

function unrecognised(
  method: string,
  likely: readonly RequestBinding[],
  message: SipMessage,
  values: ProfileValues,
): Unrecognised {
  const reasons = likely.map((binding) => `no ${binding.message}: ${binding.mismatch(message, values)}`)
  const problems: Problem[] = [...receivedBody(message, values.service).problems]
  if (method === 'MESSAGE') {
    const { info } = receivedBody(message, values.service)
    for (const described of [describedMigrationRequest, describedMigrationResponse]) {
      const rule = typeRule(described, values)
      problems.push(problem(rule, `no ${rule.field} of that value`, info?.span ?? message.bodySpan))
    }
  }
  return { unrecognised: reasons.join('; '), problems }
}
