import { basename, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Why a configuration could not be loaded, in one line: which file and line, what is wrong, how to mend it. */
export function loadingProblem(problem: unknown, given: string, directory: string): string {
  if (!(problem instanceof Error)) return `${given} threw ${JSON.stringify(problem) ?? typeof problem}`
  const said = (problem.message.split('\n')[0] ?? '').replaceAll(`${directory}/`, '')
  const lacking = /^Cannot find package '([^']+)'/.exec(said)?.[1]
  if (lacking !== undefined)
    return `${given} imports ${lacking}, which is not installed here; npm install ${lacking}, or mend the name`
  const missing = /^Cannot find module '([^']+)' imported from (.+)$/.exec(said)
  if (missing)
    return `${missing[2]} imports ${missing[1]}, which is not there; mend the path (it needs its ending, .ts or .js)`
  if ('code' in problem && problem.code === 'ERR_IMPORT_ATTRIBUTE_MISSING')
    return `${given} is JSON, and a configuration is a module; give it the ending .ts and begin it with \`export default\``
  if ('code' in problem && problem.code === 'ERR_UNKNOWN_FILE_EXTENSION' && said.endsWith(` for ${basename(given)}`))
    return `${given} is no module, and a configuration is one, as .ts, .mts, .js or .mjs; write one with \`mcx init\``
  return `${placeOf(problem, given, directory)}: ${said}; mend that line`
}

/** `harness.config.ts:4`, from the first frame of the stack that is no part of Node.js. */
function placeOf({ stack = '' }: Error, given: string, directory: string): string {
  for (const line of stack.split('\n')) {
    const [, url, path, number] = /^(?:\s+at .*?)?(?:(file:\/\/[^\s:]+)|(\/[^\s:]+)):(\d+)/.exec(line) ?? []
    const file = url === undefined ? path : fileURLToPath(url)
    if (file === undefined || number === undefined) continue
    const near = relative(directory, file)
    // A fault within the product would not be for the user to mend.
    return near.startsWith('..') ? given : `${near}:${number}`
  }
  return given
}
