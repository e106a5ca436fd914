/** One thing shown with a program of others. */
export interface InteroperabilityCheck {
  readonly name: string
  /** The program it needs. */
  readonly program: 'kamailio' | 'sipp' | 'baresip' | 'openssl'
  /** Throws what was expected and what came; else says what was seen, in one line. */
  readonly run: () => Promise<string>
}

/** Programs and elements that a check has opened, closed in turn whatever comes of it. */
export async function withClosing<T>(
  work: (closeLater: (close: () => Promise<unknown>) => void) => Promise<T>,
): Promise<T> {
  const closing: (() => Promise<unknown>)[] = []
  try {
    return await work((close) => closing.push(close))
  } finally {
    for (const close of closing.toReversed()) await close()
  }
}
