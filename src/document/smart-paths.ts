import { anySmartProcess } from '../entities/smart-processes.ts'
import { nameOf } from '../records/api/field-properties.ts'
import type { DescribedType } from '../records/api/user-field-schemas.ts'
import type { ApiDocument } from './api-document.ts'
import { typeSchemaNames } from './type-schemas.ts'

type Paths = ApiDocument['paths']
type Operation = Paths[string][string]

const generic = `/v1${anySmartProcess.path.replace(':code', '{code}')}`

/** Returns the paths without those that stand for the records of all smart processes. */
export function withoutGenericPaths(paths: Paths): Paths {
  return Object.fromEntries(Object.entries(paths).filter(([path]) => !path.startsWith(generic)))
}

/** Returns the paths of the records of a smart process, made from those that stand for all smart processes. */
export function smartPaths(paths: Paths, type: DescribedType): Paths {
  // Generators turn ids into names that may ignore case.
  const ids = new Set(
    Object.values(paths).flatMap((methods) => Object.values(methods).map((one) => one.operationId.toLowerCase())),
  )
  const own = Object.entries(paths).filter(([path]) => path.startsWith(generic))
  const plural = capital(type.plural)
  const idOf = (id: string) => id.replace('Items', plural).replace('Item', capital(type.code))
  // An operation such as `listJobs` exists already.
  const isTaken = own.some(([, methods]) =>
    Object.values(methods).some((one) => ids.has(idOf(one.operationId).toLowerCase())),
  )
  const rename = isTaken ? (id: string) => id.replace('Item', `${capital(type.code)}Item`) : idOf
  return Object.fromEntries(
    own.map(([path, methods]) => [
      path.replace('{code}', type.code),
      Object.fromEntries(Object.entries(methods).map(([method, one]) => [method, ofType(one, type, rename)])),
    ]),
  )
}

/** Returns an operation on the records of all smart processes as one on those of a single one. */
function ofType(operation: Operation, type: DescribedType, rename: (id: string) => string): Operation {
  const { operationId, summary, description, parameters = [], ...rest } = withOwnSchemas(operation, type)
  return {
    ...rest,
    operationId: rename(operationId),
    summary: inWords(summary, type),
    description: inWords(description, type),
    tags: [type.titles.en],
    parameters: parameters.filter(({ name, in: place }) => place !== 'path' || name !== 'code'),
  }
}

const genericNames = typeSchemaNames([anySmartProcess])

function withOwnSchemas(operation: Operation, { code }: DescribedType): Operation {
  const names = new Map(genericNames.map((name) => [name, name.replace('Item', nameOf(code))]))
  const text = JSON.stringify(operation).replaceAll(
    /"#\/components\/schemas\/(\w+)"/g,
    (_, name: string) => `"#/components/schemas/${names.get(name) ?? name}"`,
  )
  return JSON.parse(text) as Operation
}

/** Returns a text about items as one about the records of a type. */
function inWords(text: string, { title, titles }: DescribedType): string {
  const [one, many] = [title.en.toLowerCase(), titles.en.toLowerCase()]
  const article = /^[aeiou]/.test(one) ? 'an' : 'a'
  return text
    .replaceAll(/\ban item\b/g, () => `${article} ${one}`)
    .replaceAll(/\bitems\b/g, () => many)
    .replaceAll(/\bitem\b/g, () => one)
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
