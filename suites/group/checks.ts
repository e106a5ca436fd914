import { checks } from '#flow'
import { groupId, servedIdentity } from '../vocabulary/values.ts'

export const { mayAffiliate } = checks({
  mayAffiliate: {
    that: 'the MC service user may affiliate to this MC service group',
    about: [servedIdentity, groupId],
    ways: {
      notMember: 'the MC service user is no member of this MC service group',
      notAuthorized: 'the MC service user is not service authorized in this MC system',
    },
  },
})
