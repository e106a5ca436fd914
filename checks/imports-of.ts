/** One import or re-export of a source file. */
export interface Import {
  readonly specifier: string
  /** Counted from 1. */
  readonly line: number
  readonly typesOnly: boolean
}

// A statement at the beginning of a line, over as many lines as it takes; then import(...) wherever it stands.
const statement = /^(?:import|export)\s+(type\s+)?(?:[\w*{][^'"`;=()]*?\sfrom\s*)?['"]([^'"\n]+)['"]/gm
const dynamic = /\bimport\(\s*['"]([^'"\n]+)['"]/g

/** Every import of a source text. Knows the layout that prettier writes, and needs no compiler. */
export function importsOf(text: string): readonly Import[] {
  const lineAt = (index: number): number => text.slice(0, index).split('\n').length
  return [
    ...[...text.matchAll(statement)].map((match) => ({
      specifier: match[2] ?? '',
      line: lineAt(match.index),
      typesOnly: match[1] !== undefined,
    })),
    ...[...text.matchAll(dynamic)].map((match) => ({
      specifier: match[1] ?? '',
      line: lineAt(match.index),
      // `type X = import('...')` takes a type, yet who writes that can write import type.
      typesOnly: false,
    })),
  ]
}
