import { headerField, headers, splitList, type SipMessage } from '#wire/sip'
import type { Problem, WireRule } from './binding.ts'
import { sources } from './sources.ts'
import { problem } from './wire-rule.ts'

/** An INVITE says where its sender is reached within the dialog: with one URI (RFC 3261 8.1.1.8). */
export const inviteContactRule: WireRule = {
  field: 'Contact',
  requirement: 'INVITE has a Contact header field with exactly one URI',
  source: sources.inviteContact,
  expected: ['Contact: <…>'],
}

export function judgeInviteContact(message: SipMessage): readonly Problem[] {
  const contacts = headers(message, 'Contact').flatMap((value) => splitList(value))
  if (contacts.length === 1) return []
  const actual = contacts.join(', ') || 'no Contact'
  return [problem(inviteContactRule, actual, headerField(message, 'Contact')?.valueSpan)]
}
