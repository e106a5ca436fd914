import { M, message } from '#flow'
import { affiliationStatus, groupAffiliation, groupDeaffiliation, lateEntry } from '../vocabulary/specifications.ts'

export const GroupAffiliationRequest = message('group affiliation request', groupAffiliation, {
  mcServiceId: M('mcServiceId', 'The MC service user who affiliates'),
  groupId: M('groupId', 'The MC service group to affiliate to'),
})

export const GroupAffiliationResponse = message('group affiliation response', groupAffiliation, {
  result: M('result', 'Whether the MC service user is affiliated'),
})

/** The group is named by its absence: what a client asks for replaces what it asked for before. */
export const GroupDeaffiliationRequest = message(
  'group de-affiliation request',
  groupDeaffiliation,
  { mcServiceId: M('mcServiceId', 'The MC service user who is affiliated to no MC service group any longer') },
  { releases: true },
)

export const GroupDeaffiliationResponse = message('group de-affiliation response', groupDeaffiliation, {
  result: M('result', 'Whether the MC service user is no longer affiliated'),
})

export const AffiliationStatusRequest = message('affiliation status request', affiliationStatus, {
  mcServiceId: M('mcServiceId', 'The MC service user whose affiliations are asked for'),
})

export const AffiliationStatusResponse = message('affiliation status response', affiliationStatus, {
  result: M('result', 'Whether the affiliations are told', { basis: 'default-binding' }),
})

export const AffiliationStatusNotification = message('affiliation status notification', affiliationStatus, {
  mcServiceId: M('mcServiceId', 'The MC service user whose affiliations these are'),
  groupId: M('groupId', 'An MC service group that the MC service user is affiliated to'),
})

export const GroupCallRequest = message('group call request', lateEntry, {
  mcServiceId: M('mcServiceId', 'The MC service user who is invited', { basis: 'default-binding' }),
  groupId: M('groupId', 'The MC service group of the ongoing group call', { basis: 'default-binding' }),
})

export const GroupCallResponse = message('group call response', lateEntry, {
  result: M('result', 'Whether the MC service user has joined the group call'),
})

export const GroupCallEndRequest = message('group call end request', lateEntry, {}, { releases: true })

export const GroupCallEndResponse = message('group call end response', lateEntry, {}, { releases: true })
