import type { DefectRows } from './defects.ts'

/** Wrong behaviours that show when a peer is lost on the way, and nowhere else. */
export const crashPointDefects = {
  'unacknowledged-session-kept': [
    'iopsControllingServer',
    'RFC 3261 13.3.1.4',
    'keeps a session for ever whose 2xx was never acknowledged',
  ],
  'lost-call-forgotten-without-end': [
    'iopsParticipatingServer',
    'RFC 3261 15',
    'forgets both sides of a call whose caller was lost, without a word to either',
  ],
  'lost-callee-rings-for-ever': [
    'iopsParticipatingServer',
    'RFC 3261 16.6',
    'never gives a call up whose callee was lost while it rang',
  ],
  'unanswered-migration-blocks-user': [
    'partnerServer',
    'TR 23.781 6.x.1 step 10',
    'keeps a user out for ever when the primary MC system did not answer once',
  ],
  'unanswered-switch-kept': [
    'participatingServer',
    'TR 23.778 6.X.2 step 3b',
    'keeps a call continuity request half done when the switch request was not answered, and asks no more',
  ],
  'vanished-talker-keeps-floor': [
    'iopsControllingServer',
    'TS 24.380 6.3.4.4',
    'leaves the floor to a talker who vanished',
  ],
  'late-response-unhandled': [
    'client',
    'RFC 3261 18.1.2',
    'ends at a response to a request of which it knows no longer',
  ],
} satisfies DefectRows
