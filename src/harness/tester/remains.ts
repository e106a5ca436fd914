import { setTimeout } from 'node:timers/promises'
import type { FindingDraft } from '#play'
import { dialogOfResponse, type Outcome } from '#stack/sip'
import { header, parameter, readCSeq, readMessage, readNameAddress, readUri, type SipMessage } from '#wire/sip'
import type { PlannedCrash } from '../case-plan.ts'
import type { FlowRole } from '../world/functional-entity.ts'
import type { CaseLine } from './case-line.ts'
import { insideDialog, type Session } from './session.ts'
import type { LostMessage } from './severance.ts'
import type { Tester } from './tester.ts'

/** A dialog that the system under test may still have with a role of the tester. */
interface Remain {
  readonly role: FlowRole
  readonly session: Session
  /** The system under test never got the ACK of its 2xx. */
  readonly unacknowledged: boolean
}

/** The roles whose sessions the system under test has forgotten without BYE; of those that there are each is ended. */
export async function forgottenBy(tester: Tester, line: CaseLine): Promise<ReadonlySet<string>> {
  const forgotten = new Set<string>()
  for (const remain of remainsOf(line, [], () => true)) {
    if ((await bye(tester, line, remain, 'first')) === 481) forgotten.add(remain.role)
    remain.session.over = true
  }
  return forgotten
}

/**
 * Where the system under test was told how long a call may ring: who calls by way of it is answered when that is over,
 * though the callee was lost.
 */
export function judgeRinging(line: CaseLine, crash: PlannedCrash): readonly FindingDraft[] {
  const { derived, sut } = line.planned
  if (sut.sweep.ringing === undefined || crash.disturbance === 'sut-restarts') return []
  return [...line.sessions]
    .filter(([role, { pending }]) => role !== crash.peer && pending !== undefined)
    .map(([role]) => ({
      requirement: 'a call that nobody answers is given up when it has rung as long as it may',
      clause: `RFC 3261 16.6 step ${crash.after}`,
      basis: 'rfc' as const,
      step: crash.after,
      role: derived.sut.join('+'),
      field: 'session',
      expected: ['a final response to the INVITE'],
      actual: `none, asked as ${derived.flow.actors[role]}`,
      messages: [],
    }))
}

/**
 * Asks by BYE what the system under test still has of a case, and ends it: nothing is left that nothing can end.
 *
 * @param forgets roles whose sessions it forgets without any disturbance too
 */
export async function judgeRemains(
  tester: Tester,
  line: CaseLine,
  crash: PlannedCrash,
  forgets: ReadonlySet<string>,
): Promise<readonly FindingDraft[]> {
  const found: FindingDraft[] = []
  const { flow, sut } = line.planned.derived
  const lost = tester.severance?.lost(line) ?? []
  const remains = remainsOf(line, lost, (callId) => tester.severance?.acknowledged(callId) ?? true)
  const gone = remains.filter(({ role }) => role === crash.peer)
  const living = remains.filter(({ role }) => role !== crash.peer)
  const judge = async (remain: Remain): Promise<void> => {
    for (const { clause, requirement, expected, actual } of await wrongWith(tester, line, remain, lost, forgets))
      found.push({
        ...{ requirement, basis: 'rfc' as const, step: crash.after, role: sut.join('+'), field: 'session' },
        clause: `${clause} step ${crash.after}`,
        expected: [expected],
        actual: `${actual}, asked as ${flow.actors[remain.role]}`,
        messages: [],
      })
  }
  for (const one of gone) await judge(one)
  if (gone.length > 0 && living.length > 0) await setTimeout(tellingOthers)
  for (const one of living) if (!one.session.over) await judge(one)
  return found
}

interface Wrong {
  readonly clause: string
  readonly requirement: string
  readonly expected: string
  readonly actual: string
}

