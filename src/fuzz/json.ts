/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/** The text of a value with the keys of objects in order: equal values, equal text. Keys without a value are left out. */
export function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((one: Json) => canonical(one)).join(',')}]`
  const entries = Object.entries(value as Readonly<Record<string, Json | undefined>>)
  const said = entries.filter((entry): entry is [string, Json] => entry[1] !== undefined)
  return `{${said
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`)
    .join(',')}}`
}
