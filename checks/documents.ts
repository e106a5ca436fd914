import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { anchorsOf, blocksOf, linksOf } from './markdown.ts'
import { wrongWith } from './mcx-command-line.ts'
import { commandsOf } from './shell-commands.ts'
import { root, sourceFiles } from './source-files.ts'

// What the documents show is true: every ts block compiles against these sources, every mcx and npm command of an sh
// block exists with its options, every json block is JSON, every relative link leads somewhere.
//
// A ts block is a whole file. One whose first line is `// suites/migration/messages.ts` is read as that file where
// relative imports are concerned; a block ```ts continued goes on where the ts block before it ended.

const pages = sourceFiles(['.md']).filter((file) => !file.startsWith('fixtures/'))
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')
const problems: string[] = []

for (const page of pages) {
  for (const { language, text, line } of blocksOf(textOf(page))) {
    if (language === 'sh')
      for (const command of commandsOf(text)) {
        const wrong = wrongWith(command.words)
        if (wrong !== undefined) problems.push(`${page}:${line + command.line}: ${wrong}`)
      }
    if (language === 'json') {
      const wrong = wrongJson(text)
      if (wrong !== undefined) problems.push(`${page}:${line}: ${wrong}`)
    }
    if (language === '') problems.push(`${page}:${line}: a block names its language: ts, sh, json, text`)
  }
  for (const { target, line } of linksOf(textOf(page))) {
    const wrong = wrongLink(page, target)
    if (wrong !== undefined) problems.push(`${page}:${line}: ${wrong}`)
  }
}
problems.push(...wrongSnippets())

function wrongJson(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (problem) {
    return `no JSON: ${(problem as Error).message}`
  }
}

function wrongLink(page: string, target: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return undefined
  const [path = '', anchor] = decodeURI(target).split('#')
  const file = path === '' ? page : join(dirname(page), path)
  if (file.startsWith('..')) return `${target} leaves the repository`
  if (!existsSync(join(root, file))) return `${target} leads nowhere: there is no ${file}`
  if (anchor === undefined || !file.endsWith('.md')) return undefined
  const anchors = anchorsOf(textOf(file))
  return anchors.has(anchor) ? undefined : `${file} has no heading #${anchor}`
}

/** Writes each block as a file of its own, below the root so that the names of layers resolve, and asks the compiler. */
function wrongSnippets(): readonly string[] {
  const folder = join(root, 'reports', 'snippets')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const origins = new Map<string, string>()
  for (const page of pages) {
    let whole: string[] = []
    for (const { language, flags, text, line } of blocksOf(textOf(page))) {
      if (language !== 'ts') continue
      const name = `${page.replaceAll('/', '__')}-${line}.ts`
      // Empty lines keep the numbers of the page, so that the compiler's message points into it.
      const before = flags.includes('continued') ? whole : []
      whole = [...before, ...Array.from({ length: line - before.length }, () => ''), ...located(text, folder)]
      writeFileSync(join(folder, name), `${whole.join('\n')}\nexport {}\n`)
      origins.set(name, page)
    }
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.json', include: ['*.ts'] }))
  if (origins.size === 0) return []
  try {
    execFileSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '--pretty', 'false'], {
      cwd: folder,
      encoding: 'utf8',
    })
    return []
  } catch (problem) {
    const { stdout } = problem as { readonly stdout: string }
    // What is wrong in the sources themselves is for the check of types to say.
    return stdout.split('\n').flatMap((line) => {
      const [, name = '', row = '', said = ''] = /^([^(\s]+\.ts)\((\d+),\d+\): (.*)/.exec(line) ?? []
      const page = origins.get(name)
      return page === undefined ? [] : [`${page}:${row}: ${said}`]
    })
  }
}

/** Lines of a block whose relative imports lead to where they would from the file that it names. */
function located(text: string, folder: string): readonly string[] {
  const named = /^\/\/ ([\w./-]+\.ts)$/m.exec(text.split('\n')[0] ?? '')?.[1]
  if (named === undefined) return text.split('\n')
  const from = relative(folder, join(root, dirname(named)))
  return text.replaceAll(/(\bfrom ')(\.\.?\/[^']+)(')/g, (_, a, path, c) => a + join(from, path) + c).split('\n')
}

for (const problem of problems) console.error(problem)
if (problems.length === 0) console.log(`${pages.length} documents hold`)
process.exitCode = problems.length > 0 ? 1 : 0
