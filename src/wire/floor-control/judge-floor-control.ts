import { denyCauses, revokeCauses } from './code-points.ts'
import type { FieldName } from './field-values.ts'
import { fieldNamed, fieldNumbered } from './fields.ts'
import type { Field, FloorControlDiagnostic } from './floor-control.ts'
import { clauses, messageOf, newestRelease, type Release } from './message-table.ts'
import type { FloorControlReading } from './read-floor-control.ts'

/**
 * What is wrong with a message by the text of a release: the octets first, then what they say. Unknown messages and
 * fields are warnings, as a receiver must ignore them.
 */
export function judgeFloorControl(
  { message, spans, diagnostics: ofOctets }: FloorControlReading,
  offset = 0,
  release: Release = newestRelease,
): readonly FloorControlDiagnostic[] {
  const diagnostics = [...ofOctets]
  const say = (
    rule: string,
    clause: string,
    at: number,
    text: string,
    severity: FloorControlDiagnostic['severity'],
  ): void => {
    diagnostics.push({ rule, clause, severity, offset: at, text })
  }
  const { control, subtype, fields } = message
  const definition = messageOf(control, subtype, release)
  if (definition === undefined)
    say(
      'message-unknown',
      clauses[control].messages,
      offset,
      `${control} has no subtype ${subtype} in Rel-${release}`,
      'warning',
    )

  const seen = new Set<FieldName>()
  fields.forEach((field, index) => {
    const at = spans[index]?.start ?? offset
    if (field.field === 'unread') return
    if (field.field === 'unknown') {
      if (fieldNumbered(control, field.id) === undefined)
        say('field-unknown', clauses[control].fields, at, `${control} has no field ${field.id}`, 'warning')
      return
    }
    const known = fieldNamed(control, field.field)
    if (known === undefined) return
    if (known.since > release)
      say('field-too-new', known.clause, at, `${known.title} is known since Rel-${known.since}`, 'warning')
    // One definition at a time: the value is of its type.
    if (known.values !== undefined && !(known.values as (value: unknown) => boolean)(field.value))
      say(
        'field-value-reserved',
        known.clause,
        at,
        `${known.title}: ${JSON.stringify(field.value)} has no meaning`,
        'warning',
      )
    if (seen.has(field.field)) say('field-twice', known.clause, at, `expected ${known.title} once`, 'warning')
    seen.add(field.field)
    judgeUse(field, control === 'MCPT' ? subtype : -1, (rule, text) => say(rule, known.clause, at, text, 'warning'))
  })

  for (const needed of definition?.needs ?? []) {
    if (seen.has(needed) || definition === undefined) continue
    const title = fieldNamed(control, needed)?.title ?? needed
    say('field-missing', definition.clause, offset, `${definition.title}: expected the field ${title}`, 'error')
  }
  return diagnostics
}

/** Subtypes of the messages that number themselves: Floor Taken and Floor Idle. */
const numbered = new Set([2, 5])

function judgeUse(field: Field, subtype: number, say: (rule: string, text: string) => void): void {
  if (field.field === 'message-sequence-number' && subtype >= 0 && !numbered.has(subtype))
    say('field-misplaced', 'Message Sequence Number: expected in Floor Taken and Floor Idle alone')
  if (field.field !== 'reject-cause') return
  const causes = subtype === 3 ? denyCauses : subtype === 6 ? revokeCauses : undefined
  if (causes !== undefined && !causes.has(field.value.cause))
    say('reject-cause-unknown', `cause ${field.value.cause} is not in the table of this message`)
}