async function wrongWith(
  tester: Tester,
  line: CaseLine,
  remain: Remain,
  lost: readonly LostMessage[],
  forgets: ReadonlySet<string>,
): Promise<readonly Wrong[]> {
  const { session, role, unacknowledged } = remain
  const disturbance = line.planned.crash?.disturbance
  const ended = isEnded(lost, session)
  // What leaves for a closed port is not seen.
  const ofItself = forgets.has(role)
  const seen = role !== line.planned.crash?.peer || disturbance?.startsWith('cut-') === true
  const [held, again] = [await bye(tester, line, remain, 'first'), await bye(tester, line, remain, 'second')]
  session.over = true
  if (held === undefined)
    return [
      {
        clause: 'RFC 3261 8.2.6',
        requirement: 'a request inside a dialog is answered',
        expected: 'a final response to BYE',
        actual: 'none',
      },
    ]
  const wrong: Wrong[] = []
  if (held < 300 && unacknowledged && !ended)
    wrong.push({
      clause: 'RFC 3261 13.3.1.4',
      requirement: 'a session whose 2xx is never acknowledged is ended when 64*T1 are over',
      expected: '481 to BYE: it is gone',
      actual: `${held} to BYE: it is still there`,
    })
  if (held === 481 && !ended && seen && !ofItself && disturbance !== 'sut-restarts')
    wrong.push({
      clause: 'RFC 3261 15',
      requirement: 'a session that is given up is ended by BYE, so that the other side does not keep it',
      expected: 'BYE',
      actual: 'none came, and now 481: it is forgotten',
    })
  if (again !== undefined && again < 300)
    wrong.push({
      clause: 'RFC 3261 15.1.2',
      requirement: 'a session that was ended is gone',
      expected: '481 to a second BYE',
      actual: `${again}`,
    })
  return wrong
}

/** Milliseconds in which the other side of what was ended hears of it. */
const tellingOthers = 500

const remainsOf = (
  line: CaseLine,
  lost: readonly LostMessage[],
  acknowledged: (callId: string) => boolean,
): readonly Remain[] =>
  [...line.sessions, ...line.former.map((session) => [roleOf(line, session), session] as const)].flatMap(
    ([role, session]): readonly Remain[] => {
      if (role === undefined || session.over) return []
      const unacknowledged =
        !acknowledged(session.callId) &&
        lost.some(({ lane, message }) => lane === 'sent' && methodOf(message) === 'ACK' && isOf(message, session))
      if (session.dialog) return [{ role, session, unacknowledged }]
      const success = lost.find(
        ({ lane, message }) => lane === 'received' && isSuccessTo(message, 'INVITE') && isOf(message, session),
      )
      if (!session.pending || !success) return []
      session.dialog = dialogFrom(session, success.message)
      return [{ role, session, unacknowledged: true }]
    },
  )

const roleOf = ({ sessions }: CaseLine, session: Session): FlowRole | undefined =>
  [...sessions].find(([, { message }]) => message === session.message)?.[0]

const methodOf = ({ startLine }: SipMessage): string => (startLine.kind === 'request' ? startLine.method : '')

const isOf = (message: SipMessage, { callId }: Session): boolean => header(message, 'Call-ID') === callId

const isSuccessTo = (message: SipMessage, method: string): boolean =>
  message.startLine.kind === 'response' &&
  message.startLine.status >= 200 &&
  message.startLine.status < 300 &&
  readCSeq(header(message, 'CSeq') ?? '')?.method === method

/** The system under test ended it, and that was lost. */
const isEnded = (lost: readonly LostMessage[], session: Session): boolean =>
  lost.some(({ lane, message }) => lane === 'received' && methodOf(message) === 'BYE' && isOf(message, session))

/** Of our INVITE and the 2xx to it that never came. */
function dialogFrom({ pending, peer, callId }: Session, success: SipMessage): Session['dialog'] {
  if (!pending) return undefined
  const invite = readMessage(pending.octets)
  const from = readNameAddress(header(invite, 'From') ?? '')
  const target = invite.startLine.kind === 'request' ? invite.startLine.requestUri : ''
  const sent = {
    from: from?.uri ?? '',
    fromTag: parameter(from?.parameters ?? [], 'tag') ?? '',
    callId,
    cseq: readCSeq(header(invite, 'CSeq') ?? '')?.sequence ?? 1,
  }
  return readUri(target) && dialogOfResponse(success, sent, target, peer)
}

/** The status of the final response; undefined when there is none. */
async function bye(
  tester: Tester,
  line: CaseLine,
  { role, session }: Remain,
  which: string,
): Promise<number | undefined> {
  const inside = insideDialog(session)
  if (!inside) return undefined
  const branch = `z9hG4bK${tester.digest(line, inside.callId, 'remains', which).slice(0, 20)}`
  const tag = { line, message: 'leaving' }
  const transaction = tester.stack(role).request({ ...inside, method: 'BYE', branch }, session.peer, tag)
  const late = setTimeout(patience, undefined, { ref: false })
  const outcome: Outcome | undefined = await Promise.race([transaction.final, late])
  transaction.abandon()
  if (outcome?.kind !== 'response' || outcome.message.startLine.kind !== 'response') return undefined
  return outcome.message.startLine.status
}

/** Milliseconds: time for three copies over UDP. */
const patience = 3000
