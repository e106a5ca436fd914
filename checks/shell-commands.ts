/** One simple command of a shell text: its words, without quotes, comments and redirections. */
export interface ShellCommand {
  readonly words: readonly string[]
  readonly line: number
}

const word =
  /(?:[^\s'"\\;|&<>()#]|\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*")(?:[^\s'"\\;|&<>()]|\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*")*/y

/** What stands between words: blanks, continued lines, comments, redirections. */
const gap = /^(?:[ \t\r]+|\\\n|#[^\n]*|\d?[<>]{1,2}(?:&\d|[ \t]*[^\s&|;]+))/

/** Takes shell text apart as far as documentation goes: words, quotes, comments, pipes, lists and redirections. */
export function commandsOf(text: string): readonly ShellCommand[] {
  const commands: ShellCommand[] = []
  let words: string[] = []
  let [at, line, began] = [0, 1, 1]
  const end = (): void => {
    if (words.length > 0) commands.push({ words, line: began })
    words = []
  }
  while (at < text.length) {
    const rest = text.slice(at)
    const skipped = gap.exec(rest)?.[0]
    word.lastIndex = at
    const found = skipped === undefined ? word.exec(text)?.[0] : undefined
    if (found !== undefined) {
      if (words.length === 0) began = line
      words.push(unquoted(found))
    }
    // What is neither is a line end or a sign between commands.
    if (found === undefined && skipped === undefined) end()
    const taken = found ?? skipped ?? rest.slice(0, 1)
    at += taken.length
    line += taken.split('\n').length - 1
  }
  end()
  return commands
}

const unquoted = (raw: string): string =>
  raw.replaceAll(/'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])/g, (_, single, double, escaped) => {
    if (typeof single === 'string') return single
    if (typeof double === 'string') return double.replaceAll(/\\(["\\$`])/g, '$1')
    return escaped === '\n' ? '' : String(escaped)
  })
