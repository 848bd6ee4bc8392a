import { nearest } from '../errors/nearest.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import { unknownNameFault } from '../errors/unknown-name.ts'
import { readLabels } from '../http/labels.ts'
import type { Grant } from '../rights/grant.ts'
import type { CardField, CardSection } from './card.ts'
import type { CardInput } from './schemas.ts'

/**
 * Reads the sections of a card. Fields of the present card that the caller does not see stay in it: in the section with
 * the same name, or else in the last one. Throws every fault.
 */
export function readSections(
  { sections }: Pick<CardInput, 'sections'>,
  { readable }: Pick<Grant, 'readable'>,
  present: readonly CardSection[] | null,
): CardSection[] {
  const faults: Fault[] = []
  const [names, paths] = [new Set<string>(), new Set<string>()]
  const read = sections.map(({ name, title, fields }, index): CardSection => {
    const pointer = `/sections/${index}`
    if (names.has(name)) faults.push({ pointer: `${pointer}/name`, code: 'duplicate_value' })
    names.add(name)
    const known = fields.flatMap(({ field: path, showEmpty = false }, place): CardField[] => {
      const at = { pointer: `${pointer}/fields/${place}/field` }
      const field = readable.get(path)
      if (!field) faults.push(unknownNameFault(at, 'unknown_field', path, nearest(path, readable.keys())))
      else if (paths.has(path)) faults.push({ ...at, code: 'duplicate_value' })
      paths.add(path)
      return field ? [{ key: field.key, userFieldId: field.userFieldId, showEmpty }] : []
    })
    return { name, title: readLabels(title), fields: known }
  })
  if (faults.length) throw invalid(faults)
  const seen = new Set([...readable.values()].map(({ key }) => key))
  const unseen = (present ?? []).flatMap(({ name, fields }) =>
    fields
      .filter(({ key }) => !seen.has(key))
      .map((field) => ({ name: names.has(name) ? name : read.at(-1)!.name, field })),
  )
  return read.map(({ name, title, fields }) => ({
    ...{ name, title },
    fields: [...fields, ...unseen.filter((one) => one.name === name).map(({ field }) => field)],
  }))
}
