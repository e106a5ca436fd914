import { httpHeader, type HttpRequest } from '#wire/http'
import type { HttpRequestBinding, Problem, WireRule } from './binding.ts'
import type { Service } from './service.ts'
import { defaultBinding, sources } from './sources.ts'
import { segment, segmentText, userProfileOf } from './user-profile.ts'
import { problem } from './wire-rule.ts'

export const userProfileRequestName = 'get MC service user profile request'

const methodRule: WireRule = {
  field: 'method',
  requirement: 'A document is retrieved by GET',
  source: sources.xcapGet,
  expected: ['GET'],
}

const schemeRule: WireRule = {
  field: 'Authorization',
  requirement: 'The access token is a Bearer token',
  source: sources.bearerToken,
  expected: ['Bearer <access token>'],
}

const place = ({ target }: HttpRequest, service: Service): readonly [user: string, index: string] | undefined => {
  const { application, root } = userProfileOf(service)
  const path = (target.split('?')[0] ?? '').split('/')
  const at = path.indexOf(application)
  const [users, user = '', file = ''] = path.slice(at + 1)
  const index = new RegExp(`^${root}-(.*)\\.xml$`).exec(segmentText(file))?.[1]
  return at === -1 || users !== 'users' || index === undefined ? undefined : [segmentText(user), index]
}

/** A client retrieves the user profile of an MC service from a configuration management server: GET of XCAP. */
export const userProfileRequest: HttpRequestBinding = {
  carrier: 'http-request',
  message: userProfileRequestName,
  source: sources.userProfileRetrieval,
  summary: 'HTTP GET of the user profile document',
  when: 'The MC service client of a user who migrates sends it to the configuration management server of the MC system migrated to (step 4b, with a group call step 2).',
  fields(values) {
    const { application, root, type } = userProfileOf(values.service)
    return [
      {
        name: 'Request-URI',
        value: `/${application}/users/<MC service ID>/${root}-<index>.xml`,
        source: sources.userProfilePath,
      },
      { name: 'Authorization', value: 'Bearer <access token>', source: sources.bearerToken },
      { name: 'Accept', value: type, source: sources.userProfilePath },
    ]
  },
  mappings: () => [
    {
      ie: 'mcServiceId',
      status: 'M',
      carriedIn: 'path, after users',
      meaning: 'The identity whose profile it is: the one for use whilst migrated',
      source: defaultBinding('user-profile'),
    },
    {
      ie: 'credentials',
      status: 'M',
      carriedIn: 'Authorization: Bearer',
      meaning: 'Access token with the scope of the configuration management service',
      source: sources.bearerToken,
    },
    {
      ie: 'userProfileIndex',
      status: 'M',
      carriedIn: 'path, in the name of the document',
      meaning: 'The user profile selected for use whilst migrated',
      source: sources.userProfilePath,
    },
  ],
  rules: () => [methodRule, schemeRule],
  recognises: (request, { service }) => place(request, service) !== undefined,
  encode({ mcServiceId = '', userProfileIndex = '', credentials }, { service }) {
    const { application, root, type } = userProfileOf(service)
    const authorization = credentials === undefined ? [] : [['Authorization', `Bearer ${credentials}`] as const]
    return {
      kind: 'request',
      method: 'GET',
      target: `/${application}/users/${segment(mcServiceId)}/${root}-${segment(userProfileIndex)}.xml`,
      headers: [...authorization, ['Accept', type]],
      body: new Uint8Array(),
    }
  },
  decode(request, { service }) {
    const [user = '', index = ''] = place(request, service) ?? []
    const authorization = httpHeader(request, 'Authorization')
    const token = authorization === undefined ? undefined : /^Bearer +(\S+)$/i.exec(authorization)?.[1]
    const problems: Problem[] = []
    if (request.method !== 'GET') problems.push(problem(methodRule, request.method))
    if (authorization !== undefined && token === undefined) problems.push(problem(schemeRule, authorization))
    return {
      name: userProfileRequestName,
      ies: {
        ...(user !== '' && { mcServiceId: user }),
        ...(token !== undefined && { credentials: token }),
        ...(index !== '' && { userProfileIndex: index }),
      },
      problems,
      spans: {},
    }
  },
}
