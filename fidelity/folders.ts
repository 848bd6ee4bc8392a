import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** A CSV file and the file with its expected cells. */
export interface ParsedSample {
  file: string
  expected: string
  level: 'must' | 'may' | 'refuse'
  /** Zero for a file without a table. */
  columns: number
}

/** A folder of files that are compared cell by cell. */
export interface ParsedFolder {
  path: string
  name: string
  samples: readonly ParsedSample[]
}

/** A folder with one generated file, whose records are compared field by field. */
export interface TypedFolder {
  path: string
  name: string
  /** The plural of the record type: `contacts`. */
  plural: string
  /** The format that the file imitates: `bitrix24`. */
  format: string
  rows: number
}

interface GeneratedManifest {
  options: { format: string }
  made: { entity: string; rows: number }[]
}

/** Returns the folders with a manifest in a folder and its subfolders. */
export function findFolders(root: string): { parsed: ParsedFolder[]; typed: TypedFolder[] } {
  const found = { parsed: [] as ParsedFolder[], typed: [] as TypedFolder[] }
  for (const path of foldersIn(root)) {
    const manifest: unknown = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8'))
    const name = basename(path)
    if (Array.isArray(manifest)) found.parsed.push({ path, name, samples: manifest as ParsedSample[] })
    else {
      const { options, made } = manifest as GeneratedManifest
      const { format } = options
      for (const { entity, rows } of made) found.typed.push({ path, name, plural: entity, format, rows })
    }
  }
  return found
}

function foldersIn(root: string): string[] {
  if (existsSync(join(root, 'manifest.json'))) return [root]
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => foldersIn(join(root, name)))
}
