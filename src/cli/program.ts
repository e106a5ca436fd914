import { Command } from 'commander'
import { addCompare } from './compare.ts'
import { addDoctor } from './doctor.ts'
import { addFuzz } from './fuzz.ts'
import { addExplain } from './explain.ts'
import { addInit } from './init.ts'
import { addList } from './list.ts'
import { addReference } from './reference.ts'
import { addReplay } from './replay.ts'
import { addReport } from './report.ts'
import { addRun } from './run.ts'
import { addShow } from './show.ts'
import { addSweep } from './sweep.ts'
import { version } from './version.ts'

/** Exit codes: 0 all selected cases passed, 1 at least one fail, 2 wrong use, 3 no fail but inconclusive, error or nothing ran. */
export function program(): Command {
  const mcx = new Command('mcx')
    .description('Conformance harness and protocol fuzzer for 3GPP Mission Critical systems.')
    .version(version())
    .showSuggestionAfterError(true)
    .exitOverride((end) => {
      // Help and version are no mistake; commander has already said what else was wrong.
      process.exit(end.exitCode === 0 ? 0 : 2)
    })
    .configureOutput({ outputError: (text, write) => write(oneLineOf(text, 'mcx --help')) })
    .addHelpText(
      'after',
      '\nExit codes: 0 all passed, 1 a fail, 2 wrong use, 3 no fail but inconclusive, error or nothing ran.',
    )
  for (const add of [
    addRun,
    addSweep,
    addList,
    addShow,
    addReport,
    addCompare,
    addExplain,
    addReference,
    addFuzz,
    addReplay,
    addInit,
    addDoctor,
  ])
    add(mcx)
  for (const command of mcx.commands)
    command.configureOutput({ outputError: (text, write) => write(oneLineOf(text, `mcx ${command.name()} --help`)) })
  return mcx
}

/** Commander puts what it suggests on a second line and says nothing of the way on when it suggests nothing. */
function oneLineOf(text: string, help: string): string {
  const [said = '', suggestion] = text
    .replace(/^error: /, '')
    .trim()
    .split('\n')
  const repair = suggestion === undefined ? `see \`${help}\`` : suggestion.replace(/^\((.*)\)$/, '$1').toLowerCase()
  return `mcx: ${said.replace(/\.$/, '')}; ${repair}\n`
}
