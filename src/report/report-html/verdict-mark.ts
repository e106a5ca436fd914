import type { Verdict } from '#verdict'
import { html, type Html } from './html.ts'

/** Shapes, so that no verdict is told by colour alone: disc, square, diamond, octagon, ring. */
const shapes: Readonly<Record<Verdict, Html>> = {
  pass: html`<circle cx="8" cy="8" r="7" /><path class="cut" d="M4.8 8.3 7 10.6l4.3-5" />`,
  fail: html`<rect x="1.2" y="1.2" width="13.6" height="13.6" rx="1.5" /><path class="cut" d="m5 5 6 6m0-6-6 6" />`,
  inconclusive: html`<path d="M8 .6 15.4 8 8 15.4.6 8Z" /><path class="cut" d="M5 8h6" />`,
  error: html`<path d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5Z" /><path class="cut" d="M8 4.2v5M8 11.4v.4" />`,
  none: html`<circle class="ring" cx="8" cy="8" r="6.2" />`,
}

/** The symbols, once in the page. */
export const markSymbols = (): Html =>
  html`<svg width="0" height="0" aria-hidden="true" focusable="false" class="symbols">
    ${Object.entries(shapes).map(([verdict, shape]) => html`<symbol id="mark-${verdict}" viewBox="0 0 16 16">${shape}</symbol>`)}
  </svg>`

export const verdictMark = (verdict: Verdict): Html =>
  html`<svg class="mark ${verdict}" aria-hidden="true" focusable="false"><use href="#mark-${verdict}" /></svg>`

/** Shape and word. */
export const verdictName = (verdict: Verdict): Html =>
  html`<span class="verdict ${verdict}">${verdictMark(verdict)} ${verdict}</span>`

/** The order a reader wants: what needs a look first. */
export const readingOrder = ['fail', 'error', 'inconclusive', 'none', 'pass'] as const satisfies readonly Verdict[]
