import { checks, states } from '#flow'
import { groupId, mcServiceId } from '../vocabulary/values.ts'
import { formerServer, newServer, otherUser } from './values.ts'

export const { serviceAuthorizedHere, iopsTrusted, takesPart, primaryTrusted } = checks({
  serviceAuthorizedHere: {
    that: 'the MC service user is service authorized in the primary MC system',
    about: [mcServiceId],
    ways: { notAuthorized: 'the MC service user is not service authorized in the primary MC system' },
  },
  iopsTrusted: {
    that: 'the IOPS MC system is in the same trust domain',
    about: [formerServer],
    ways: { untrusted: 'the IOPS MC system is not in the same trust domain' },
  },
  takesPart: {
    that: 'the MC service user takes part in this ongoing communication of the IOPS MC system',
    about: [mcServiceId, groupId, otherUser],
    ways: { noCommunication: 'the MC service user is in no such communication' },
  },
  primaryTrusted: {
    that: 'the primary MC system is in the same trust domain',
    about: [newServer],
    ways: { untrusted: 'the primary MC system is not in the same trust domain' },
  },
})

export const { switched, routedThrough, continued, emergency } = states({
  switched: {
    that: 'another participating MC service server serves the MC service user in this communication',
    about: [mcServiceId],
  },
  routedThrough: {
    that: 'signalling and media of the communication go to the MC service user by way of that server',
    about: [mcServiceId],
  },
  continued: {
    that: 'the communication of the MC service user is controlled by that server in the IOPS MC system',
    about: [mcServiceId],
  },
  emergency: {
    that: 'the communication of the MC service user is an emergency communication',
    about: [mcServiceId],
    // Whether it is part of the communication context is for further study.
    basis: 'default-binding',
  },
})
