import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A generator, with a program that uses the code it generates. */
export interface Generator {
  name: string
  /** Folder of the program and of the packages with commands. */
  folder: string
  /** Folder of the packages that the program imports. */
  packages: string
  /** File of the program. */
  program: string
  /** File with the settings of the generator, if it has one. */
  settings?: string
  /** Command that generates code from `openapi.json`, and its arguments. */
  generate: readonly [command: string, ...args: string[]]
  compilerOptions: object
  /** The program is bundled, as web applications are. Otherwise it runs as the compiler writes it. */
  bundled?: boolean
  /** Mistakes in the program that must not compile: what is right, and what is wrong. */
  mistakes: readonly (readonly [right: string, wrong: string])[]
}

/** A program in a folder of its own, beside the code generated for it. */
export interface GeneratedProgram {
  /** Returns the errors of the program and of its versions with a mistake, one per line. */
  compile(): Promise<string[]>
  /** Runs the compiled program, and returns the lines that it prints. */
  run(env: NodeJS.ProcessEnv): Promise<string[]>
  remove(): void
}

/** Generates code from the committed document, as a user of the generator would, and puts the program beside it. */
export async function generateProgram(generator: Generator): Promise<GeneratedProgram> {
  const { program, settings, generate, bundled } = generator
  const folder = mkdtempSync(join(tmpdir(), 'kartoteka-generator-'))
  const text = readFileSync(join(generator.folder, program), 'utf8')
  writeFileSync(join(folder, 'program.ts'), text)
  for (const [index, [right, wrong]] of generator.mistakes.entries()) {
    if (!text.includes(right)) throw new Error(`${program} does not contain: ${right}`)
    writeFileSync(join(folder, `mistake${index}.ts`), text.replace(right, wrong))
  }
  if (settings) cpSync(join(generator.folder, settings), join(folder, settings))
  symlinkSync(resolve(generator.packages), join(folder, 'node_modules'))
  symlinkSync(resolve('openapi/openapi.json'), join(folder, 'openapi.json'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const call = ([name, ...args]: Generator['generate']) =>
    run(resolve(generator.folder, 'node_modules/.bin', name), args, { cwd: folder })
  await call(generate)
  return {
    async compile() {
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(projectOf(generator)))
      const { stdout } = await call(['tsc', '--pretty', 'false']).catch((error) => error as { stdout: string })
      return stdout.split('\n').filter((line) => /^\S/.test(line))
    },
    async run(env) {
      const out = ['--bundle', '--platform=node', '--format=esm', '--packages=external', '--outfile=out/program.js']
      if (bundled) await call(['esbuild', 'program.ts', ...out])
      const { stdout } = await run(process.execPath, ['out/program.js'], {
        cwd: folder,
        env: { ...process.env, ...env },
      })
      return stdout.split('\n').slice(0, -1)
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}

function projectOf({ bundled, compilerOptions }: Generator): object {
  const modules = bundled
    ? { module: 'esnext', moduleResolution: 'bundler', allowImportingTsExtensions: true, noEmit: true }
    : { module: 'nodenext', rewriteRelativeImportExtensions: true, outDir: 'out', rootDir: '.' }
  const strict = { strict: true, noUncheckedIndexedAccess: true, noImplicitOverride: true, skipLibCheck: true }
  const platform = { target: 'es2024', lib: ['es2024', 'dom', 'dom.iterable'], types: ['node'] }
  return { compilerOptions: { ...platform, ...modules, ...strict, ...compilerOptions }, include: ['*.ts'] }
}
