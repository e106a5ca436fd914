import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { root, sourceFiles } from './source-files.ts'

// `npm run build [-- folder]`: the package as it is published, JavaScript and declarations, in dist/. What the entries of
// tsconfig.build.json reach goes in, and the files that stand beside it; no test, no check, no fixture.

const out = resolve(process.argv[2] ?? join(root, 'dist'))
if (existsSync(out) && readdirSync(out).length > 0 && !existsSync(join(out, 'package.json'))) {
  console.error(`${out} is not empty and holds no earlier build; name another folder`)
  process.exit(2)
}
rmSync(out, { recursive: true, force: true })

const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', out], {
  cwd: root,
  stdio: 'inherit',
})

// Style sheets, schemas and scripts of pages are read at run time from where they stand in the sources.
const assets = sourceFiles(['.css', '.xsd', '.js', '.json']).filter(
  (file) => file.startsWith('src/') && existsSync(join(out, dirname(file).replace(/\/client$/, ''))),
)
for (const file of [...assets, 'README.md', 'LICENSE'].filter((one) => existsSync(join(root, one)))) {
  mkdirSync(dirname(join(out, file)), { recursive: true })
  copyFileSync(join(root, file), join(out, file))
}

interface Manifest {
  readonly bin: Readonly<Record<string, string>>
  readonly imports: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly [key: string]: unknown
}
const {
  scripts: _scripts,
  devDependencies,
  ...manifest
} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
const compiled = (paths: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, path.replace(/\.ts$/, '.js')]))
// The generators of the Allure report are there for whoever wants that report, and weigh more than all the rest.
const optional = ['allure', 'allure-commandline']

writeFileSync(
  join(out, 'package.json'),
  `${JSON.stringify(
    {
      ...manifest,
      engines: { node: '>=24' },
      bin: compiled(manifest.bin),
      imports: compiled(manifest.imports),
      exports: compiled(manifest.exports),
      peerDependencies: Object.fromEntries(optional.map((name) => [name, devDependencies[name]])),
      peerDependenciesMeta: Object.fromEntries(optional.map((name) => [name, { optional: true }])),
    },
    null,
    2,
  )}\n`,
)
for (const path of Object.values(compiled(manifest.bin))) chmodSync(join(out, path), 0o755)
console.log(`${manifest['name'] as string} ${manifest['version'] as string} is in ${out}`)
