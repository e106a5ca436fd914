/** How a case differs from the flow as written. */
export type Variation =
  | { readonly kind: 'as-written' }
  /** Positive: an optional element is left out. */
  | { readonly kind: 'without'; readonly step: string; readonly ie: string }
  /** Positive: a condition of the world does not hold. */
  | { readonly kind: 'unless'; readonly condition: string }
  /** Positive: a condition of the world holds that does not hold as written. */
  | { readonly kind: 'where'; readonly condition: string }
  /** A check turns out negative, in one of its ways. */
  | { readonly kind: 'deny'; readonly step: string; readonly check: string; readonly way: string }
  | { readonly kind: 'omit'; readonly step: string; readonly ie: string }
  | { readonly kind: 'malform'; readonly step: string; readonly ie: string; readonly flaw: string }
  | { readonly kind: 'foreign'; readonly step: string; readonly ie: string; readonly flaw: string }
  /** The very same message arrives twice. */
  | { readonly kind: 'twice'; readonly step: string }
  /** The message never arrives. */
  | { readonly kind: 'withhold'; readonly step: string }
  /** The message of a later step arrives before that of an earlier one. */
  | { readonly kind: 'before'; readonly step: string; readonly earlier: string }
  /** Two users at once, the second one's answers arriving first. */
  | { readonly kind: 'crossed'; readonly step: string }

/**
 * What is acceptable.
 * `course`: the course as it stands. `refusal`: a refusal or silence, and nothing granted. `either`: one or the other.
 */
export type Oracle = 'course' | 'refusal' | 'either'

/** The variation in a case id: from meaning, never from position. */
export function nameOf(variation: Variation): string {
  switch (variation.kind) {
    case 'as-written':
      return 'as-written'
    case 'unless':
    case 'where':
      return `${variation.kind}:${variation.condition}`
    case 'without':
    case 'omit':
      return `${variation.step}~${variation.kind}:${variation.ie}`
    case 'malform':
    case 'foreign':
      return `${variation.step}~${variation.kind}:${variation.ie}.${variation.flaw}`
    case 'deny':
      return `${variation.step}~deny:${variation.way}`
    case 'twice':
    case 'withhold':
    case 'crossed':
      return `${variation.step}~${variation.kind}`
    case 'before':
      return `${variation.step}~before:${variation.earlier}`
  }
}

const positive: readonly Variation['kind'][] = ['as-written', 'without', 'unless', 'where']
export const isPositive = ({ kind }: Variation): boolean => positive.includes(kind)

/** Whether nothing of the flow is left out or altered: as written, or where something more is so. */
export const isWhole = ({ kind }: Variation): boolean => kind === 'as-written' || kind === 'where'
