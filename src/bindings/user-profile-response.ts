import { readXml, writeXml } from '#wire/mcx-xml'
import { httpHeader, type HttpResponse } from '#wire/http'
import type { Decoded, HttpResponseBinding, IeValues, Problem, WireRule } from './binding.ts'
import type { Service } from './service.ts'
import { defaultBinding, sources } from './sources.ts'
import { userProfileOf } from './user-profile.ts'
import { userProfileRequestName } from './user-profile-request.ts'
import { problem } from './wire-rule.ts'

const name = 'get MC service user profile response'

/** How a retrieval is refused (RFC 9110 15.5, RFC 6750 3.1). */
export const profileRefusals = {
  notAuthenticated: { status: 401, reason: 'Unauthorized' },
  notAuthorized: { status: 403, reason: 'Forbidden' },
  notFound: { status: 404, reason: 'Not Found' },
} as const
export type ProfileRefusal = (typeof profileRefusals)[keyof typeof profileRefusals]

const rules = (service: Service) => {
  const { type, root, namespace } = userProfileOf(service)
  return {
    type: {
      field: 'Content-Type',
      requirement: 'The user profile has its own media type',
      source: sources.userProfilePath,
      expected: [type],
    },
    document: {
      field: 'body',
      requirement: `The body is an XML document with the root ${root}`,
      source: sources.userProfilePath,
      expected: [`<${root} xmlns="${namespace}">`],
    },
  } satisfies Record<string, WireRule>
}

/** The final response of the configuration management server, with the document or without. */
export const userProfileResponse: HttpResponseBinding = {
  carrier: 'http-response',
  message: name,
  answers: userProfileRequestName,
  source: sources.userProfileRetrieval,
  summary: 'response to the HTTP GET of the user profile document',
  when: 'The configuration management server of the MC system migrated to sends it (step 4b.1, with a group call step 2a).',
  implied: ['result'],
  fields: ({ service }) => [
    {
      name: 'status code',
      value:
        '200 (OK); 401 without a good access token, 403 for the profile of another user, 404 where there is no such profile; 409 is a refusal too',
      source: sources.xcapGet,
    },
    { name: 'Content-Type', value: userProfileOf(service).type, source: sources.userProfilePath },
    {
      name: 'body',
      value: `${userProfileOf(service).root} with XUI-URI and user-profile-index`,
      source: defaultBinding('user-profile'),
    },
  ],
  mappings: () => [
    {
      ie: 'result',
      status: 'M',
      carriedIn: 'status code',
      meaning: "'accepted': the profile is in the response; 'refused'",
      source: sources.xcapGet,
    },
    {
      ie: 'mcServiceId',
      status: 'O',
      carriedIn: 'XUI-URI of the root element',
      meaning: 'The identity whose profile it is',
      source: defaultBinding('user-profile'),
    },
    {
      ie: 'userProfileIndex',
      status: 'O',
      carriedIn: 'user-profile-index of the root element',
      meaning: 'Which of the profiles of the user it is',
      source: defaultBinding('user-profile'),
    },
  ],
  rules: ({ service }) => Object.values(rules(service)),
  encode(ies, { service }, _request, refusal = profileRefusals.notAuthorized) {
    if (ies.result === 'refused') {
      const challenge = refusal.status === 401 ? [['WWW-Authenticate', 'Bearer'] as const] : []
      const { status, reason } = refusal
      return { kind: 'response', status, reason, headers: challenge, body: new Uint8Array() }
    }
    return {
      kind: 'response',
      status: 200,
      reason: 'OK',
      headers: [
        ['Content-Type', userProfileOf(service).type],
        ['Cache-Control', 'no-store'],
      ],
      body: writeProfile(ies, service),
    }
  },
  decode: (response, { service }) =>
    response.status >= 200 && response.status < 300
      ? readProfile(response, service)
      : { name, ies: { result: 'refused' }, problems: [], spans: {} },
}

function writeProfile({ mcServiceId, userProfileIndex }: IeValues, service: Service): Uint8Array {
  const { root, namespace } = userProfileOf(service)
  const attributes = {
    ...(mcServiceId !== undefined && { 'XUI-URI': mcServiceId }),
    ...(userProfileIndex !== undefined && { 'user-profile-index': userProfileIndex }),
  }
  return writeXml({ name: root, namespace, attributes, content: [{ name: 'Status', namespace, content: 'true' }] })
}

function readProfile(response: HttpResponse, service: Service): Decoded {
  const { type, root, namespace } = userProfileOf(service)
  const problems: Problem[] = []
  const given = httpHeader(response, 'Content-Type') ?? ''
  if (given.split(';')[0]?.trim().toLowerCase() !== type)
    problems.push(problem(rules(service).type, given || 'no Content-Type'))
  const { root: document } = readXml(response.body)
  if (document?.name !== root || document.namespace !== namespace)
    problems.push(problem(rules(service).document, document ? `<${document.name}>` : 'no such document'))
  const { 'XUI-URI': user, 'user-profile-index': index } = document?.attributes ?? {}
  return {
    name,
    ies: {
      result: 'accepted',
      ...(user !== undefined && { mcServiceId: user }),
      ...(index !== undefined && { userProfileIndex: index }),
    },
    problems,
    spans: {},
  }
}
