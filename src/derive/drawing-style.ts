/** Sizes of the sequence diagram, in its own units: pixels when it is shown as it is. */
export const size = {
  label: 13,
  detail: 11,
  line: 16,
  detailLine: 14,
  /** From one lifeline to the next. */
  column: 216,
  note: 236,
  margin: 20,
  pad: 10,
  gap: 14,
  head: 168,
} as const

const light = '--paper:#fdfdfb;--sheet:#f5f5f1;--ink:#1c1f24;--quiet:#5b626c;--rule:#c4c4bb;--mark:#1f4a7a'
const dark = '--paper:#15171a;--sheet:#1d2024;--ink:#e7e6e2;--quiet:#a3aab3;--rule:#4a5058;--mark:#9cc3f0'

/** Light or dark as the viewer prefers; whoever puts the drawing into a page may set the variables anew. */
export const style = [
  `.flow-drawing{${light};font-family:-apple-system,'Segoe UI',Roboto,'Noto Sans','Liberation Sans',Arial,sans-serif}`,
  `@media (prefers-color-scheme:dark){.flow-drawing{${dark}}}`,
  '.flow-drawing .paper{fill:var(--paper)}',
  '.flow-drawing text{fill:var(--ink);font-size:13px;text-anchor:middle}',
  '.flow-drawing .title{font-size:17px;font-weight:600;text-anchor:start}',
  '.flow-drawing .from{font-size:12px;fill:var(--quiet);text-anchor:start}',
  '.flow-drawing .name{font-weight:600}',
  '.flow-drawing .detail{font-size:11px;fill:var(--quiet)}',
  '.flow-drawing .refusal{font-size:11px;fill:var(--mark)}',
  '.flow-drawing .halo{paint-order:stroke;stroke:var(--paper);stroke-width:5px;stroke-linejoin:round}',
  '.flow-drawing .life{stroke:var(--rule);stroke-dasharray:4 4}',
  '.flow-drawing .arrow{stroke:var(--ink);stroke-width:1.5;fill:none}',
  '.flow-drawing .tip{fill:var(--ink)}',
  '.flow-drawing .entity{fill:var(--sheet);stroke:var(--ink)}',
  '.flow-drawing .check{fill:var(--sheet);stroke:var(--mark);stroke-width:1.5}',
  '.flow-drawing .record{fill:var(--sheet);stroke:var(--ink)}',
  '.flow-drawing .outcome{fill:var(--paper);stroke:var(--ink);stroke-dasharray:3 3}',
  '.flow-drawing .frame{fill:none;stroke:var(--quiet)}',
  '.flow-drawing .tab{fill:var(--sheet);stroke:var(--quiet)}',
  '.flow-drawing .tab-name{font-size:11px;font-weight:600;text-anchor:start}',
].join('\n')
