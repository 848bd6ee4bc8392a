import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A folder for programs with a copy of the client. */
export interface ClientFolder {
  folder: string
  env: NodeJS.ProcessEnv
}

/** Generates a client as the README describes, from the committed document or from the given one. */
export async function generateClient(document?: object): Promise<ClientFolder> {
  const folder = mkdtempSync(join(tmpdir(), 'kartoteka-client-'))
  mkdirSync(join(folder, 'client'))
  for (const file of ['client/connection.ts', 'client/orval.config.ts', 'openapi', 'package.json', 'tsconfig.json']) {
    cpSync(file, join(folder, file), { recursive: true })
  }
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
  const env = { ...process.env, PATH: `${resolve('node_modules/.bin')}:${process.env.PATH}` }
  if (document) writeFileSync(join(folder, 'instance.json'), JSON.stringify(document))
  await run('npm', ['run', 'client'], { cwd: folder, env: document ? { ...env, DOCUMENT: 'instance.json' } : env })
  return { folder, env }
}

/** Returns the compiler errors of the programs in the folder under the settings of this project, one per line. */
export async function compile({ folder, env }: ClientFolder, compilerOptions: object = {}): Promise<string[]> {
  const settings = { extends: './tsconfig.json', compilerOptions, include: ['*.ts', 'client'] }
  writeFileSync(join(folder, 'tsconfig.program.json'), JSON.stringify(settings))
  const command = ['-p', 'tsconfig.program.json', '--pretty', 'false']
  const { stdout } = await run('tsc', command, { cwd: folder, env }).catch((error) => error as { stdout: string })
  return stdout.split('\n').filter((line) => /^\S/.test(line))
}
