import { everyday } from './known/everyday.ts'
import { programs } from './known/programs.ts'
import { columnName } from './name.ts'
import { columnNames } from './propose.ts'
import type { TargetColumns } from './targets.ts'

/** Every name that people and programs give columns, each once. A number in a name is 1. */
const knownNames: readonly string[] = [
  ...Map.groupBy(
    programs
      .flatMap(({ names }) => Object.values(names).flatMap((section) => Object.values(section).flat()))
      .map((name) => name.replace('{n}', '1').trim()),
    (name) => columnName(name).whole,
  ).values(),
].flatMap(([first]) => first ?? [])

/**
 * Returns the known names of columns by the key of what they fill, in a file whose other columns do not tell the
 * program. Keys and labels of fields are left out.
 */
export function aliasesOf(targets: TargetColumns): Map<string, string[]> {
  const { recognize } = columnNames(everyday, targets)
  const aliases = new Map<string, string[]>()
  for (const name of knownNames) {
    const found = recognize(name)
    if (found?.reason === 'knownName') aliases.set(found.key, [...(aliases.get(found.key) ?? []), name])
  }
  return aliases
}
