import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { leftOutTypes } from './expected.ts'
import { findFolders } from './folders.ts'
import { startInstances } from './instances.ts'
import { type ParsedScore, scoreParsed } from './parsed.ts'
import { shareOf, textOf } from './report.ts'
import { scoreTyped, type TypedScore } from './typed.ts'

/** Files that are too large for the repository and are kept beside it. */
const beside = join(import.meta.dirname, '../../shared/data/csv')

const { values } = parseArgs({
  options: {
    dir: { type: 'string', default: beside },
    json: { type: 'boolean', default: false },
    misses: { type: 'boolean', default: false },
  },
})
const folders = findFolders(values.dir)
const instances = await startInstances()
const parsed: ParsedScore[] = []
const typed: TypedScore[] = []
try {
  if (folders.parsed.length) {
    await instances.withEmpty(async (api) => {
      for (const folder of folders.parsed) parsed.push(...(await scoreParsed(api, folder)))
    })
  }
  for (const folder of folders.typed) {
    if (leftOutTypes.has(folder.plural)) continue
    typed.push(await instances.withEmpty((api) => scoreTyped(api, folder)))
  }
} finally {
  await instances.stop()
}
const results = { parsed, typed }
console.log(values.json ? JSON.stringify({ ...results, share: shareOf(typed) }) : textOf(results, values.misses))
