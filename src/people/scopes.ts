import { Problem } from '../errors/problem.ts'

/** The operations that a scope can name. */
export const scopeOperations = ['read', 'add', 'update', 'delete', 'export', 'import', 'automation', 'move'] as const
/** An operation that a scope can name. */
export type ScopeOperation = (typeof scopeOperations)[number]

/** Operations that a key allows on the records of a type, or of all types. */
export interface Scope {
  /** Code of the record type. `*` stands for all types. */
  type: string
  operations: ScopeOperation[]
}

/** The scopes of a key. Null allows everything that its user may do. */
export type Scopes = Scope[] | null

/** The type of a scope for all types. */
export const anyType = '*'

/** Returns whether a key with these scopes allows an operation on a type. */
export function allowsOperation(scopes: Scopes, typeCode: string, operation: ScopeOperation): boolean {
  if (!scopes) return true
  return scopes.some(
    ({ type, operations }) => (type === anyType || type === typeCode) && operations.includes(operation),
  )
}

/** Returns whether scopes allow nothing that the outer scopes do not allow. */
export function areWithin(scopes: Scopes, outer: Scopes): boolean {
  if (!outer || !scopes) return !outer
  return scopes.every((scope) => isWithin(scope, outer))
}

/** Returns whether a scope allows nothing that the outer scopes do not allow. */
export function isWithin({ type, operations }: Scope, outer: Scopes): boolean {
  return operations.every((operation) => allowsOperation(outer, type, operation))
}

/** Returns what of these scopes only reads. */
export function readingOf(scopes: Scopes): Scope[] {
  const reading = scopes ?? [{ type: anyType, operations: ['read'] }]
  return reading.flatMap(({ type, operations }): Scope[] =>
    operations.includes('read') ? [{ type, operations: ['read'] }] : [],
  )
}

/** Throws `insufficient_scope` if the key has scopes. Such a key never administers. */
export function requireUnscoped({ scopes }: { scopes: Scopes }): void {
  if (scopes) throw insufficientScope('administration')
}

/** Throws `insufficient_scope` unless the key allows the operation on the type. */
export function requireScope({ scopes }: { scopes: Scopes }, typeCode: string, operation: ScopeOperation): void {
  const missing = missingScope({ scopes }, typeCode, operation)
  if (missing) throw missing
}

/** Returns `insufficient_scope` unless the key allows the operation on the type. */
export function missingScope(
  { scopes }: { scopes: Scopes },
  typeCode: string,
  operation: ScopeOperation,
): Problem | undefined {
  return allowsOperation(scopes, typeCode, operation) ? undefined : insufficientScope(`${typeCode}.${operation}`)
}

/** Throws `insufficient_scope` if the key can only read and export. */
export function requireWriting({ scopes }: { scopes: Scopes }): void {
  const isReading = (operation: ScopeOperation) => operation === 'read' || operation === 'export'
  if (scopes?.every(({ operations }) => operations.every(isReading))) throw insufficientScope('write')
}

function insufficientScope(missing: string): Problem {
  return new Problem('insufficient_scope', { missing }, { extra: { missing } })
}
