import { reports } from '../analytics/reports/reports.ts'
import type { FieldsByPath } from '../fields/field.ts'
import type { DescribedType } from '../records/api/user-field-schemas.ts'
import type { ApiDocument } from './api-document.ts'
import { reachable, withoutNames } from './references.ts'
import { smartPaths, withoutGenericPaths } from './smart-paths.ts'
import { typeSchemaNames, typeSchemas } from './type-schemas.ts'

/** What a caller sees of the model. */
export interface ModelView {
  /** The types that are open to the caller, with the fields that the caller sees. */
  open: readonly DescribedType[]
  closed: readonly DescribedType[]
  /** The properties of users by which the caller may filter. */
  people: FieldsByPath
}

const note = 'This document describes one instance as the caller sees it: its record types with all their fields.'

/** Returns the document of an instance, made from the document of all instances. */
export async function buildDocument(base: ApiDocument, { open, closed, people }: ModelView): Promise<ApiDocument> {
  const schemas = await typeSchemas(open, people)
  const closedReports = reports.filter(({ report: { trait } }) => closed.some(({ traits }) => traits.has(trait)))
  const hidden = [
    ...typeSchemaNames(closed).filter((name) => !schemas[name]),
    ...closedReports.map(({ body }) => body.$id!),
  ]
  const closedPaths = [...closed.map(({ path }) => path), ...closedReports.map(({ name }) => `/analytics/${name}`)]
  const smart = open.filter(({ isSmart }) => isSmart)
  const paths: Record<string, ApiDocument['paths'][string]> = Object.fromEntries(
    Object.entries(withoutGenericPaths(base.paths)).filter(([path]) => !closedPaths.some((one) => isUnder(one, path))),
  )
  // One after the other, so that each gets ids of operations that no other has.
  for (const type of smart) Object.assign(paths, smartPaths({ ...base.paths, ...paths }, type))
  const { responses } = base.components
  const all = withoutHidden({ ...base.components.schemas, ...schemas }, new Set(hidden))
  const used = new Set(Object.values(paths).flatMap((methods) => Object.values(methods).flatMap(({ tags }) => tags)))
  // A smart process can have the same titles as another type.
  const named = new Set(base.tags.map(({ name }) => name))
  const added = smart.map(tagOf).filter(({ name }) => !named.has(name) && named.add(name))
  return {
    ...base,
    info: { ...base.info, description: `${note}\n\n${base.info.description}` },
    tags: [...base.tags, ...added].filter(({ name }) => used.has(name)),
    paths,
    components: { ...base.components, schemas: reachable(all, [...Object.values(paths), responses]) },
  }
}

function tagOf({ title, titles }: DescribedType): ApiDocument['tags'][number] {
  return { name: titles.en, description: `Records of the smart process ${title.en}.` }
}

/** Returns whether a path is this one, or one below it. */
function isUnder(own: string, path: string): boolean {
  return path === `/v1${own}` || path.startsWith(`/v1${own}/`)
}

function withoutHidden(schemas: ApiDocument['components']['schemas'], hidden: ReadonlySet<string>) {
  if (!hidden.size) return schemas
  const left = Object.entries(schemas).flatMap(([name, schema]) => {
    const rest = hidden.has(name) ? undefined : withoutNames(schema, hidden)
    return rest ? [[name, rest] as const] : []
  })
  return Object.fromEntries(left)
}
