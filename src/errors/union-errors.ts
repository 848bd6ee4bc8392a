import type { ErrorObject } from 'ajv'
import { isWithin } from './json-pointer.ts'

/**
 * Returns the errors of a value, and for each failed union only the errors of its most likely branch. Ajv reports the
 * errors of every branch, followed by the error of the union.
 */
export function likelyErrors(errors: readonly ErrorObject[]): ErrorObject[] {
  const kept: ErrorObject[] = []
  for (const error of errors) {
    if (error.keyword !== 'anyOf' && error.keyword !== 'oneOf') {
      kept.push(error)
      continue
    }
    const start = kept.findLastIndex(({ instancePath }) => !isWithin(instancePath, error.instancePath)) + 1
    for (const likely of likeliest(error, kept.splice(start))) kept.push(likely)
  }
  return kept
}

function likeliest(union: ErrorObject, inside: readonly ErrorObject[]): ErrorObject[] {
  const isMistyped = (error: ErrorObject) => error.keyword === 'type' && error.instancePath === union.instancePath
  const fitting = inside.filter((error) => !isMistyped(error))
  if (fitting.length > 0) {
    const branches = [...Map.groupBy(fitting, (error) => branchOf(union, error)).values()]
    const best = branches.reduce((least, next) => (cost(next) < cost(least) ? next : least))
    return best.map((error) => (isConstant(error) ? withAllowedOfAll(error, fitting) : error))
  }
  const types = inside.filter(isMistyped)
  if (types.length === 0) return [union]
  return [{ ...types[0]!, params: { type: [...new Set(types.flatMap(({ params }) => params.type))] } }]
}

function branchOf(union: ErrorObject, { schemaPath }: ErrorObject): string | undefined {
  const depth = union.schemaPath.split('/').length
  return schemaPath.startsWith(`${union.schemaPath}/`) ? schemaPath.split('/')[depth] : schemaPath.split('/')[0]
}

// A wrong constant means that the value belongs to another branch, so it outweighs other errors.
function cost(errors: readonly ErrorObject[]): number {
  return errors.reduce((sum, error) => sum + (isConstant(error) ? 100 : 1), 0)
}

function isConstant({ keyword }: ErrorObject): boolean {
  return keyword === 'const' || keyword === 'enum'
}

// A member that distinguishes branches allows the constants of all of them.
function withAllowedOfAll(error: ErrorObject, all: readonly ErrorObject[]): ErrorObject {
  const same = all.filter((other) => isConstant(other) && other.instancePath === error.instancePath)
  const allowed = same.flatMap(({ params }) => params.allowedValues ?? [params.allowedValue])
  return { ...error, keyword: 'enum', params: { allowedValues: [...new Set(allowed)] } }
}
