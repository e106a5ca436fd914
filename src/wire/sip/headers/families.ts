import type { JudgeField } from '../rule.ts'
import { judgeCallId } from './call-id.ts'
import { judgeContact } from './contact.ts'
import { judgeContentLength } from './content-length.ts'
import { judgeCredentials } from './credentials.ts'
import { judgeCSeq } from './cseq.ts'
import { judgeDate } from './date.ts'
import { judgeMaxForwards } from './max-forwards.ts'
import { judgeAccept, judgeContentType } from './media-type.ts'
import { judgeAddressList, judgeFrom, judgeOneAddress } from './name-address-rules.ts'
import { judgeRetryAfter, judgeSeconds } from './seconds.ts'
import { judgeTokenList } from './token-list.ts'
import { judgeVia } from './via.ts'
import { judgeWarning } from './warning.ts'

/** What is known of a header field by its name. */
export interface HeaderFamily {
  /** The clause that defines it. */
  readonly clause: string
  /** Whether it may appear once only: its grammar is no comma-separated list (RFC 3261 7.3.1). */
  readonly single: boolean
  readonly judge?: JudgeField
}

const one = (clause: string, judge?: JudgeField): HeaderFamily => ({ clause, single: true, ...(judge && { judge }) })
const many = (clause: string, judge?: JudgeField): HeaderFamily => ({ clause, single: false, ...(judge && { judge }) })

/** Header fields by their long name in lower case (RFC 3261 20 and its extensions). */
export const headerFamilies: ReadonlyMap<string, HeaderFamily> = new Map(
  Object.entries({
    accept: many('RFC 3261 20.1', judgeAccept),
    allow: many('RFC 3261 20.5', judgeTokenList),
    'allow-events': many('RFC 6665 8.2.2', judgeTokenList),
    authorization: many('RFC 3261 20.7', judgeCredentials),
    'call-id': one('RFC 3261 20.8', judgeCallId),
    contact: many('RFC 3261 20.10', judgeContact),
    'content-disposition': one('RFC 3261 20.11'),
    'content-encoding': many('RFC 3261 20.12', judgeTokenList),
    'content-length': one('RFC 3261 20.14', judgeContentLength),
    'content-type': one('RFC 3261 20.15', judgeContentType),
    cseq: one('RFC 3261 20.16', judgeCSeq),
    date: one('RFC 3261 20.17', judgeDate),
    event: one('RFC 6665 8.2.1'),
    expires: one('RFC 3261 20.19', judgeSeconds),
    from: one('RFC 3261 20.20', judgeFrom),
    'max-forwards': one('RFC 3261 20.22', judgeMaxForwards),
    'mime-version': one('RFC 3261 20.24'),
    'min-expires': one('RFC 3261 20.23', judgeSeconds),
    organization: one('RFC 3261 20.25'),
    'p-asserted-identity': many('RFC 3325 9.1', judgeAddressList),
    'p-preferred-identity': many('RFC 3325 9.2', judgeAddressList),
    path: many('RFC 3327 4', judgeAddressList),
    priority: one('RFC 3261 20.26'),
    'proxy-authenticate': many('RFC 3261 20.27', judgeCredentials),
    'proxy-authorization': many('RFC 3261 20.28', judgeCredentials),
    'proxy-require': many('RFC 3261 20.29', judgeTokenList),
    'record-route': many('RFC 3261 20.30', judgeAddressList),
    'refer-to': one('RFC 3515 2.1', judgeOneAddress),
    'referred-by': one('RFC 3892 3', judgeOneAddress),
    'reply-to': one('RFC 3261 20.31', judgeOneAddress),
    require: many('RFC 3261 20.32', judgeTokenList),
    'retry-after': one('RFC 3261 20.33', judgeRetryAfter),
    route: many('RFC 3261 20.34', judgeAddressList),
    server: one('RFC 3261 20.35'),
    'service-route': many('RFC 3608 5', judgeAddressList),
    'session-expires': one('RFC 4028 4'),
    'sip-etag': one('RFC 3903 11.3.1'),
    'sip-if-match': one('RFC 3903 11.3.2'),
    subject: one('RFC 3261 20.36'),
    'subscription-state': one('RFC 6665 8.2.3'),
    supported: many('RFC 3261 20.37', judgeTokenList),
    timestamp: one('RFC 3261 20.38'),
    to: one('RFC 3261 20.39', judgeOneAddress),
    unsupported: many('RFC 3261 20.40', judgeTokenList),
    'user-agent': one('RFC 3261 20.41'),
    via: many('RFC 3261 20.42', judgeVia),
    warning: many('RFC 3261 20.43', judgeWarning),
    'www-authenticate': many('RFC 3261 20.44', judgeCredentials),
  } satisfies Record<string, HeaderFamily>),
)
