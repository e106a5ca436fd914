/** A directory with a good configuration in it, and ports nobody has. */
export interface Place {
  readonly directory: string
  readonly port: number
  readonly good: string
}

/** A command line that cannot be what was meant, or that the world refuses. */
export interface Misuse {
  readonly what: string
  readonly words: readonly string[] | ((place: Place) => readonly string[])
  readonly says: readonly RegExp[]
  /** 2 unless the run began and could not be recorded. */
  readonly exit?: 2 | 3
  /** Files to write beforehand. */
  readonly files?: Readonly<Record<string, string>> | ((place: Place) => Readonly<Record<string, string>>)
  /** What must be there meanwhile; returns how it goes away. */
  readonly meanwhile?: (place: Place) => Promise<() => void>
  /** A small file system is mounted at `disk` in the place, of so many octets. */
  readonly disk?: number
}
