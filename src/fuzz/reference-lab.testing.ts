import { openLab, type Lab } from './lab.ts'
import { startReferenceTarget } from './target.ts'

/** The reference system with these defects, and what plays cases to it; both end with the block. */
export async function openReferenceLab(...defects: readonly string[]): Promise<Lab & AsyncDisposable> {
  const lab = await openLab({
    now: () => performance.now(),
    startTarget: (own) => startReferenceTarget({ defects, own }),
  })
  return Object.assign(lab, { [Symbol.asyncDispose]: lab.close })
}
