import { characters } from '../grammar.ts'
import { type Family, many } from '../header-family.ts'
import { error, quoted } from '../rule.ts'
import { type TokenReading, tokenWith } from './token-parameters.ts'

const malformed = error('resource-priority-malformed', 'RFC 4412 3.1')
const badPriority = error('resource-priority-level-unknown', 'RFC 8101 3')

/** One value of Resource-Priority (RFC 4412 3.1): `mcpttp.5`. */
export interface ResourcePriority {
  readonly namespace: string
  readonly priority: string
}

// mcpttp and mcpttq have sixteen levels, "0" to "15" (RFC 8101 3).
const sixteenLevels = new Set(['mcpttp', 'mcpttq'])
const isLevel = (priority: string): boolean => /^(?:\d|1[0-5])$/.test(priority)

function valueOf(read: TokenReading): ResourcePriority {
  const { token } = read
  const dot = token.indexOf('.')
  return { namespace: token.slice(0, Math.max(dot, 0)), priority: token.slice(dot + 1) }
}

/** Resource-Priority and Accept-Resource-Priority (RFC 4412 3.1, 3.2); namespaces mcpttp and mcpttq of RFC 8101. */
export const resourcePriority = (clause: string, mayBeEmpty = false): Family<TokenReading, ResourcePriority> =>
  many<TokenReading, ResourcePriority>(clause, {
    value: tokenWith(characters.token, malformed, 'namespace.priority', (source, read) => {
      const { namespace, priority } = valueOf(read)
      // Both are tokens without a dot.
      if (namespace === '' || priority === '' || priority.includes('.') || read.parametersStart !== read.end)
        source.report(malformed, read.start, `expected namespace.priority, came ${quoted(read.token)}`)
      else if (sixteenLevels.has(namespace.toLowerCase()) && !isLevel(priority))
        source.report(badPriority, read.start + namespace.length + 1, `expected 0 to 15, came ${quoted(priority)}`)
    }),
    malformed,
    view: valueOf,
    write: ({ namespace, priority }) => `${namespace}.${priority}`,
    mayBeEmpty,
  })
