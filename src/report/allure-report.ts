import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeWhole } from './written-file.ts'

/** `allure`: Allure 3, Node alone. `allure-commandline`: Allure 2, needs Java. */
export type AllureGenerator = 'allure' | 'allure-commandline'

/** The longest a generator may take, in milliseconds. */
const patience = 300_000

/** Where a generator's program is, or why it cannot be used. */
function programOf(generator: AllureGenerator): string {
  try {
    const entry = fileURLToPath(import.meta.resolve(generator))
    return generator === 'allure'
      ? join(dirname(entry), '..', 'cli.js')
      : join(dirname(entry), 'dist', 'bin', process.platform === 'win32' ? 'allure.bat' : 'allure')
  } catch (cause) {
    throw new Error(`the package ${generator} is not installed: npm install --save-dev ${generator}`, { cause })
  }
}

function run(command: string, parameters: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // ALLURE_NO_ANALYTICS is what Allure 2 asks; Allure 3 asks nothing and is stripped below.
    const env = { ...process.env, ALLURE_NO_ANALYTICS: 'true', NO_COLOR: '1' }
    const child = spawn(command, parameters, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: patience })
    let said = ''
    const hear = (part: Buffer): void => {
      said = `${said}${part.toString()}`.slice(-2000)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('error', (cause) => reject(new Error(`cannot start ${command}: ${cause.message}`, { cause })))
    child.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`${command} ended with ${code ?? 'a signal'}: ${said.trim()}`))
    })
  })
}

/** Scripts inline, styles inline, everything else in the page or in `data:`; the page may ask no host for anything. */
const policy =
  "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' data: blob:; style-src 'unsafe-inline' data: blob:; img-src data: blob:; font-src data: blob:; media-src data: blob:; frame-src data: blob:; worker-src data: blob:; connect-src data: blob:"

/**
 * A page without what would contact a host when it is opened: scripts, style sheets, fonts and icons from elsewhere and
 * the analytics call, which Allure 3 builds in; a content security policy keeps out what else might try.
 */
export function withoutNetwork(page: string): string {
  return page
    .replace(/<script\b[^>]*\bsrc\s*=\s*["']?(?:https?:)?\/\/[^>]*>\s*<\/script>/gi, '')
    .replace(/<link\b[^>]*\bhref\s*=\s*["']?(?:https?:)?\/\/[^>]*>/gi, '')
    .replace(
      /<script\b[^>]*>(?:(?!<\/script>)[\s\S]){0,4000}?\bgtag\((?:(?!<\/script>)[\s\S]){0,4000}?<\/script>/gi,
      '',
    )
    .replace(/@import\s+(?:url\()?["']?(?:https?:)?\/\/[^;]*;/gi, '')
    .replace(/<head>/i, () => `<head>\n    <meta http-equiv="Content-Security-Policy" content="${policy}">`)
}

/**
 * Makes `allure-report/index.html`, one page, from `allure-results/` in the same directory, and returns its path.
 * Throws when the generator is missing or fails.
 */
export async function renderAllureReport(directory: string, generator: AllureGenerator = 'allure'): Promise<string> {
  const program = programOf(generator)
  if (!existsSync(join(directory, 'allure-results')))
    throw new Error(`no allure-results in ${directory}: render the run first`)
  const target = join(directory, 'allure-report')
  rmSync(target, { recursive: true, force: true })
  const where = ['--output', 'allure-report', 'allure-results']
  if (generator === 'allure') await run(process.execPath, [program, 'awesome', '--single-file', ...where], directory)
  else await run(program, ['generate', '--clean', '--single-file', ...where], directory)
  const page = join(target, 'index.html')
  writeWhole(page, [withoutNetwork(readFileSync(page, 'utf8'))])
  return page
}
