import { dirname, join, relative } from 'node:path'
import type { Import } from './imports-of.ts'
import { layers, testEndings, type Allowed, type Layer } from './layer-table.ts'
import { root } from './source-files.ts'

const isTest = (file: string): boolean => testEndings.some((ending) => file.endsWith(ending))

/** The row of the deepest folder that holds the file. */
export const layerOf = (file: string): Layer | undefined =>
  layers
    .filter(({ folder }) => (folder === '.' ? !file.includes('/') : file.startsWith(`${folder}/`)))
    .toSorted((a, b) => b.folder.length - a.folder.length)[0]

const fits = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

/** Undefined when allowed, else what would have been. */
export function refusal(file: string, layer: Layer, { specifier, typesOnly }: Import): string | undefined {
  const rows: readonly Allowed[] = isTest(file) ? [layer, layer.tests] : [layer]
  const all = (key: keyof Allowed): readonly string[] => rows.flatMap((row) => row[key] ?? [])
  if (specifier.startsWith('.')) {
    const target = relative(root, join(root, dirname(file), specifier))
    if (layerOf(target)?.folder === layer.folder) return undefined
    const folders = all('folders')
    if (folders.some((folder) => target.startsWith(`${folder}/`))) return undefined
    return folders.length === 0
      ? 'relative imports stay in their folder; another layer is imported by its # name'
      : `relative imports stay in their folder or go to ${folders.join(', ')}`
  }
  if (specifier.startsWith('#')) {
    const [values, types] = [all('layers'), all('types')]
    if (values.some((pattern) => fits(pattern, specifier))) return undefined
    if (types.some((pattern) => fits(pattern, specifier)))
      return typesOnly ? undefined : `of ${specifier} types alone: write import type`
    const names = [...values, ...types.map((name) => `types of ${name}`)]
    return names.length > 0 ? `layers: ${names.join(', ')}` : 'no layer at all'
  }
  if (specifier.startsWith('node:')) {
    const modules = all('node')
    if (modules.some((pattern) => fits(pattern, specifier.slice('node:'.length)))) return undefined
    return modules.length > 0 ? `of Node.js: ${modules.join(', ')}` : 'no module of Node.js'
  }
  const packages = all('packages')
  if (packages.some((pattern) => fits(pattern, packageOf(specifier)))) return undefined
  return packages.length > 0 ? `packages: ${packages.join(', ')}` : 'no package'
}
