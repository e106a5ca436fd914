/** `Object.entries` and back with the keys kept in the type. */
export const mapValues = <T extends object, V>(
  record: T,
  each: (value: T[keyof T], key: string) => V,
): { readonly [K in keyof T]: V } =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, each(value as T[keyof T], key)])) as {
    [K in keyof T]: V
  }

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) deepFreeze(inner)
  }
  return value
}
