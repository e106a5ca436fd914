import type { SipMessage } from '#wire/sip'
import type { WireResponse } from './binding.ts'

/** 200 (OK) to a MESSAGE: says that it was received, nothing about its outcome (default binding `carrier`). */
export const acknowledge = (_message: SipMessage): WireResponse => ({ status: 200, reason: 'OK', headers: [] })
