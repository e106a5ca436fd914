import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { program } from '../src/cli/program.ts'
import { root } from './source-files.ts'

const scripts = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> })
  .scripts

/** What is wrong with a command line that stands in a document, if anything; what is not ours is never wrong. */
export function wrongWith(words: readonly string[]): string | undefined {
  const [first, ...rest] = words[0] === 'npx' ? words.slice(1) : words
  if (first === undefined) return undefined
  if (/^[A-Z_]+=/.test(first)) return wrongWith(words.slice(1))
  if (first === 'mcx') return wrongWithMcx(rest)
  if (first === 'node' && rest[0] === 'src/cli/mcx.ts') return wrongWithMcx(rest.slice(1))
  if (first === 'npm') return wrongWithNpm(rest)
  return undefined
}

function wrongWithNpm(words: readonly string[]): string | undefined {
  const [verb, ...rest] = words
  if (verb !== 'run' && verb !== 'test' && verb !== 'start') return undefined
  const [name, ...more] = verb === 'run' ? rest.filter((one) => one !== '--silent') : [verb, ...rest]
  const script = name === undefined ? undefined : scripts[name]
  if (script === undefined)
    return `package.json has no script ${name ?? ''}; scripts: ${Object.keys(scripts).join(', ')}`
  const given = more[0] === '--' ? more.slice(1) : more
  if (more[0] !== '--' && more.some((one) => one.startsWith('-')))
    return `npm takes ${more.find((one) => one.startsWith('-'))} for itself; write -- before it`
  const [interpreter, file, ...own] = script.split(' ')
  return interpreter === 'node' && file === 'src/cli/mcx.ts' ? wrongWithMcx([...own, ...given]) : undefined
}

function wrongWithMcx(words: readonly string[]): string | undefined {
  const mcx = program()
  const [name, ...args] = words
  if (name === undefined || name === 'help' || name === '--help' || name === '--version') return undefined
  const command = mcx.commands.find((one) => one.name() === name || one.aliases().includes(name))
  if (!command) return `mcx has no command ${name}; commands: ${mcx.commands.map((one) => one.name()).join(', ')}`
  return wrongWithArguments(command, args)
}

function wrongWithArguments(command: Command, args: readonly string[]): string | undefined {
  command.exitOverride((problem) => {
    throw problem
  })
  command.configureOutput({ writeErr: () => {} })
  try {
    const { operands, unknown } = command.parseOptions([...args])
    if (unknown.length > 0) return `mcx ${command.name()} has no option ${unknown[0]}`
    const taken = command.registeredArguments
    const least = taken.filter(({ required }) => required).length
    if (operands.length < least) return `mcx ${command.name()} needs ${taken.map((one) => one.name()).join(' ')}`
    if (operands.length > taken.length && taken.at(-1)?.variadic !== true)
      return `mcx ${command.name()} takes no argument ${operands[taken.length]}`
    return undefined
  } catch (problem) {
    return problem instanceof Error ? problem.message : String(problem)
  }
}
