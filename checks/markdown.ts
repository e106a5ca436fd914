/** A fenced block of a Markdown page. */
export interface Block {
  /** The first word after the fence: `ts`, `sh`, `json`. */
  readonly language: string
  /** What follows it. */
  readonly flags: readonly string[]
  readonly text: string
  /** Line of the opening fence, counted from 1. */
  readonly line: number
}

export function blocksOf(page: string): readonly Block[] {
  const blocks: Block[] = []
  let open: { fence: string; info: readonly string[]; line: number; lines: string[] } | undefined
  for (const [index, line] of page.split('\n').entries()) {
    const fence = /^ {0,3}(`{3,}|~{3,})\s*(.*)$/.exec(line)
    if (!open) {
      if (fence) open = { fence: fence[1] ?? '', info: (fence[2] ?? '').split(/\s+/), line: index + 1, lines: [] }
      continue
    }
    if (fence && fence[2] === '' && fence[1]?.startsWith(open.fence)) {
      const [language = '', ...flags] = open.info
      blocks.push({ language, flags, text: open.lines.join('\n'), line: open.line })
      open = undefined
    } else open.lines.push(line)
  }
  return blocks
}

/** The page with the content of blocks and code spans blanked out, line by line. */
export const proseOf = (page: string): string => {
  const lines = page.split('\n')
  for (const { line, text } of blocksOf(page))
    for (let row = line; row < line + text.split('\n').length; row += 1) lines[row] = ''
  return lines.join('\n').replaceAll(/`[^`\n]*`/g, (span) => ' '.repeat(span.length))
}

export interface Link {
  readonly target: string
  readonly line: number
}

const inline = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g
const reference = /^ {0,3}\[[^\]]+\]:\s*(\S+)/gm
const html = /<(?:img|a|source)\b[^>]*?\b(?:src|href|srcset)="([^"]+)"/g

/** Every link and image of a page. */
export const linksOf = (page: string): readonly Link[] => {
  const prose = proseOf(page)
  return [inline, reference, html].flatMap((pattern) =>
    [...prose.matchAll(pattern)].map((match) => ({
      target: match[1] ?? '',
      line: prose.slice(0, match.index).split('\n').length,
    })),
  )
}

/** The anchors a page has: its headings, as GitHub names them. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = new Set<string>()
  const lines = page.split('\n')
  const prose = proseOf(page).split('\n')
  for (const [index, line] of lines.entries()) {
    // A code span in a heading counts, one line of a block that looks like a heading does not.
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1]
    if (heading === undefined || prose[index]?.startsWith('#') !== true) continue
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-')
    let name = slug
    for (let again = 1; anchors.has(name); again += 1) name = `${slug}-${again}`
    anchors.add(name)
  }
  for (const match of page.matchAll(/\b(?:id|name)="([^"]+)"/g)) anchors.add(match[1] ?? '')
  return anchors
}
