import { readdirSync, readFileSync } from 'node:fs'

/** A vector of fixtures/vectors/floor-control, or of transmission-control beside it. */
export interface VectorFile {
  readonly title: string
  /** One RTCP packet. */
  readonly octets: Uint8Array
  /** What is to be read in it, line by line. */
  readonly reading: string
}

const folders = ['floor-control', 'transmission-control'].map(
  (name) => new URL(`../../../fixtures/vectors/${name}/`, import.meta.url),
)

const block = (vector: string, language: string): string =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\\n?\`\`\``).exec(vector)?.[1] ?? ''

/** What stands after a semicolon says to people what the octets are. */
const octetsOf = (text: string): Uint8Array =>
  Uint8Array.from(Buffer.from(text.replaceAll(/;.*/g, '').replaceAll(/\s/g, ''), 'hex'))

export const vectorFiles: readonly VectorFile[] = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => {
      const vector = readFileSync(new URL(name, folder), 'utf8')
      const title = /^# (.*)/.exec(vector)?.[1] ?? name
      return { title, octets: octetsOf(block(vector, 'octets')), reading: block(vector, 'reading') }
    }),
)
