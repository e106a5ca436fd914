/** A program of others, and how it is set up so that `element/*` can be played against it. */
export interface Software {
  /** Has to be there. */
  readonly command: string
  /** Scenarios that it can be asked for. */
  readonly scenarios: string
  /** Requests a second, at most. */
  readonly rate: number
  /** What stands in the folder in which it is started, and what starts it there at that port: it may take the one behind too. */
  readonly setUp: (port: number) => {
    readonly files: Readonly<Record<string, string>>
    readonly start: readonly string[]
  }
}

export const address = '127.0.0.1'
