import { bindingsOf } from '#bindings'
import { carriedAt, messageSteps } from '#derive'
import { nameOfTerm, type Term } from '#flow'
import type { History, IeValues } from '#play'
import { profileOf, type PlannedCase } from './case-plan.ts'
import type { Configuration } from './configuration.ts'
import { controlOf } from './control-adapter.ts'
import type { Left, Preparation } from './precondition.ts'
import { playerOf } from './players.ts'
import { entityOf } from './world/functional-entity.ts'

/** A state that the control adapter of a system under test is to bring about. */
interface Claim {
  readonly role: string
  readonly state: string
  readonly ies: IeValues
  readonly values: IeValues
}

/** Where the tester is reached as the client of the user. */
type Client = { readonly identity: string; readonly transport: string; readonly address: string; readonly port: number }

/**
 * Whether the control adapter can bring about what this flow comes to: every role under test is left with a state that has a name, and no session goes
 * on, which is nobody's to make but the protocol's.
 */
export function canBeEstablished({ planned, leaves }: Preparation, configuration: Configuration): boolean {
  const { sut, derived, service, alternative } = planned
  if (sut.preconditions !== 'control' || !controlOf(sut).can('establish')) return false
  const inviting = new Set(
    bindingsOf(profileOf(configuration), service, alternative).flatMap((one) =>
      one.carrier === 'request' && one.method === 'INVITE' ? [one.message] : [],
    ),
  )
  return (
    derived.sut.every((role) => leaves.some(({ at }) => at === role)) &&
    !messageSteps(derived.flow).some(({ act }) => inviting.has(act.message.name))
  )
}

/** Asks for every state; `undefined` when each holds, else why one does not. */
export async function establish(
  { planned, leaves }: Preparation,
  values: IeValues,
  client: Client,
): Promise<string | undefined> {
  for (const { role, ...claim } of claimsOf(leaves, values)) {
    const control = controlOf(playerOf(planned, role))
    const asked = { role: entityOf(role), ...claim }
    const said = await control.ask('establish', { ...asked, client })
    if (!said.ok) return said.why
    const held = control.can('query') ? await control.ask('query', { ...asked, values: undefined }) : undefined
    const { known, holds } = (held?.ok === true ? held.body : {}) as {
      readonly known?: unknown
      readonly holds?: unknown
    }
    if (known === true && holds !== true) return `asked afterwards, it says that ${claim.state} does not hold`
  }
  return undefined
}

function claimsOf(leaves: readonly Left[], known: IeValues): readonly Claim[] {
  const { partnerSystem, temporaryId } = known
  return leaves.map(({ at, state }) => ({
    role: at,
    state: state.key,
    ies: elements(Object.fromEntries(state.about.map((term) => [nameOfTerm(term), term])), known),
    values: {
      ...(partnerSystem !== undefined && { partnerSystem }),
      ...(temporaryId !== undefined && { temporaryId }),
    },
  }))
}

/** What would have passed, for who judges by the messages of a whole case. */
export const asIfPlayed = ({ derived: { flow } }: PlannedCase, known: IeValues): History =>
  messageSteps(flow).map((step) => ({
    direction: 'sent',
    role: step.act.from,
    message: step.act.message.name,
    ies: elements(carriedAt(flow, step), known),
  }))

const elements = (carried: Readonly<Record<string, Term>>, known: IeValues): IeValues =>
  Object.fromEntries(
    Object.entries(carried).flatMap(([name, term]) => {
      const value = 'literal' in term ? term.literal : known[term.term]
      return value === undefined ? [] : [[name, value]]
    }),
  )
